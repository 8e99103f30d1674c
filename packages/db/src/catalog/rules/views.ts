/**
 * Published views: barriers owned by the role that is under forced row-level
 * security, so that the caller's claims still apply, and never more than read.
 */
import { isOurs, type Rule } from '../client.ts'
import { owner } from '../reviewed.ts'

interface View {
  name: string
  owner: string
  options: string[] | null
  tenant: boolean
  beyond: string[]
}

const viewsSql = `
  SELECT n.nspname || '.' || c.relname AS name, pg_get_userbyid(c.relowner) AS owner, c.reloptions AS options,
         EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id') AS tenant,
         ARRAY(SELECT DISTINCT x.privilege_type || ' to ' || coalesce(r.rolname, 'PUBLIC')
                 FROM aclexplode(c.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
                WHERE x.grantee <> c.relowner AND (x.privilege_type <> 'SELECT' OR x.grantee = 0) ORDER BY 1) AS beyond
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${isOurs('n.nspname')} AND c.relkind = 'v' ORDER BY 1`

export const views: Rule = async (client) => {
  const { rows } = await client.query<View>(viewsSql)
  return rows.flatMap((view) => {
    const say = (what: string): string => `view \`${view.name}\` ${what}`
    const wrong: string[] = []
    if (view.owner !== owner) wrong.push(say(`is owned by \`${view.owner}\`, not by \`${owner}\``))
    if ((view.options ?? []).join(', ') !== 'security_barrier=true') {
      wrong.push(say(`is not exactly a security barrier (options: \`${(view.options ?? []).join(', ') || 'none'}\`)`))
    }
    if (!view.tenant) wrong.push(say('does not show the tenant of its rows'))
    for (const right of view.beyond) wrong.push(say(`grants ${right}`))
    return wrong
  })
}
