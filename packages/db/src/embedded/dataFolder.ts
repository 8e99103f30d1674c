/**
 * The data folder: made once, recognised afterwards, never guessed at.
 *
 *   absent ──initdb──▶ marked `.initialising` ──done──▶ ready
 *
 * INVARIANT (marker): while `.initialising` exists, initdb has not finished and
 * the folder never held a committed row, so it may be made anew. Without the
 * marker nothing is ever removed here: a damaged folder is named, not mended.
 */
import { spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Binaries, postgresMajor } from './binaries.ts'
import { type DatabaseUser, giveTo } from './databaseUser.ts'
import { StartError, errorCodeIn, explainStartError } from './startError.ts'

/** A new cluster takes 40 MB and its first write-ahead log as much again; below this it would stop half way. */
const firstStartBytes = 160 * 1024 * 1024

export interface DataFolder {
  readonly data: string
  readonly marker: string
}

export function dataFolderIn(pgFolder: string): DataFolder {
  return { data: join(pgFolder, 'data'), marker: join(pgFolder, '.initialising') }
}

/** `ready` to start, or `absent` (also: marked as never finished). Throws a `StartError` for anything else. */
export function inspectDataFolder({ data, marker }: DataFolder): 'ready' | 'absent' {
  if (existsSync(marker)) return 'absent'
  if (!existsSync(data) || readdirSync(data).length === 0) return 'absent'
  const versionFile = join(data, 'PG_VERSION')
  const version = existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : ''
  if (version === '' || !existsSync(join(data, 'global', 'pg_control'))) {
    throw new StartError(`\`${data}\` is only half initialised: begin anew with \`npm start -- --reset\``)
  }
  if (version !== String(postgresMajor)) {
    throw new StartError(
      `\`${data}\` was written by PostgreSQL ${version} and this is PostgreSQL ${postgresMajor}: move it away, or begin anew with \`npm start -- --reset\``,
    )
  }
  return 'ready'
}

/** Makes the folder with initdb; `password` becomes the superuser's. Throws a `StartError` that says why it could not. */
export async function initialiseDataFolder(
  folder: DataFolder,
  options: {
    binaries: Binaries
    user: DatabaseUser | undefined
    password: string
    pgFolder: string
    isDurable: boolean
  },
): Promise<void> {
  const { binaries, user, password, pgFolder, isDurable } = options
  const disk = statfsSync(pgFolder)
  if (disk.bavail * disk.bsize < firstStartBytes) throw Object.assign(new Error('disk is full'), { code: 'ENOSPC' })
  writeFileSync(folder.marker, '')
  rmSync(folder.data, { recursive: true, force: true })
  mkdirSync(folder.data, { mode: 0o700 })
  giveTo(user, folder.data)
  const passwordFile = join(pgFolder, '.password')
  rmSync(passwordFile, { force: true })
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  giveTo(user, passwordFile)
  const flags = [
    `--pgdata=${folder.data}`,
    `--pwfile=${passwordFile}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    '--data-checksums',
    '--encoding=UTF8',
    // Sorting by code point: the same order on every machine, also after a system update.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...(isDurable ? [] : ['--no-sync']),
  ]
  try {
    await run(binaries.initdb, flags, { user, cwd: folder.data })
  } finally {
    rmSync(passwordFile, { force: true })
  }
  rmSync(folder.marker)
  syncFolder(pgFolder)
}

/** `cwd` is the data folder: by it a start after a kill finds an initdb that still runs. */
function run(
  program: string,
  flags: string[],
  { user, cwd }: { user: DatabaseUser | undefined; cwd: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, flags, {
      ...user,
      cwd,
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
      detached: true, // Ctrl-C is ours to handle; a half-made folder stays marked
    })
    let words = ''
    child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString('utf8')))
    child.on('error', reject)
    child.on('close', (status, signal) => {
      if (status === 0) return resolve()
      const code = errorCodeIn(words)
      const known = code === undefined ? undefined : explainStartError(Object.assign(new Error(words), { code }))
      const said =
        words.split('\n').find((line) => line.startsWith('initdb: error:')) ??
        `ended by ${signal ?? `status ${status}`}`
      reject(new StartError(known ?? `PostgreSQL could not make its data folder: ${said}`))
    })
  })
}

/** Makes a removed or added name in `folder` durable. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
