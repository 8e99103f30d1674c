/**
 * Brings a database to the state this code expects: roles, then every
 * service's migrations in the order they build on each other.
 *
 * Runs as superuser for the roles and as `muster_owner` for everything else,
 * so that every table is owned by a role under forced row-level security.
 */
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { applyMigrations, type MigrationScript } from './migrationEngine.ts'

export const prismaFolder = fileURLToPath(new URL('../../../prisma/', import.meta.url))

/** Each service's migrations may lean on the schemas before it, never on one after. */
export const migrationOrder = ['platform', 'workforce', 'identity', 'passport', 'scoring', 'guard'] as const

/** Schema that holds each folder's `_prisma_migrations`. */
const schemaOf = (service: string): string => (service === 'platform' ? 'muster' : service)

/** Login roles whose password is set at every start. */
export const loginRoles = [
  'muster_gateway',
  'muster_identity',
  'muster_workforce',
  'muster_scoring',
  'muster_guard',
  'muster_decider',
  'muster_passport',
  'muster_scheduler',
] as const
export type LoginRole = (typeof loginRoles)[number]

async function scriptsOf(service: string): Promise<MigrationScript[]> {
  const folder = join(prismaFolder, service, 'migrations')
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  return Promise.all(
    names.toSorted().map(async (name) => ({ name, sql: await readFile(join(folder, name, 'migration.sql'), 'utf8') })),
  )
}

/** What the superuser runs before any migration. */
const platformSql = (name: 'roles.sql' | 'database.sql'): Promise<string> =>
  readFile(join(prismaFolder, 'platform', name), 'utf8')

/** Changes whenever any migration or the roles do: the key of a test template. */
export async function migrationsHash(): Promise<string> {
  const hash = createHash('sha256').update(await platformSql('roles.sql'))
  for (const service of migrationOrder) {
    for (const script of await scriptsOf(service)) hash.update(`\n${service}/${script.name}\n${script.sql}`)
  }
  return hash.digest('hex')
}

export interface MigrateOptions {
  /** The password of each login role: set at every start, stored nowhere by this code. */
  password(role: string): string
  onApplied?: (service: string, name: string) => void
}

/** Applies roles and migrations; returns how many migrations were new. Throws what PostgreSQL said. */
export async function migrate(superuserUrl: string, options: MigrateOptions): Promise<number> {
  const admin = new pg.Client({ connectionString: superuserUrl })
  await admin.connect()
  try {
    await admin.query(await platformSql('roles.sql'))
    await admin.query(await platformSql('database.sql'))
    for (const role of loginRoles) {
      // ALTER ROLE takes no parameters; both parts are quoted by the driver.
      await admin.query(
        `ALTER ROLE ${admin.escapeIdentifier(role)} PASSWORD ${admin.escapeLiteral(options.password(role))}`,
      )
    }
  } finally {
    await admin.end()
  }
  let applied = 0
  for (const service of migrationOrder) {
    const schema = schemaOf(service)
    const config = { connectionString: superuserUrl, options: `-c role=muster_owner -c search_path=${schema}` }
    for (const name of await applyMigrations(config, schema, await scriptsOf(service))) {
      applied += 1
      options.onApplied?.(service, name)
    }
  }
  return applied
}

/** Takes from everybody what a database gives by default. Superuser only; `migrate` does it, a copy needs it again. */
export async function closeDatabase(superuserUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: superuserUrl })
  await admin.connect()
  try {
    await admin.query(await platformSql('database.sql'))
  } finally {
    await admin.end()
  }
}

/** Sets the hand-over key (32 bytes) as its two HMAC pads (RFC 2104), and the clock's offset. Superuser only, at start. */
export async function provision(superuserUrl: string, handoverKey: Uint8Array, clockOffsetMs: number): Promise<void> {
  if (handoverKey.length !== 32) throw new RangeError('the hand-over key is not 32 bytes')
  const pad = (byte: number): Buffer => Buffer.from(Array.from({ length: 64 }, (_, i) => (handoverKey[i] ?? 0) ^ byte))
  const admin = new pg.Client({ connectionString: superuserUrl })
  await admin.connect()
  try {
    await admin.query('BEGIN')
    await admin.query(
      `INSERT INTO muster.handover_key (kid, inner_pad, outer_pad) VALUES (0, $1, $2)
       ON CONFLICT (kid) DO UPDATE SET inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad, created_at = clock_timestamp()`,
      [pad(0x36), pad(0x5c)],
    )
    await setClockOffset(admin, clockOffsetMs)
    await admin.query('COMMIT')
  } finally {
    await admin.end()
  }
}

async function setClockOffset(superuser: pg.ClientBase, clockOffsetMs: number): Promise<void> {
  const offset = Math.trunc(clockOffsetMs)
  await superuser.query(
    `CREATE OR REPLACE FUNCTION muster.clock_offset() RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT interval '${offset} milliseconds' $$`,
  )
}

/**
 * The offset is folded into plans as a constant, which leaves no trace in what the server invalidates: so whatever
 * names it is made anew, as it is, and every plan that rests on that falls with it. Otherwise a connection that was
 * open before would go on with the old time.
 */
const forgetOldOffset = `DO $$ DECLARE f oid; BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE prokind = 'f' AND prosrc LIKE '%muster.clock_offset()%' LOOP
    EXECUTE pg_get_functiondef(f);
  END LOOP;
END $$`

/** SQL's clock while it moves. Superuser only; nothing may be under way when it is moved. */
export interface MovingClock {
  move(clockOffsetMs: number): Promise<void>
  /** Back to an offset that stays. */
  settle(clockOffsetMs: number): Promise<void>
}

/**
 * Makes SQL's clock movable until it is settled: its offset is read from a row, so that moving it a hundred times
 * costs a hundred updates and not every connection's plans a hundred times over.
 */
export async function movingClock(superuser: pg.ClientBase, clockOffsetMs: number): Promise<MovingClock> {
  await superuser.query('BEGIN')
  await superuser.query('CREATE UNLOGGED TABLE muster.moving_clock (offset_ms bigint NOT NULL)')
  await superuser.query('INSERT INTO muster.moving_clock VALUES ($1)', [Math.trunc(clockOffsetMs)])
  await superuser.query('GRANT SELECT ON muster.moving_clock TO muster_owner')
  await superuser.query(
    `CREATE OR REPLACE FUNCTION muster.clock_offset() RETURNS interval LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
       SET search_path = pg_catalog, pg_temp AS $$ SELECT offset_ms * interval '1 millisecond' FROM muster.moving_clock $$`,
  )
  await superuser.query(forgetOldOffset)
  await superuser.query('COMMIT')
  return {
    async move(offsetMs) {
      await superuser.query('UPDATE muster.moving_clock SET offset_ms = $1', [Math.trunc(offsetMs)])
    },
    async settle(offsetMs) {
      await superuser.query('BEGIN')
      await setClockOffset(superuser, offsetMs)
      await superuser.query(forgetOldOffset)
      await superuser.query('DROP TABLE muster.moving_clock')
      await superuser.query('COMMIT')
    },
  }
}
