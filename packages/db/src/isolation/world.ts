/**
 * Two tenants, two teams each, and at least one row for each team in every
 * tenant table: the ground of the isolation tests. Laid down as superuser,
 * looked at as services.
 */
import { randomBytes } from 'node:crypto'
import { capabilities, newId, signHandover, type Claims } from '@muster/kernel'
import pg from 'pg'
import type { CatalogClient } from '../catalog/client.ts'
import { loginRoles, type LoginRole } from '../migrate.ts'
import { startMusterDatabase, type MusterDatabase } from '../testing/index.ts'
import { tenantTables, type Table } from './facts.ts'
import { seedRows, type SeededRow } from './seedRows.ts'

export interface Team {
  number: 1 | 2
  unit: string
  /** The unit, then its ancestors. */
  path: string[]
  lead: string
  agent: string
}

export interface Side {
  slug: string
  tenantId: string
  origin: string
  root: string
  teams: [Team, Team]
  rows: SeededRow[]
  /** Tables whose generated row the database refused, and why. */
  unfilled: string[]
}

export interface Session {
  /** One statement of its own: a failure does not end the transaction. */
  query<Row extends pg.QueryResultRow = pg.QueryResultRow>(
    sql: string,
    values?: unknown[],
  ): Promise<pg.QueryResult<Row>>
}

export interface World {
  database: MusterDatabase
  /** The catalog, read as superuser. */
  catalog: CatalogClient
  tables: Table[]
  a: Side
  b: Side
  /** A hand-over for `role`; the widest of the tenant unless narrowed. */
  handover(role: string, side: Side, part?: Partial<Claims>): string
  /** The part of claims that makes a caller the lead of a team and nothing more. */
  leadOf(team: Team): Partial<Claims>
  /** Runs `work` as a login role under a hand-over, and undoes it unless told to keep it. */
  as<T>(role: LoginRole, handover: string, work: (session: Session) => Promise<T>, keep?: 'keep'): Promise<T>
  stop(): Promise<void>
}

/** @param given a database of one's own instead of a copy on the run's shared server. */
export async function makeWorld(given?: MusterDatabase): Promise<World> {
  const database = given ?? (await startMusterDatabase())
  const clients = new Map<LoginRole, pg.Client>()
  for (const role of loginRoles) {
    const client = new pg.Client({ connectionString: database.url(role) })
    await client.connect()
    clients.set(role, client)
  }
  const admin = new pg.Client({ connectionString: database.superuserUrl })
  await admin.connect()
  const catalog: CatalogClient = { query: async (sql, values) => ({ rows: await database.asSuperuser(sql, values) }) }
  const tables = await tenantTables(catalog)

  const handover: World['handover'] = (role, side, part = {}) =>
    signHandover(
      { ...database.claims(side.tenantId), caps: [...capabilities], ...part, aud: role },
      database.handoverKey,
    )
  const makeSide = async (slug: string): Promise<Side> => {
    const side = await layOut(database, admin, slug, handover)
    await seedRows(admin, tables, side, handover('postgres', side))
    return side
  }
  const a = await makeSide('alpha')
  const b = await makeSide('beta')
  await admin.end()

  return {
    database,
    catalog,
    tables,
    a,
    b,
    handover,
    leadOf: (team) => ({ sub: team.lead, all: false, units: [team.unit], roles: ['team-lead'] }),
    async as(role, token, work, keep) {
      const client = clients.get(role)!
      await client.query('BEGIN')
      try {
        await client.query("SELECT set_config('request.jwt.claims', $1, true)", [token])
        const result = await work({ query: (sql, values) => inSavepoint(client, sql, values) })
        if (keep === 'keep') await client.query('COMMIT')
        return result
      } finally {
        await client.query('ROLLBACK') // only a warning after a commit
      }
    },
    async stop() {
      for (const client of clients.values()) await client.end()
      await database.stop()
    },
  }
}

async function inSavepoint<Row extends pg.QueryResultRow>(
  client: pg.Client,
  sql: string,
  values?: unknown[],
): Promise<pg.QueryResult<Row>> {
  await client.query('SAVEPOINT one')
  try {
    return await client.query<Row>(sql, values)
  } catch (error) {
    await client.query('ROLLBACK TO SAVEPOINT one')
    throw error
  }
}

/** The tenant, its units, people, agents and first receipts: what rows hang on. */
async function layOut(
  database: MusterDatabase,
  admin: pg.Client,
  slug: string,
  handover: World['handover'],
): Promise<Side> {
  const { tenantId, origin } = await database.openTenant(slug)
  const root = newId()
  const team = (number: 1 | 2): Team => {
    const unit = newId()
    return { number, unit, path: [unit, root], lead: newId(), agent: newId() }
  }
  const side: Side = { slug, tenantId, origin, root, teams: [team(1), team(2)], rows: [], unfilled: [] }
  // Triggers that run as the owner are under the policies: they need claims even from a superuser's hand.
  await admin.query("SELECT set_config('request.jwt.claims', $1, false)", [handover('postgres', side)])
  const unit = (id: string, parent: string | null, name: string): Promise<unknown> =>
    admin.query('INSERT INTO workforce.org_unit (tenant_id, id, parent_id, kind, name) VALUES ($1, $2, $3, $4, $5)', [
      tenantId,
      id,
      parent,
      parent === null ? 'department' : 'team',
      name,
    ])
  await unit(root, null, 'everything')
  await admin.query(
    "INSERT INTO identity.sso_config (tenant_id, provider_type, issuer, client_id, secret_sealed, algorithms) VALUES ($1, 'okta', 'https://idp.example', 'muster', $2, '{ES256}')",
    [tenantId, randomBytes(40)],
  )
  for (const { unit: id, number, lead, agent } of side.teams) {
    await unit(id, root, `team ${number}`)
    await admin.query(
      'INSERT INTO identity.person (tenant_id, id, email_index, email_sealed, name_sealed, unit_id) VALUES ($1, $2, $3, $4, $4, $5)',
      [tenantId, lead, randomBytes(32), randomBytes(40), id],
    )
    await admin.query(
      'INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id, public_key) VALUES ($1, $2, $3, $3, $4, $5, $6)',
      [tenantId, agent, `agent-${number}`, lead, id, randomBytes(32).toString('base64')],
    )
    await admin.query(
      `SELECT ledger.append_verified(ARRAY[muster.claims()], 'muster_guard', ARRAY[$1::uuid], ARRAY['session.started'], ARRAY['session'], ARRAY['seed'],
         ARRAY[$2::uuid], ARRAY[NULL]::text[], ARRAY[$3::text], ARRAY['{}'], ARRAY[NULL]::bytea[])`,
      [newId(), agent, randomBytes(16).toString('hex')],
    )
  }
  return side
}
