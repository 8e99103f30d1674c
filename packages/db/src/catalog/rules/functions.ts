/**
 * Functions and procedures: none is everybody's, and one that runs as its
 * owner looks names up in one fixed place.
 */
import { isOurs, type Rule } from '../client.ts'
import { clockFunction, guardSchema, narrowRoles, owner } from '../reviewed.ts'

interface Routine {
  name: string
  schema: string
  owner: string
  definer: boolean
  leakproof: boolean
  language: string
  config: string[] | null
  everyone: boolean
  grantable: boolean
  source: string
}

const routinesSql = `
  SELECT n.nspname || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name, n.nspname AS schema,
         pg_get_userbyid(p.proowner) AS owner, p.prosecdef AS definer, p.proleakproof AS leakproof, l.lanname AS language,
         p.proconfig AS config, coalesce(p.prosrc, '') AS source,
         EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x WHERE x.grantee = 0) AS everyone,
         EXISTS (SELECT FROM aclexplode(p.proacl) x WHERE x.grantee <> p.proowner AND x.is_grantable) AS grantable
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
   WHERE ${isOurs('n.nspname')} ORDER BY 1`

/** `pg_temp` last: else a temporary object would shadow the system's. */
const fixedPath = 'search_path=pg_catalog, pg_temp'

export const functions: Rule = async (client) => {
  const { rows } = await client.query<Routine>(routinesSql)
  return rows.flatMap((routine) => {
    const say = (what: string): string => `function \`${routine.name}\` ${what}`
    const wrong: string[] = []
    if (routine.everyone) wrong.push(say('may be executed by PUBLIC'))
    if (routine.grantable) wrong.push(say('may be passed on by a role it was granted to'))
    if (routine.leakproof) wrong.push(say('is LEAKPROOF: it would run before the policies'))
    if (routine.language !== 'sql' && routine.language !== 'plpgsql')
      wrong.push(say(`is written in ${routine.language}`))
    const isGuard = routine.schema === guardSchema
    if (!isGuard && routine.owner !== owner && narrowRoles[routine.owner] === undefined) {
      wrong.push(say(`is owned by \`${routine.owner}\``))
    }
    if (routine.definer && (routine.config ?? []).join('; ') !== fixedPath) {
      wrong.push(
        say(
          `runs as its owner with ${routine.config === null ? 'the caller’s search_path' : `\`${routine.config.join('; ')}\``}, not \`${fixedPath}\``,
        ),
      )
    }
    if (routine.name === clockFunction && !/^ SELECT interval '(0|-?\d+ milliseconds)' $/.test(routine.source)) {
      wrong.push(say('is more than an offset of the clock'))
    }
    return wrong
  })
}
