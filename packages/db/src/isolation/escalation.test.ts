/**
 * What injected SQL could try under a service's own login: become somebody
 * else, switch the policies off, claim another tenant by a setting, or keep
 * something outside of the walls. For every login role.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { narrowRoles, owner } from '../catalog/reviewed.ts'
import { loginRoles } from '../migrate.ts'
import { doorOnlyTables } from './doorOnly.ts'
import { makeWorld } from './world.ts'

const world = await makeWorld()
afterAll(() => world.stop())

const everyRole = [...loginRoles, owner, ...Object.keys(narrowRoles), 'postgres', 'pg_read_all_data', 'pg_monitor']

describe.each(loginRoles)('%s', (role) => {
  const handover = (): string => world.handover(role, world.a, { sub: world.a.teams[0].lead })
  const readable = world.tables.filter(({ rights }) => rights.some((one) => one.role === role && one.select))

  test('becomes no other role', async () => {
    await world.as(role, handover(), async (session) => {
      for (const other of everyRole.filter((one) => one !== role)) {
        await expect(session.query(`SET ROLE ${other}`), other).rejects.toMatchObject({ code: '42501' })
        await expect(session.query(`SET SESSION AUTHORIZATION ${other}`), other).rejects.toMatchObject({
          code: '42501',
        })
        await expect(session.query("SELECT set_config('role', $1, true)", [other]), other).rejects.toMatchObject({
          code: '42501',
        })
      }
    })
  })

  test('gets errors and no rows with row security off', async () => {
    await world.as(role, handover(), async (session) => {
      await session.query('SET LOCAL row_security = off')
      for (const { name } of readable) {
        await expect(session.query(`SELECT * FROM ${name}`), name).rejects.toMatchObject({ code: '42501' })
      }
    })
  })

  test('claims nothing by a setting', async () => {
    const plain = JSON.stringify(world.database.claims(world.b.tenantId, { aud: role }))
    await world.as(role, handover(), async (session) => {
      for (const [name, value] of [
        ['muster.tenant', world.b.tenantId],
        ['muster.tenant_id', world.b.tenantId],
        ['muster.claims', plain],
        ['request.jwt', plain],
        ['request.jwt.claim.tenant_id', world.b.tenantId],
        ['search_path', 'pg_temp, guard, identity, muster'],
      ]) {
        await session.query('SELECT set_config($1, $2, true)', [name, value])
      }
      for (const { name, columns } of readable) {
        if (!columns.some((column) => column.name === 'tenant_id')) continue
        const { rows } = await session.query<{ tenant_id: string }>(`SELECT DISTINCT tenant_id FROM ${name}`)
        expect(
          rows.map(({ tenant_id }) => tenant_id),
          name,
        ).toEqual(doorOnlyTables.has(name) ? [] : [world.a.tenantId])
      }
      await session.query("SELECT set_config('request.jwt.claims', $1, true)", [plain])
      for (const { name } of readable) {
        expect((await session.query(`SELECT * FROM ${name}`)).rows, name).toEqual([])
      }
    })
  })

  test('widens nothing by the settings that only a superuser has', async () => {
    await world.as(role, handover(), async (session) => {
      for (const setting of [
        "session_replication_role = 'replica'",
        'allow_system_table_mods = on',
        "log_statement = 'all'",
        "event_triggers = 'off'",
        "session_preload_libraries = 'x'",
      ]) {
        await expect(session.query(`SET LOCAL ${setting}`), setting).rejects.toMatchObject({ code: '42501' })
      }
    })
  })

  test.each([
    'CREATE TABLE guard.mine (id int)',
    'CREATE TABLE public.mine (id int)',
    'CREATE TEMPORARY TABLE mine (id int)',
    'CREATE SCHEMA mine',
    'CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
    'CREATE VIEW public.mine AS SELECT 1',
    'CREATE ROLE mine',
    'CREATE EVENT TRIGGER mine ON sql_drop EXECUTE FUNCTION muster.now()',
    'ALTER TABLE identity.agent DISABLE ROW LEVEL SECURITY',
    'ALTER POLICY tenant_wall ON identity.agent USING (true)',
    'ALTER TABLE ledger.receipt DISABLE TRIGGER append_only',
    'DROP TABLE ledger.receipt',
    'SELECT * FROM muster.handover_key',
    'SELECT * FROM identity.door',
    'SELECT * FROM ledger.door_origin',
    'SELECT * FROM ledger.receipt_p0',
    'SELECT * FROM pg_authid',
    'SELECT * FROM pg_statistic',
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/hostname')",
    "COPY (SELECT 1) TO PROGRAM 'true'",
    "COPY (SELECT 1) TO '/tmp/mine'",
    "CALL muster.wall('identity.agent', 'true')",
    "SELECT identity.open_tenant(gen_random_uuid(), 'x', 'x', gen_random_uuid(), 'x', 'x')",
    "SELECT ledger.open_log(gen_random_uuid(), 'muster.log/00000000000000000000000000000000')",
    "SELECT muster.verified_text('', 'postgres')",
    "SELECT muster.verify('', 'postgres')",
  ])('is refused `%s`', async (sql) => {
    await world.as(role, handover(), async (session) => {
      await expect(session.query(sql)).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|42809|42883)$/) })
    })
  })

  test('reads no foreign rows through the statistics', async () => {
    await world.database.asSuperuser('ANALYZE')
    await world.as(role, handover(), async (session) => {
      const { rows } = await session.query('SELECT * FROM pg_stats WHERE schemaname !~ $1', [
        '^(pg_|information_schema)',
      ])
      expect(rows).toEqual([])
    })
  })
})
