/**
 * What the isolation tests are generated from: tables, rights and functions as
 * the catalog has them. A table, view or function added tomorrow is in every
 * test here without a line being written.
 */
import { isOurs, type CatalogClient } from '../catalog/client.ts'
import { reviewedTables } from '../catalog/reviewed.ts'
import { loginRoles, type LoginRole } from '../migrate.ts'

export interface Column {
  name: string
  /** As PostgreSQL writes it: `uuid`, `text[]`, `timestamp with time zone`. */
  type: string
  required: boolean
  /** Values a CHECK constraint lists for it. */
  allowed: string[]
}

export interface ForeignKey {
  /** Columns besides the tenant, here and there, in the same order. */
  columns: string[]
  table: string
  targets: string[]
}

export interface Table {
  name: string
  columns: Column[]
  key: string[]
  foreign: ForeignKey[]
  /** Everybody of the tenant may read every row: a permissive policy for reading says `true`. */
  tenantWide: boolean
  rights: RoleRights[]
}

/** What one login role may do with a relation; column names where only some are granted. */
export interface RoleRights {
  role: LoginRole
  select: boolean
  insert: boolean
  delete: boolean
  update: string[]
}

export interface Routine {
  /** `schema.name(types)`. */
  name: string
  definer: boolean
  isTrigger: boolean
  roles: LoginRole[]
}

/** Every table behind a tenant wall, partitions aside (nobody has rights on them). */
export async function tenantTables(client: CatalogClient): Promise<Table[]> {
  const { rows } = await client.query<
    Omit<Table, 'columns'> & { columns: (Omit<Column, 'allowed'> & { check: string })[] }
  >(
    `SELECT n.nspname || '.' || c.relname AS name,
       (SELECT jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
                 'required', a.attnotnull AND NOT a.atthasdef,
                 'check', coalesce((SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k
                                     WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum]), '')) ORDER BY a.attnum)
          FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       ARRAY(SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
              WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY a.attnum) AS key,
       coalesce((SELECT jsonb_agg(jsonb_build_object('table', k.confrelid::regclass::text,
                 'columns', (SELECT jsonb_agg(a.attname ORDER BY o) FROM unnest(k.conkey) WITH ORDINALITY x (num, o)
                              JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = x.num WHERE a.attname <> 'tenant_id'),
                 'targets', (SELECT jsonb_agg(a.attname ORDER BY o) FROM unnest(k.confkey) WITH ORDINALITY x (num, o)
                              JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = x.num WHERE a.attname <> 'tenant_id')))
          FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f'), '[]') AS foreign,
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('*', 'r')
                AND p.polroles = '{0}' AND pg_get_expr(p.polqual, p.polrelid) = 'true') AS "tenantWide",
       ${rightsOf('c.oid')} AS rights
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${isOurs('n.nspname')} AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1`,
    [[...loginRoles]],
  )
  return rows
    .filter(({ name }) => reviewedTables[name]?.wall !== null && reviewedTables[name]?.unwalled !== true)
    .map((table) => ({
      ...table,
      columns: table.columns.map(({ check, ...column }) => ({ ...column, allowed: listed(check) })),
    }))
}

/** `((status = ANY (ARRAY['a'::text, 'b'::text])))` → `a`, `b`. */
function listed(check: string): string[] {
  const list = /= ANY \(\(?ARRAY\[(.*?)\]/.exec(check)?.[1]
  return list === undefined ? [] : [...list.matchAll(/'([^']*)'/g)].map((match) => match[1] ?? '')
}

const rightsOf = (relation: string): string => `
  coalesce((SELECT jsonb_agg(jsonb_build_object('role', role, 'select', has_any_column_privilege(role, ${relation}, 'SELECT'),
             'insert', has_any_column_privilege(role, ${relation}, 'INSERT'), 'delete', has_table_privilege(role, ${relation}, 'DELETE'),
             'update', (SELECT coalesce(jsonb_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a WHERE a.attrelid = ${relation}
                         AND a.attnum > 0 AND NOT a.attisdropped AND has_column_privilege(role, ${relation}, a.attnum, 'UPDATE'))))
             FROM unnest($1::text[]) AS role
            WHERE has_any_column_privilege(role, ${relation}, 'SELECT, INSERT, UPDATE') OR has_table_privilege(role, ${relation}, 'DELETE')), '[]')`

export interface View {
  name: string
  roles: LoginRole[]
}

/** Every published view with the roles that may read it. */
export async function publishedViews(client: CatalogClient): Promise<View[]> {
  const { rows } = await client.query<{ name: string; roles: LoginRole[] }>(
    `SELECT n.nspname || '.' || c.relname AS name,
            ARRAY(SELECT role FROM unnest($1::text[]) AS role WHERE has_any_column_privilege(role, c.oid, 'SELECT')) AS roles
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE ${isOurs('n.nspname')} AND c.relkind = 'v' ORDER BY 1`,
    [[...loginRoles]],
  )
  return rows
}

/** Every function and procedure of ours. */
export async function routines(client: CatalogClient): Promise<Routine[]> {
  const { rows } = await client.query<{ name: string; definer: boolean; isTrigger: boolean; roles: LoginRole[] }>(
    `SELECT n.nspname || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name, p.prosecdef AS definer,
            p.prorettype IN ('trigger'::regtype, 'event_trigger'::regtype) AS "isTrigger",
            ARRAY(SELECT role FROM unnest($1::text[]) AS role WHERE has_function_privilege(role, p.oid, 'EXECUTE')) AS roles
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${isOurs('n.nspname')} ORDER BY 1`,
    [[...loginRoles]],
  )
  return rows
}
