/**
 * Tables: each stands behind its tenant wall, owned by the role nobody logs
 * in as, keyed by tenant first.
 */
import { isOurs, type CatalogClient, type Rule } from '../client.ts'
import { owner, reviewedForeignKeys, reviewedTables, reviewedUniqueKeys, tenantWall } from '../reviewed.ts'

interface Table {
  name: string
  kind: string
  persistence: string
  owner: string
  enabled: boolean
  forced: boolean
  partition: boolean
  inherits: boolean
  tenant: boolean
  granted: string[]
  policies: Policy[]
}
interface Policy {
  name: string
  permissive: boolean
  command: string
  everyone: boolean
  using: string | null
  check: string | null
}

const tablesSql = `
  SELECT n.nspname || '.' || c.relname AS name, c.relkind AS kind, c.relpersistence AS persistence, pg_get_userbyid(c.relowner) AS owner,
         c.relrowsecurity AS enabled, c.relforcerowsecurity AS forced, c.relispartition AS partition,
         NOT c.relispartition AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid) AS inherits,
         EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.attnotnull) AS tenant,
         ARRAY(SELECT DISTINCT coalesce(r.rolname, 'PUBLIC')::text FROM aclexplode(c.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
                WHERE x.grantee <> c.relowner ORDER BY 1) AS granted,
         coalesce((SELECT jsonb_agg(jsonb_build_object('name', p.polname, 'permissive', p.polpermissive, 'command', p.polcmd,
                     'everyone', p.polroles = '{0}', 'using', pg_get_expr(p.polqual, p.polrelid), 'check', pg_get_expr(p.polwithcheck, p.polrelid))
                     ORDER BY p.polname) FROM pg_policy p WHERE p.polrelid = c.oid), '[]') AS policies
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
   WHERE ${isOurs('n.nspname')} AND c.relkind IN ('r', 'p', 'm', 'f', 'S')
   ORDER BY 1`

export const tables: Rule = async (client) => {
  const { rows } = await client.query<Table>(tablesSql)
  return [...rows.flatMap(wrongWith), ...(await keysAcrossTenants(client))]
}

const strangers: Readonly<Record<string, string>> = {
  m: 'is a materialized view: its rows stand outside row-level security',
  f: 'is a foreign table: its rows stand outside row-level security',
  S: 'is a sequence: it counts across tenants',
}

function wrongWith(table: Table): string[] {
  const say = (what: string): string => `\`${table.name}\` ${what}`
  const stranger = strangers[table.kind]
  if (stranger !== undefined) return [say(stranger)]
  const reviewed = reviewedTables[table.name]
  const wrong: string[] = []
  const expectedOwner = reviewed?.owner ?? owner
  if (table.owner !== expectedOwner) wrong.push(say(`is owned by \`${table.owner}\`, not by \`${expectedOwner}\``))
  if (table.persistence !== 'p') wrong.push(say('is not durable (unlogged or temporary)'))
  if (table.inherits) wrong.push(say('inherits from another table: reads through the parent skip its policies'))
  if (table.partition && table.granted.length > 0) {
    wrong.push(say(`is a partition and grants rights to ${table.granted.map((role) => `\`${role}\``).join(', ')}`))
  }
  if (reviewed?.unwalled) {
    if (table.granted.length > 0) wrong.push(say(`has no walls and grants rights to \`${table.granted.join('`, `')}\``))
    return wrong
  }
  if (!table.enabled) wrong.push(say('has row-level security switched off'))
  if (!table.forced) wrong.push(say('does not force row-level security upon its owner'))
  return [...wrong, ...wrongWithPolicies(table, reviewed?.wall === undefined ? tenantWall : reviewed.wall)]
}

function wrongWithPolicies(table: Table, wall: string | null): string[] {
  const say = (what: string): string => `\`${table.name}\` ${what}`
  const wrong: string[] = []
  const restrictive = table.policies.filter((policy) => !policy.permissive)
  if (!table.policies.some((policy) => policy.permissive)) wrong.push(say('has no permissive policy'))
  if (wall === null) {
    if (restrictive.length > 0) wrong.push(say('has a restrictive policy that was not reviewed'))
    return wrong
  }
  if (wall === tenantWall && !table.tenant) wrong.push(say('has no `tenant_id` that is never null'))
  if (restrictive.length !== 1) {
    return [...wrong, say(`has ${restrictive.length} restrictive policies, not exactly one tenant wall`)]
  }
  const policy = restrictive[0]!
  if (policy.command !== '*') wrong.push(say(`has a tenant wall \`${policy.name}\` that is not FOR ALL`))
  if (!policy.everyone) wrong.push(say(`has a tenant wall \`${policy.name}\` that is not TO PUBLIC`))
  for (const side of ['using', 'check'] as const) {
    const text = policy[side]?.replaceAll(/\s+/g, ' ') ?? 'nothing'
    if (text !== wall) wrong.push(say(`has a tenant wall whose ${side.toUpperCase()} is \`${text}\`, not \`${wall}\``))
  }
  return wrong
}

/** A unique or foreign key that does not begin with the tenant is an oracle: the engine checks it past every policy. */
async function keysAcrossTenants(client: CatalogClient): Promise<string[]> {
  const unique = await client.query<{ name: string; table: string }>(`
    SELECT n.nspname || '.' || ic.relname AS name, n.nspname || '.' || c.relname AS table
      FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
     WHERE ${isOurs('n.nspname')} AND (i.indisunique OR i.indisexclusion) AND c.relname <> '_prisma_migrations'
       AND a.attname IS DISTINCT FROM 'tenant_id' ORDER BY 1`)
  const foreign = await client.query<{ name: string; table: string }>(`
    SELECT n.nspname || '.' || k.conname AS name, n.nspname || '.' || c.relname AS table
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1]
      JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = k.confkey[1]
     WHERE ${isOurs('n.nspname')} AND k.contype = 'f' AND NOT (a.attname = 'tenant_id' AND b.attname = 'tenant_id') ORDER BY 1`)
  return [
    ...unique.rows
      .filter(({ name, table }) => reviewedTables[table]?.wall !== null && reviewedUniqueKeys[name] === undefined)
      .map(({ name, table }) => `\`${table}\` has a unique key \`${name}\` that does not begin with the tenant`),
    ...foreign.rows
      .filter(({ name }) => reviewedForeignKeys[name] === undefined)
      .map(({ name, table }) => `\`${table}\` has a foreign key \`${name}\` that does not carry the tenant`),
  ]
}
