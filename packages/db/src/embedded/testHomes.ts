/**
 * What the tests of this folder share: homes that vanish afterwards, one query,
 * and a parent process to kill.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { processesIn, signalProcess } from './processInfo.ts'
import { type PostgresOptions, type RunningPostgres, startPostgres } from './startPostgres.ts'

const homes: string[] = []
const held: (RunningPostgres | ChildProcess)[] = []

/** A new, empty folder that `cleanUp` removes. */
export function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'muster-home-'))
  chmodSync(home, 0o711) // the database's user passes through
  homes.push(home)
  return home
}

/** Starts PostgreSQL; `cleanUp` stops it. */
export async function start(options: PostgresOptions): Promise<RunningPostgres> {
  const running = await startPostgres(options)
  held.push(running)
  return running
}

/** Starts PostgreSQL under a parent process of its own. */
export async function startParent(home: string): Promise<{ parent: ChildProcess; pid: number; url: string }> {
  const program = fileURLToPath(new URL('holdPostgres.ts', import.meta.url))
  const parent = spawn(process.execPath, [program, home], { stdio: ['ignore', 'pipe', 'inherit'] })
  held.push(parent)
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  return { parent, ...(JSON.parse(line.toString('utf8')) as { pid: number; url: string }) }
}

/** Runs one statement on a connection of its own. */
export async function query(url: string, sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql, values)).rows
  } finally {
    await client.end()
  }
}

/** Stops everything that was started and removes every home. */
export async function cleanUp(): Promise<void> {
  for (const one of held.splice(0)) {
    if ('stop' in one) await one.stop()
    else one.kill('SIGKILL')
  }
  for (const home of homes.splice(0)) {
    for (const pid of processesIn(join(home, 'pg', 'data'))) signalProcess(pid, 'SIGKILL')
    rmSync(home, { recursive: true, force: true })
  }
}
