/**
 * The gate itself: what was reviewed passes, and whatever else somebody may
 * do to the database is named. Each case runs in a transaction of its own and
 * is rolled back.
 */
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startMusterDatabase, type MusterDatabase } from '../testing/index.ts'
import { assertCatalog, catalogViolations } from './assertCatalog.ts'
import { CatalogViolation } from './catalogViolation.ts'

let database: MusterDatabase
let client: pg.Client

beforeAll(async () => {
  database = await startMusterDatabase()
  client = new pg.Client({ connectionString: database.superuserUrl })
  await client.connect()
})
afterAll(async () => {
  await client?.end()
  await database?.stop()
})

/** What the assertion says after `change`. */
async function after(change: string): Promise<string> {
  await client.query('BEGIN')
  try {
    await client.query(change)
    return (await catalogViolations(client)).join('\n')
  } finally {
    await client.query('ROLLBACK')
  }
}

test('accepts the database that the migrations make', async () => {
  await expect(assertCatalog(database.superuserUrl)).resolves.toBeUndefined()
})

test('throws one error that names every violation', async () => {
  await client.query(
    'ALTER TABLE guard.finding NO FORCE ROW LEVEL SECURITY; GRANT TRUNCATE ON guard.finding TO muster_guard',
  )
  try {
    const error = await assertCatalog(database.superuserUrl).then(
      () => undefined,
      (cause: unknown) => cause,
    )
    expect(error).toBeInstanceOf(CatalogViolation)
    expect((error as CatalogViolation).violations).toEqual([
      expect.stringContaining('`guard.finding` grants TRUNCATE to `muster_guard`'),
      expect.stringContaining('`guard.finding` does not force row-level security'),
      expect.stringContaining('table guard.finding → muster_guard: INSERT, SELECT, TRUNCATE'),
      expect.stringContaining('table guard.finding → muster_guard: INSERT, SELECT, UPDATE'),
    ])
  } finally {
    await client.query(
      'ALTER TABLE guard.finding FORCE ROW LEVEL SECURITY; REVOKE TRUNCATE ON guard.finding FROM muster_guard',
    )
  }
})

const note =
  'SET ROLE muster_owner; CREATE TABLE guard.note (tenant_id uuid NOT NULL, id uuid, PRIMARY KEY (tenant_id, id))'
const definer = (rest: string): string =>
  `SET ROLE muster_owner; CREATE FUNCTION guard.odd() RETURNS int LANGUAGE sql SECURITY DEFINER ${rest} AS 'SELECT 1'`

describe('tables', () => {
  test.each([
    ['a table added without a wall', `${note}; RESET ROLE`, /`guard\.note` has row-level security switched off/],
    [
      'a table whose owner is not under it',
      `${note}; ALTER TABLE guard.note ENABLE ROW LEVEL SECURITY; RESET ROLE`,
      /`guard\.note` does not force/,
    ],
    [
      'a wall without any scope',
      `${note}; CALL muster.wall('guard.note', 'true'); DROP POLICY access_scope ON guard.note; RESET ROLE`,
      /`guard\.note` has no permissive policy/,
    ],
    [
      'a table in a schema of its own',
      'CREATE SCHEMA jobs AUTHORIZATION muster_owner; CREATE TABLE jobs.job (tenant_id uuid)',
      /`jobs\.job` has row-level security switched off/,
    ],
    ['a table in `public`', 'CREATE TABLE public.scratch (id int)', /`public\.scratch` is owned by `postgres`/],
    [
      'a table somebody else owns',
      'ALTER TABLE guard.finding OWNER TO muster_guard',
      /role `muster_guard` logs in and owns table guard\.finding/,
    ],
    ['an unlogged table', 'ALTER TABLE scoring.standing SET UNLOGGED', /`scoring\.standing` is not durable/],
    [
      'a child that inherits',
      'CREATE TABLE guard.more () INHERITS (guard.finding)',
      /`guard\.more` inherits from another table/,
    ],
    [
      'rights on a partition',
      'GRANT SELECT ON ledger.entry_p0 TO muster_passport',
      /`ledger\.entry_p0` is a partition and grants rights/,
    ],
    [
      'rights on a table without walls',
      'GRANT SELECT ON guard._prisma_migrations TO muster_guard',
      /`guard\._prisma_migrations` has no walls and grants rights/,
    ],
    [
      'a materialized view',
      'CREATE MATERIALIZED VIEW guard.totals AS SELECT count(*) FROM guard.finding',
      /`guard\.totals` is a materialized view/,
    ],
    ['a sequence', 'CREATE SEQUENCE guard.counter', /`guard\.counter` is a sequence/],
    [
      'a unique key across tenants',
      'CREATE UNIQUE INDEX agent_slug ON identity.agent (slug)',
      /unique key `identity\.agent_slug`/,
    ],
    [
      'a foreign key without the tenant',
      `${note}; ALTER TABLE guard.note ADD FOREIGN KEY (id) REFERENCES identity.organization (id); RESET ROLE`,
      /foreign key `guard\.note_id_fkey`/,
    ],
  ])('%s stops the start', async (_, change, said) => {
    expect(await after(change)).toMatch(said)
  })
})

describe('policies', () => {
  test.each([
    [
      'a second restrictive policy',
      'CREATE POLICY second ON guard.finding AS RESTRICTIVE FOR ALL TO PUBLIC USING (true)',
      /`guard\.finding` has 2 restrictive policies/,
    ],
    [
      'a wall with a hole',
      "ALTER POLICY tenant_wall ON guard.finding USING (tenant_id = (SELECT muster.tenant()) OR severity = 'info')",
      /tenant wall whose USING is .*severity/,
    ],
    [
      'a wall that lets rows be written elsewhere',
      'ALTER POLICY tenant_wall ON guard.finding WITH CHECK (true)',
      /tenant wall whose CHECK is `true`/,
    ],
    [
      'a wall asked once a row',
      'ALTER POLICY tenant_wall ON guard.finding USING (tenant_id = muster.tenant())',
      /tenant wall whose USING is/,
    ],
    ['a wall for one role', 'ALTER POLICY tenant_wall ON guard.finding TO muster_guard', /not TO PUBLIC/],
    [
      'a wall for reading alone',
      'DROP POLICY tenant_wall ON guard.finding; CREATE POLICY tenant_wall ON guard.finding AS RESTRICTIVE FOR SELECT TO PUBLIC USING (tenant_id = (SELECT muster.tenant()))',
      /not FOR ALL/,
    ],
    [
      'a wider scope',
      'ALTER POLICY access_scope ON guard.decision USING (true)',
      /`guard\.decision access_scope PERMISSIVE FOR ALL TO PUBLIC USING true .*` is not in policies\.txt/,
    ],
    [
      'another permissive policy',
      'CREATE POLICY extra ON guard.decision FOR SELECT TO muster_guard USING (true)',
      /`guard\.decision extra PERMISSIVE FOR SELECT TO muster_guard USING true` is not in policies\.txt/,
    ],
  ])('%s stops the start', async (_, change, said) => {
    expect(await after(change)).toMatch(said)
  })
})

describe('rights', () => {
  test.each([
    [
      'TRUNCATE',
      'GRANT TRUNCATE ON guard.finding TO muster_guard',
      /`guard\.finding` grants TRUNCATE to `muster_guard`/,
    ],
    ['REFERENCES', 'GRANT REFERENCES ON guard.finding TO muster_guard', /grants REFERENCES/],
    ['TRIGGER', 'GRANT TRIGGER ON guard.finding TO muster_guard', /grants TRIGGER/],
    ['MAINTAIN', 'GRANT MAINTAIN ON guard.finding TO muster_guard', /grants MAINTAIN/],
    ['a grant to everybody', 'GRANT SELECT ON guard.finding TO PUBLIC', /`guard\.finding` grants SELECT to `PUBLIC`/],
    [
      'a grant that may be passed on',
      'GRANT SELECT ON guard.finding TO muster_guard WITH GRANT OPTION',
      /`guard\.finding` grants SELECT to `muster_guard`/,
    ],
    [
      'a grant to the wrong service',
      'GRANT SELECT ON identity.password TO muster_guard',
      /`table identity\.password → muster_guard: SELECT` is not in grants\.txt/,
    ],
    [
      'a column more',
      'GRANT UPDATE (sources) ON guard.policy_bundle TO muster_guard',
      /UPDATE \(activated_at, sources, state\)` is not in grants\.txt/,
    ],
    [
      'a right that is gone',
      'REVOKE SELECT ON guard.finding FROM muster_guard',
      /is in grants\.txt and not in the database/,
    ],
    [
      'CREATE on a schema',
      'GRANT CREATE ON SCHEMA guard TO muster_guard',
      /schema `guard` grants CREATE to `muster_guard`/,
    ],
    ['a schema for everybody', 'GRANT USAGE ON SCHEMA guard TO PUBLIC', /schema `guard` grants USAGE to `PUBLIC`/],
    [
      'temporary objects',
      `DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO PUBLIC', current_database()); END $$`,
      /the database grants TEMPORARY to `PUBLIC`/,
    ],
    [
      'rights on what is made later',
      'ALTER DEFAULT PRIVILEGES FOR ROLE muster_owner GRANT SELECT ON TABLES TO muster_guard',
      /default privileges of `muster_owner`/,
    ],
  ])('%s stops the start', async (_, change, said) => {
    expect(await after(change)).toMatch(said)
  })
})

describe('functions and views', () => {
  test.each([
    [
      'a definer function with the caller’s search_path',
      definer(''),
      /`guard\.odd\(\)` runs as its owner with the caller’s search_path/,
    ],
    [
      'a definer function that looks into temporary names first',
      definer('SET search_path = pg_temp, pg_catalog'),
      /`guard\.odd\(\)` runs as its owner with `search_path=pg_temp, pg_catalog`/,
    ],
    [
      'a definer function nobody listed',
      definer('SET search_path = pg_catalog, pg_temp'),
      /`guard\.odd\(\) by muster_owner SECURITY DEFINER .*` is not in functions\.txt/,
    ],
    [
      'a function that is everybody’s',
      definer('SET search_path = pg_catalog, pg_temp'),
      /`guard\.odd\(\)` may be executed by PUBLIC/,
    ],
    [
      'a function of the superuser',
      "CREATE FUNCTION guard.odd() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      /`guard\.odd\(\)` is owned by `postgres`/,
    ],
    [
      'a leakproof function',
      'ALTER FUNCTION guard.trust_rank(text) LEAKPROOF',
      /`guard\.trust_rank\(text\)` is LEAKPROOF/,
    ],
    [
      'a function with another text',
      "CREATE OR REPLACE FUNCTION muster.tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT current_setting('my.tenant')::uuid $$",
      /`muster\.tenant\(\) by muster_owner STABLE \w+` is not in functions\.txt/,
    ],
    [
      'a clock that is more than an offset',
      "CREATE OR REPLACE FUNCTION muster.clock_offset() RETURNS interval LANGUAGE sql IMMUTABLE AS $$ SELECT current_setting('my.offset')::interval $$",
      /more than an offset of the clock/,
    ],
    [
      'a view without its barrier',
      'ALTER VIEW guard.published_finding RESET (security_barrier)',
      /view `guard\.published_finding` is not exactly a security barrier/,
    ],
    [
      'a view with its caller’s rights',
      'ALTER VIEW guard.published_finding SET (security_invoker = true)',
      /view `guard\.published_finding` is not exactly a security barrier/,
    ],
    [
      'a view of the superuser',
      'ALTER VIEW guard.published_finding OWNER TO postgres',
      /view `guard\.published_finding` is owned by `postgres`/,
    ],
    [
      'a view one can write to',
      'GRANT UPDATE ON guard.published_finding TO muster_workforce',
      /view `guard\.published_finding` grants UPDATE/,
    ],
    [
      'a view for another service',
      'GRANT SELECT ON guard.published_finding TO muster_scoring',
      /`view guard\.published_finding → muster_scoring: SELECT` is not in grants\.txt/,
    ],
  ])('%s stops the start', async (_, change, said) => {
    expect(await after(`${change}; RESET ROLE`)).toMatch(said)
  })
})

describe('triggers', () => {
  test.each([
    [
      'a trigger switched off',
      'ALTER TABLE ledger.receipt DISABLE TRIGGER append_only',
      /`ledger\.receipt` has its trigger `append_only` switched off/,
    ],
    [
      'foreign keys switched off',
      'ALTER TABLE guard.execution DISABLE TRIGGER ALL',
      /`guard\.execution` has its trigger `RI_ConstraintTrigger/,
    ],
    [
      'a trigger for replicas only',
      'ALTER TABLE ledger.receipt ENABLE REPLICA TRIGGER append_only',
      /`ledger\.receipt` has its trigger `append_only` switched off/,
    ],
    [
      'an append-only table without its trigger',
      'DROP TRIGGER append_only ON ledger.checkpoint',
      /`ledger\.checkpoint` is append-only and has no trigger `append_only`/,
    ],
    [
      'a trigger nobody reviewed',
      'CREATE TRIGGER twice BEFORE UPDATE ON guard.agent_session FOR EACH ROW EXECUTE FUNCTION guard.taint_falls()',
      /`twice BEFORE UPDATE ON guard\.agent_session .*` is not in triggers\.txt/,
    ],
  ])('%s stops the start', async (_, change, said) => {
    expect(await after(change)).toMatch(said)
  })
})

describe('roles', () => {
  test.each([
    ['BYPASSRLS for a service', 'ALTER ROLE muster_guard BYPASSRLS', /role `muster_guard` has BYPASSRLS/],
    ['a superuser among the services', 'ALTER ROLE muster_scoring SUPERUSER', /role `muster_scoring` has SUPERUSER/],
    [
      'a service that makes roles',
      'ALTER ROLE muster_identity CREATEROLE CREATEDB',
      /role `muster_identity` has CREATEROLE\n.*has CREATEDB/,
    ],
    ['a service that inherits', 'ALTER ROLE muster_identity INHERIT', /role `muster_identity` has INHERIT/],
    ['a stranger with BYPASSRLS', 'CREATE ROLE reporting BYPASSRLS', /role `reporting` has BYPASSRLS/],
    ['an owner that may log in', 'ALTER ROLE muster_owner LOGIN', /role `muster_owner` may log in/],
    [
      'a service that is a member of the owner',
      'GRANT muster_owner TO muster_guard',
      /role `muster_owner to muster_guard \(.*set\)` is a membership nobody reviewed/,
    ],
    [
      'an owner that inherits from the mover',
      'GRANT muster_mover TO muster_owner WITH INHERIT TRUE',
      /role `muster_mover to muster_owner \(inherit, set\)` is a membership nobody reviewed/,
    ],
    [
      'a service that reads every table',
      'GRANT pg_read_all_data TO muster_guard',
      /role `pg_read_all_data to muster_guard/,
    ],
    [
      'a setting that travels with a role',
      'ALTER ROLE muster_guard SET search_path = public',
      /`muster_guard` carries the setting `search_path=public`/,
    ],
  ])('%s stops the start', async (_, change, said) => {
    expect(await after(change)).toMatch(said)
  })
})

describe('surroundings', () => {
  test.each([
    [
      'a publication',
      'CREATE PUBLICATION everything FOR TABLE guard.finding',
      /publication `everything` streams rows past/,
    ],
    ['a large object', 'SELECT lo_create(0)', /large object \d+ stands outside every wall/],
    [
      'a rewrite rule',
      'CREATE RULE hide AS ON DELETE TO guard.finding DO INSTEAD NOTHING',
      /rule `hide` on `guard\.finding` rewrites/,
    ],
    [
      'an operator of one’s own',
      'CREATE OPERATOR guard.=== (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = uuid_eq)',
      /operator `guard\.===\(uuid,uuid\)` could shadow/,
    ],
    [
      'triggers off for the session',
      "SET LOCAL session_replication_role = 'replica'",
      /setting `session_replication_role` is `replica`/,
    ],
    ['row security off for the session', 'SET LOCAL row_security = off', /setting `row_security` is `off`/],
  ])('%s stops the start', async (_, change, said) => {
    expect(await after(change)).toMatch(said)
  })
})
