/** The guards behind the assertion: whoever becomes the owner still cannot take a wall down. */
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMusterDatabase, type MusterDatabase } from '../testing/index.ts'
import { assertCatalog } from './assertCatalog.ts'
import { installGuards } from './installGuards.ts'

let database: MusterDatabase

beforeAll(async () => {
  database = await startMusterDatabase()
  await installGuards(database.superuserUrl)
})
afterAll(() => database?.stop())

/** Runs SQL as somebody who got hold of `role`, in a transaction that is rolled back. */
async function as(role: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.superuserUrl })
  await client.connect()
  try {
    await client.query(`SET SESSION AUTHORIZATION ${role}; BEGIN; ${sql}; ROLLBACK`)
  } finally {
    await client.end()
  }
}

test.each([
  'ALTER TABLE guard.finding DISABLE ROW LEVEL SECURITY',
  'ALTER TABLE guard.finding NO FORCE ROW LEVEL SECURITY',
  'ALTER POLICY tenant_wall ON guard.finding USING (true)',
  'DROP POLICY tenant_wall ON guard.finding',
  'DROP POLICY access_scope ON guard.finding',
  'ALTER TABLE ledger.receipt DISABLE TRIGGER append_only',
  'DROP TRIGGER append_only ON ledger.receipt',
])('refuses the owner `%s`', async (sql) => {
  await expect(as('muster_owner', sql)).rejects.toMatchObject({ code: 'MU090' })
  await expect(as('postgres', sql)).resolves.toBeUndefined()
})

test('lets the owner add a table with its wall', async () => {
  await expect(
    as(
      'muster_owner',
      "CREATE TABLE guard.note (tenant_id uuid NOT NULL, id uuid, PRIMARY KEY (tenant_id, id)); CALL muster.wall('guard.note', 'true'); ALTER TABLE guard.note ADD COLUMN body text; DROP TABLE guard.note",
    ),
  ).resolves.toBeUndefined()
})

test('lets nobody but the superuser keep rows in a large object', async () => {
  await expect(as('muster_guard', 'SELECT lo_create(0)')).rejects.toMatchObject({ code: '42501' })
})

test.each(['SELECT pg_terminate_backend(pg_backend_pid())', 'SELECT pg_cancel_backend(pg_backend_pid())'])(
  'lets no service end sessions by `%s`',
  async (sql) => {
    await expect(as('muster_guard', sql)).rejects.toMatchObject({ code: '42501' })
  },
)

test('may be installed again, and the assertion accepts what it installs', async () => {
  await installGuards(database.superuserUrl)
  await expect(assertCatalog(database.superuserUrl)).resolves.toBeUndefined()
})

test('a guard that was switched off stops the start', async () => {
  await database.asSuperuser('ALTER EVENT TRIGGER muster_refuse_removal DISABLE')
  await expect(assertCatalog(database.superuserUrl)).rejects.toThrow(
    /event trigger `muster_refuse_removal` is switched off/,
  )
})
