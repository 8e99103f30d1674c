/**
 * Roles: who logs in owns nothing, inherits nothing and bypasses nothing; who
 * owns something never logs in.
 */
import { loginRoles } from '../../migrate.ts'
import type { CatalogClient, Rule } from '../client.ts'
import { memberships, narrowRoles, owner } from '../reviewed.ts'

interface Role {
  name: string
  bootstrap: boolean
  login: boolean
  powers: string[]
}

const powersSql = `
  SELECT rolname AS name, oid = 10 OR rolname = session_user AS bootstrap, rolcanlogin AS login,
         array_remove(ARRAY[CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN rolbypassrls THEN 'BYPASSRLS' END,
           CASE WHEN rolcreaterole THEN 'CREATEROLE' END, CASE WHEN rolcreatedb THEN 'CREATEDB' END,
           CASE WHEN rolreplication THEN 'REPLICATION' END, CASE WHEN rolinherit THEN 'INHERIT' END], NULL) AS powers
    FROM pg_roles WHERE rolname !~ '^pg_' ORDER BY 1`

export const roles: Rule = async (client) => {
  const { rows } = await client.query<Role>(powersSql)
  const ours = new Set<string>([owner, ...Object.keys(narrowRoles), ...loginRoles])
  const wrong: string[] = []
  for (const name of ours) if (!rows.some((role) => role.name === name)) wrong.push(`role \`${name}\` is missing`)
  for (const role of rows) {
    if (ours.has(role.name)) {
      for (const power of role.powers) wrong.push(`role \`${role.name}\` has ${power}`)
      const mayLogIn = (loginRoles as readonly string[]).includes(role.name)
      if (role.login !== mayLogIn) wrong.push(`role \`${role.name}\` ${role.login ? 'may' : 'may not'} log in`)
    } else if (!role.bootstrap) {
      // Whoever else lives on this server may do what it likes with its own; not see past our policies.
      for (const power of role.powers) {
        if (power === 'BYPASSRLS' || power === 'SUPERUSER') wrong.push(`role \`${role.name}\` has ${power}`)
      }
    }
  }
  return [
    ...wrong,
    ...(await wrongMemberships(client)),
    ...(await wrongOwnership(client)),
    ...(await roleSettings(client)),
  ]
}

async function wrongMemberships(client: CatalogClient): Promise<string[]> {
  const { rows } = await client.query<{ membership: string }>(`
    SELECT r.rolname || ' to ' || m.rolname || ' (' || concat_ws(', ', CASE WHEN a.admin_option THEN 'admin' END,
             CASE WHEN a.inherit_option THEN 'inherit' END, CASE WHEN a.set_option THEN 'set' END) || ')' AS membership
      FROM pg_auth_members a JOIN pg_roles r ON r.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
     WHERE r.rolname ~ '^muster_' OR m.rolname ~ '^muster_' ORDER BY 1`)
  const found = rows.map(({ membership }) => membership)
  return [
    ...found
      .filter((one) => !memberships.includes(one))
      .map((one) => `role \`${one}\` is a membership nobody reviewed`),
    ...memberships
      .filter((one) => !found.includes(one))
      .map((one) => `role \`${one}\` is a membership that is missing`),
  ]
}

async function wrongOwnership(client: CatalogClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string; object: string }>(
    `SELECT r.rolname AS name, pg_describe_object(d.classid, d.objid, d.objsubid) AS object
       FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
      WHERE d.deptype = 'o' AND d.refclassid = 'pg_authid'::regclass AND r.rolname = ANY ($1)
        AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())) ORDER BY 1, 2`,
    [[...loginRoles]],
  )
  return rows.map(({ name, object }) => `role \`${name}\` logs in and owns ${object}`)
}

/** Settings that travel with a role or the database could switch a wall off for everybody who connects. */
async function roleSettings(client: CatalogClient): Promise<string[]> {
  const { rows } = await client.query<{ name: string; setting: string }>(`
    SELECT coalesce(r.rolname, 'the database') AS name, unnest(s.setconfig) AS setting
      FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole
     WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
       AND (r.rolname IS NULL OR r.rolname ~ '^muster_') ORDER BY 1, 2`)
  return rows.map(({ name, setting }) => `\`${name}\` carries the setting \`${setting}\``)
}
