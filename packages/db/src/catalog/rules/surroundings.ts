/**
 * What surrounds the tables: schemas, the database, settings, and every kind
 * of object by which rows could leave past the policies or a name be shadowed.
 */
import { isOurs, type CatalogClient, type Rule } from '../client.ts'
import { extensions, guardSchema, owner } from '../reviewed.ts'

/** Settings under which the policies, the triggers or the catalogs stop holding, and the value each must have. */
const settings: Readonly<Record<string, string>> = {
  row_security: 'on',
  session_replication_role: 'origin',
  event_triggers: 'on',
  allow_system_table_mods: 'off',
  lo_compat_privileges: 'off',
}

export const surroundings: Rule = async (client) => [
  ...(await wrongRights(client)),
  ...(await wrongObjects(client)),
  ...(await wrongSettings(client)),
]

async function wrongRights(client: CatalogClient): Promise<string[]> {
  const { rows } = await client.query<{ wrong: string }>(
    `SELECT 'schema \`' || n.nspname || '\` is owned by \`' || pg_get_userbyid(n.nspowner) || '\`' AS wrong
       FROM pg_namespace n WHERE ${isOurs('n.nspname')} AND n.nspname NOT IN ('public', $2) AND pg_get_userbyid(n.nspowner) <> $1
     UNION ALL
     SELECT 'schema \`' || n.nspname || '\` grants ' || x.privilege_type || ' to \`' || coalesce(r.rolname, 'PUBLIC') || '\`'
       FROM pg_namespace n CROSS JOIN aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x LEFT JOIN pg_roles r ON r.oid = x.grantee
      WHERE ${isOurs('n.nspname')} AND x.grantee <> n.nspowner AND r.rolname IS DISTINCT FROM $1
        AND (x.grantee = 0 OR x.privilege_type <> 'USAGE' OR x.is_grantable OR n.nspname IN ('public', $2))
     UNION ALL
     SELECT 'the database grants ' || x.privilege_type || ' to \`' || coalesce(r.rolname, 'PUBLIC') || '\`'
       FROM pg_database d CROSS JOIN aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x LEFT JOIN pg_roles r ON r.oid = x.grantee
      WHERE d.datname = current_database() AND x.grantee <> d.datdba AND r.rolname IS DISTINCT FROM $1
        AND (x.grantee = 0 OR x.privilege_type <> 'CONNECT' OR x.is_grantable)
     UNION ALL
     SELECT 'default privileges of \`' || pg_get_userbyid(a.defaclrole) || '\` would grant rights on what is made later' FROM pg_default_acl a
     UNION ALL
     SELECT 'relation \`' || n.nspname || '.' || c.relname || '\` grants ' || x.privilege_type || ' to \`' || coalesce(r.rolname, 'PUBLIC') || '\`'
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN aclexplode(c.relacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
      WHERE ${isOurs('n.nspname')} AND x.grantee <> c.relowner AND c.relkind <> 'v'
        AND (x.grantee = 0 OR x.is_grantable OR x.privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE'))
     ORDER BY 1`,
    [owner, guardSchema],
  )
  return rows.map(({ wrong }) => wrong)
}

async function wrongObjects(client: CatalogClient): Promise<string[]> {
  const { rows } = await client.query<{ wrong: string }>(
    `SELECT 'extension \`' || extname || '\` was not reviewed' AS wrong FROM pg_extension WHERE extname <> ALL ($1)
     UNION ALL SELECT 'publication \`' || pubname || '\` streams rows past row-level security' FROM pg_publication
     UNION ALL SELECT 'foreign server \`' || srvname || '\` lets rows leave' FROM pg_foreign_server
     UNION ALL SELECT 'large object ' || oid || ' stands outside every wall' FROM pg_largeobject_metadata
     UNION ALL SELECT 'rule \`' || w.rulename || '\` on \`' || w.ev_class::regclass || '\` rewrites what is asked'
       FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${isOurs('n.nspname')} AND w.rulename <> '_RETURN'
     UNION ALL SELECT 'operator \`' || o.oid::regoperator || '\` could shadow one of the system' FROM pg_operator o
       JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ${isOurs('n.nspname')}
     UNION ALL SELECT 'cast from \`' || castsource::regtype || '\` to \`' || casttarget::regtype || '\` was not reviewed' FROM pg_cast WHERE oid >= 16384
     UNION ALL SELECT 'language \`' || lanname || '\` was not reviewed' FROM pg_language WHERE lanname NOT IN ('internal', 'c', 'sql', 'plpgsql')
     ORDER BY 1`,
    [[...extensions]],
  )
  return rows.map(({ wrong }) => wrong)
}

async function wrongSettings(client: CatalogClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string; setting: string }>(
    'SELECT name, setting FROM pg_settings WHERE name = ANY ($1) ORDER BY 1',
    [Object.keys(settings)],
  )
  return rows
    .filter(({ name, setting }) => settings[name] !== setting)
    .map(({ name, setting }) => `setting \`${name}\` is \`${setting}\`, not \`${settings[name]}\``)
}
