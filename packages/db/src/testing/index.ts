/**
 * For integration tests: a migrated database of one's own, and hand-overs that
 * are really signed for it. Never imported by the product.
 */
import { randomBytes } from 'node:crypto'
import { newId, signHandover, systemClock, type Claims, type Clock } from '@muster/kernel'
import pg from 'pg'
import { startTestDatabase, type TestDatabase } from '../embedded/index.ts'
import { closeDatabase, loginRoles, migrate, migrationsHash, provision } from '../migrate.ts'
import { requestScope, type RequestScope } from '../requestScope.ts'

export interface MusterDatabase extends TestDatabase {
  readonly handoverKey: Buffer
  /** Opens an organization, a tenant and its ledger, as the bootstrap does. */
  openTenant(slug: string): Promise<{ tenantId: string; origin: string }>
  /** Runs SQL as superuser, who bypasses row-level security: to prove that a row was there. */
  asSuperuser<Row extends pg.QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>
  /** Claims for a tenant; everything not given is the widest a person can have. */
  claims(tenantId: string, part?: Partial<Claims>): Claims
  /** A request scope with a hand-over for every login role. */
  scope(tenantId: string, part?: Partial<Claims>): RequestScope
}

/** A fresh database with all migrations. Call `stop()` in `afterAll`. */
export async function startMusterDatabase(clock: Clock = systemClock): Promise<MusterDatabase> {
  const database = await startTestDatabase({
    key: await migrationsHash(),
    prepare: async (url, access) => {
      await migrate(url, { password: access.password })
    },
  })
  await closeDatabase(database.superuserUrl)
  return musterDatabaseOn(database, clock)
}

/** The same on a database that was migrated by other means, for tests that look at the server itself. */
export async function musterDatabaseOn(database: TestDatabase, clock: Clock = systemClock): Promise<MusterDatabase> {
  const handoverKey = randomBytes(32)
  await provision(database.superuserUrl, handoverKey, clock.offsetMs)
  const pool = new pg.Pool({ connectionString: database.superuserUrl, max: 2 })
  pool.on('error', () => {})

  const claims = (tenantId: string, part: Partial<Claims> = {}): Claims => ({
    v: 1,
    aud: 'muster_guard',
    rid: `test-${newId()}`,
    tenant_id: tenantId,
    sub: newId(),
    kind: 'person',
    cred: newId(),
    agent: null,
    caps: [],
    roles: ['tenant-admin'],
    all: true,
    units: [],
    epoch: 1,
    ceiling: 'TRUSTED_INTERNAL',
    exp: Math.floor(clock.nowMs() / 1000) + 60,
    ...part,
  })

  return {
    ...database,
    handoverKey,
    claims,
    scope(tenantId, part) {
      const base = claims(tenantId, part)
      return requestScope(
        Object.fromEntries(loginRoles.map((role) => [role, signHandover({ ...base, aud: role }, handoverKey)])),
      )
    },
    async openTenant(slug) {
      const tenantId = newId()
      const origin = `muster.log/${randomBytes(16).toString('hex')}`
      await pool.query('SELECT identity.open_tenant($1, $2, $3, $4, $5, $6)', [
        newId(),
        `${slug}-org`,
        `${slug} org`,
        tenantId,
        slug,
        slug,
      ])
      await pool.query('SELECT ledger.open_log($1, $2)', [tenantId, origin])
      return { tenantId, origin }
    },
    async asSuperuser<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) {
      return (await pool.query<Row>(sql, values)).rows
    },
    async stop() {
      await pool.end()
      await database.stop()
    },
  }
}
