/**
 * The embedded PostgreSQL of one `MUSTER_HOME`: started here, owned by this
 * process, stopped with it.
 *
 *   $home/instance.lock        one instance per home
 *   $home/secrets/             passwords, mode 0600
 *   $home/pg/data              the cluster
 *   $home/pg/run               its socket
 *   $home/pg/log               its log, without statements or values
 *
 * Every connection is by SCRAM password, on loopback or the socket in `run`.
 */
import { realpathSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import pg from 'pg'
import { makeFolder } from './makeFolder.ts'
import { findBinaries } from './binaries.ts'
import { dataFolderIn, initialiseDataFolder, inspectDataFolder } from './dataFolder.ts'
import { databaseUser, giveTo } from './databaseUser.ts'
import { acquireInstanceLock } from './instanceLock.ts'
import { endOrphans } from './orphans.ts'
import { placeBinaries, placePgFolder } from './placement.ts'
import { type Launch, PortTaken, type Postmaster, startPostmaster } from './postmaster.ts'
import { readOrCreateSecret, readSecret } from './secretFile.ts'
import { type Settings, accessRules, settingFlags } from './settings.ts'
import { StartError } from './startError.ts'

export interface PostgresOptions {
  /** The instance's folder (`MUSTER_HOME`); made when missing. */
  home: string
  onLog?: (line: string) => void
  /** A fixed port, e.g. to come back where clients look for it; a free one by default. */
  port?: number
  /** Settings on top of ours, e.g. for a measurement. */
  settings?: Settings
  /** Where files go that the database's user could not reach in `home`. */
  stateRoot?: string
  /** False only for tests that do not test durability. */
  durable?: boolean
}

export interface RunningPostgres {
  readonly port: number
  readonly pid: number
  /** Folder of the unix socket; undefined when its path would be too long for one. */
  readonly socketDir: string | undefined
  /** URL of the superuser on database `muster`: for migrations and assertions only. */
  readonly superuserUrl: string
  /** True when the data folder was made by this start. */
  readonly wasFresh: boolean
  /** URL for a login role on database `muster`, with its password. */
  url(role: string): string
  /** The password of a login role, made (256 random bits) when first asked for. */
  password(role: string): string
  /** Resolves when the database has ended, also when nobody asked it to. */
  readonly ended: Promise<void>
  /** Fast shutdown; afterwards nothing runs and the lock is free. Idempotent. */
  stop(): Promise<void>
}

export const databaseName = 'muster'
/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const socketPathMax = 103
const portAttempts = 5

/** Starts PostgreSQL for `home`. Throws a `StartError`, one clear sentence, or a system error that `explainStartError` knows. */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const onLog = options.onLog ?? (() => {})
  const isDurable = options.durable ?? true
  const user = databaseUser()
  // Under root the database's user must pass through home; what is secret in it has its own mode.
  makeFolder(options.home, user === undefined ? 0o700 : 0o711)
  const home = realpathSync(options.home)
  const lock = acquireInstanceLock(home)
  try {
    const pgFolder = placePgFolder(home, user, options.stateRoot)
    const secrets = join(home, 'secrets')
    const folder = dataFolderIn(pgFolder)
    await endOrphans(folder.data, onLog)
    const binaries = placeBinaries(findBinaries(), user, options.stateRoot)
    const wasFresh = inspectDataFolder(folder) === 'absent'
    if (!wasFresh && readSecret(secrets, passwordName('postgres')) === undefined) {
      throw new StartError(
        `the database's password is missing from \`${secrets}\`: restore that folder, or begin anew with \`npm start -- --reset\``,
      )
    }
    const password = (role: string): string => readOrCreateSecret(secrets, passwordName(role))
    if (wasFresh) {
      await initialiseDataFolder(folder, { binaries, user, pgFolder, isDurable, password: password('postgres') })
    }
    for (const name of ['log', 'run']) {
      makeFolder(join(pgFolder, name), 0o700)
      giveTo(user, join(pgFolder, name))
    }
    writeFileSync(join(pgFolder, 'access.conf'), accessRules, { mode: 0o644 })
    const run = join(pgFolder, 'run')
    const socketDir = Buffer.byteLength(`${run}/.s.PGSQL.65535`) <= socketPathMax ? run : undefined
    const settings = {
      ...options.settings,
      hba_file: join(pgFolder, 'access.conf'),
      log_directory: join(pgFolder, 'log'),
      unix_socket_directories: socketDir ?? '',
    }
    const flags = settingFlags(isDurable, settings)
    const launch = { program: binaries.postgres, data: folder.data, logFolder: join(pgFolder, 'log'), flags, user }
    const { postmaster, port } = await startOnPort(options.port, launch)
    const url = (role: string, database = databaseName): string =>
      `postgres://${role}:${password(role)}@127.0.0.1:${port}/${database}`
    const stop = async (): Promise<void> => {
      await postmaster.stop()
      lock.release()
    }
    try {
      await ensureDatabase(url('postgres', 'postgres'))
    } catch (error) {
      await stop()
      throw error
    }
    void postmaster.ended.then(() => lock.release())
    return {
      port,
      pid: postmaster.pid,
      socketDir,
      superuserUrl: url('postgres'),
      wasFresh,
      url,
      password,
      ended: postmaster.ended,
      stop,
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

const passwordName = (role: string): string => `postgres-${role}`

/** A port that was free a moment ago may be taken by now: then another one, unless this one was asked for. */
async function startOnPort(
  asked: number | undefined,
  launch: Launch,
): Promise<{ postmaster: Postmaster; port: number }> {
  for (let attempt = 1; ; attempt += 1) {
    const port = asked ?? (await freePort())
    try {
      return { postmaster: await startPostmaster({ ...launch, flags: ['-p', String(port), ...launch.flags] }), port }
    } catch (error) {
      const isTaken = error instanceof StartError && error.cause instanceof PortTaken
      if (!isTaken || asked !== undefined || attempt >= portAttempts) throw error
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolvePort, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolvePort(port))
    })
  })
}

async function ensureDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [databaseName])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`)
  } finally {
    await client.end()
  }
}
