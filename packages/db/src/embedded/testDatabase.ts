/**
 * A real database for a test file, in the time of a file copy.
 *
 * The first caller with a given `key` prepares a template (roles, migrations);
 * everyone afterwards gets a copy of it. The server is the run's shared one
 * (`testServer.ts`), or one of this process outside of vitest. It runs without
 * fsync: what is to survive a crash is tested on `startPostgres` itself.
 *
 * INVARIANT (whole template): a database becomes a template only after
 * `prepare` has returned; one found without that mark is dropped and made anew.
 */
import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import pg from 'pg'
import { readOrCreateSecret } from './secretFile.ts'
import { type TestServer, openTestServer, testServerVariable } from './testServer.ts'

export interface TestDatabaseOptions {
  /** Names what `prepare` makes: the hash of the migrations, say. Same key, same template. */
  key: string
  /** Brings an empty database to the state every copy starts from. Must leave no connection open. */
  prepare(superuserUrl: string, access: TestAccess): Promise<void>
}

export interface TestAccess {
  /** URL of a login role on this database, with its password. */
  url(role: string): string
  /** The password of a login role: the same in every database of the run, for roles belong to the server. */
  password(role: string): string
}

export interface TestDatabase extends TestAccess {
  readonly name: string
  readonly port: number
  readonly superuserUrl: string
  /** Drops the database, also from under open connections. Idempotent. */
  stop(): Promise<void>
}

/** Any one number: whoever prepares a template holds this advisory lock. */
const preparingLock = 0x6d7573

/** A fresh database copied from the template named by `key`. */
export async function startTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const server = await theServer()
  const template = `template_${createHash('sha256').update(options.key).digest('hex').slice(0, 16)}`
  const name = `test_${randomBytes(8).toString('hex')}`
  await asSuperuser(server, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [preparingLock])
    try {
      if (!(await isTemplate(client, template))) {
        await client.query(`DROP DATABASE IF EXISTS ${template} WITH (FORCE)`)
        await client.query(`CREATE DATABASE ${template}`)
        await options.prepare(urlOn(server, 'postgres', template), accessTo(server, template))
        await client.query(`ALTER DATABASE ${template} IS_TEMPLATE true`)
      }
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [preparingLock])
    }
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`)
  })
  const stop = (): Promise<void> =>
    asSuperuser(server, async (client) => {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    })
  return { name, port: server.port, superuserUrl: urlOn(server, 'postgres', name), ...accessTo(server, name), stop }
}

async function isTemplate(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query<{ datistemplate: boolean }>(
    'SELECT datistemplate FROM pg_database WHERE datname = $1',
    [name],
  )
  return rows[0]?.datistemplate ?? false
}

const passwordOn = (server: TestServer, role: string): string =>
  readOrCreateSecret(join(server.home, 'secrets'), `postgres-${role}`)

const urlOn = (server: TestServer, role: string, database: string): string =>
  `postgres://${role}:${passwordOn(server, role)}@127.0.0.1:${server.port}/${database}`

const accessTo = (server: TestServer, database: string): TestAccess => ({
  url: (role) => urlOn(server, role, database),
  password: (role) => passwordOn(server, role),
})

async function asSuperuser(server: TestServer, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: urlOn(server, 'postgres', 'postgres') })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

let asked: Promise<TestServer> | undefined

/** The server of this run, asked for once per process. */
function theServer(): Promise<TestServer> {
  const door = process.env[testServerVariable]
  asked ??= door === undefined ? ownServer() : askAt(door)
  return asked
}

async function askAt(door: string): Promise<TestServer> {
  const answer = JSON.parse(await text(connect(door))) as TestServer | { error: string }
  if ('error' in answer) throw new Error(`the test database did not start: ${answer.error}`)
  return answer
}

/** Outside of vitest: stopped by its watchdog when this process ends. */
async function ownServer(): Promise<TestServer> {
  const { server, home } = await openTestServer()
  return { home, port: server.port }
}
