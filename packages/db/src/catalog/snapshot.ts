/**
 * The catalog as lines of text: who may do what, which policies, functions and
 * triggers there are. Checked in, so that every change of a right is a diff
 * somebody reads.
 *
 * The rules in `rules/` hold whatever the files say; the files catch what no
 * rule can know, such as a grant to the wrong one of two services.
 */
import { isOurs, type CatalogClient } from './client.ts'
import { clockFunction, guardSchema } from './reviewed.ts'

/** The files, each with the query that writes one line a row. */
export const snapshotQueries = {
  'grants.txt': `
    SELECT line FROM (
      SELECT 'schema ' || g.name || ' → ' || string_agg(g.role, ', ' ORDER BY g.role COLLATE "C") || ': ' || g.rights AS line
        FROM (SELECT n.nspname AS name, coalesce(r.rolname, 'PUBLIC')::text AS role, string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type COLLATE "C") AS rights
                FROM pg_namespace n CROSS JOIN aclexplode(n.nspacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
               WHERE ${isOurs('n.nspname')} AND x.grantee <> n.nspowner GROUP BY n.nspname, r.rolname) AS g
       GROUP BY g.name, g.rights
      UNION ALL
      SELECT CASE WHEN c.relkind = 'v' THEN 'view ' ELSE 'table ' END || n.nspname || '.' || c.relname || ' → ' || coalesce(r.rolname, 'PUBLIC') || ': '
             || string_agg(g.privilege || coalesce(' (' || g.columns || ')', ''), ', ' ORDER BY g.privilege COLLATE "C", g.columns NULLS FIRST)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (
          SELECT x.grantee, x.privilege_type AS privilege, NULL AS columns FROM aclexplode(c.relacl) x
          UNION ALL
          SELECT x.grantee, x.privilege_type, string_agg(a.attname, ', ' ORDER BY a.attname)
            FROM pg_attribute a CROSS JOIN aclexplode(a.attacl) x WHERE a.attrelid = c.oid AND NOT a.attisdropped GROUP BY x.grantee, x.privilege_type
        ) g LEFT JOIN pg_roles r ON r.oid = g.grantee
       WHERE ${isOurs('n.nspname')} AND g.grantee <> c.relowner GROUP BY c.relkind, n.nspname, c.relname, r.rolname
      UNION ALL
      SELECT 'function ' || n.nspname || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ') → '
             || string_agg(DISTINCT coalesce(r.rolname, 'PUBLIC')::text COLLATE "C", ', ') || ': EXECUTE'
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        CROSS JOIN aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) x LEFT JOIN pg_roles r ON r.oid = x.grantee
       WHERE ${isOurs('n.nspname')} AND n.nspname <> '${guardSchema}' AND x.grantee <> p.proowner
       GROUP BY n.nspname, p.proname, p.oid
      UNION ALL
      SELECT 'database → ' || coalesce(r.rolname, 'PUBLIC') || ': ' || string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type COLLATE "C")
        FROM pg_database d CROSS JOIN aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x LEFT JOIN pg_roles r ON r.oid = x.grantee
       WHERE d.datname = current_database() AND x.grantee <> d.datdba GROUP BY r.rolname
    ) AS lines`,
  'policies.txt': `
    SELECT n.nspname || '.' || c.relname || ' ' || p.polname || ' ' || CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END
           || ' FOR ' || CASE p.polcmd WHEN '*' THEN 'ALL' WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' ELSE 'DELETE' END
           || ' TO ' || (SELECT string_agg(coalesce(r.rolname, 'PUBLIC'), ', ' ORDER BY r.rolname) FROM unnest(p.polroles) o LEFT JOIN pg_roles r ON r.oid = o)
           || coalesce(' USING ' || btrim(regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\\s+', ' ', 'g')), '')
           || coalesce(' WITH CHECK ' || btrim(regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), '\\s+', ' ', 'g')), '') AS line
      FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${isOurs('n.nspname')}`,
  'functions.txt': `
    SELECT f.name || ' by ' || f.owner || CASE WHEN f.definer THEN ' SECURITY DEFINER' ELSE '' END || ' ' || f.volatility || ' ' || f.source AS line
      FROM (SELECT n.nspname || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name, pg_get_userbyid(p.proowner) AS owner,
                   p.prosecdef AS definer, CASE p.provolatile WHEN 'i' THEN 'IMMUTABLE' WHEN 's' THEN 'STABLE' ELSE 'VOLATILE' END AS volatility,
                   CASE WHEN n.nspname || '.' || p.proname || '()' = '${clockFunction}' THEN 'set-at-start'
                        ELSE left(encode(sha256(convert_to(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc), 'UTF8')), 'hex'), 16) END AS source
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE ${isOurs('n.nspname')} AND n.nspname <> '${guardSchema}') AS f`,
  'triggers.txt': `
    SELECT regexp_replace(pg_get_triggerdef(t.oid), '^CREATE (CONSTRAINT )?TRIGGER ', '\\1') AS line
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE ${isOurs('n.nspname')} AND NOT t.tgisinternal`,
} as const

export type SnapshotFile = keyof typeof snapshotQueries
export const snapshotFiles = Object.keys(snapshotQueries) as SnapshotFile[]

/** The lines of one file as this database would write them, in byte order. */
export async function snapshotLines(client: CatalogClient, file: SnapshotFile): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(snapshotQueries[file])
  return rows.map(({ line }) => line).toSorted()
}
