/**
 * One running PostgreSQL: spawned, awaited, stopped; and never left behind.
 *
 * It runs in a session of its own, so that Ctrl-C reaches us and not it: we
 * decide when it stops, after the work in flight. A watchdog holds a pipe from
 * us; when we die in any way, SIGKILL included, the pipe closes and the
 * watchdog asks PostgreSQL for a fast shutdown.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { DatabaseUser } from './databaseUser.ts'
import { signalProcess } from './processInfo.ts'
import { StartError, errorCodeIn, explainStartError } from './startError.ts'

/** Recovery after a crash replays at most `max_wal_size`: a minute is generous. */
const readyWithinMs = 90_000
const stopWithinMs = 30_000
const logWrittenWithinMs = 3_000

export interface Postmaster {
  readonly pid: number
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** Fast shutdown: open transactions are rolled back, everything committed is flushed. Idempotent. */
  stop(): Promise<void>
}

export interface Launch {
  /** Path of the `postgres` program. */
  readonly program: string
  /** The data folder. */
  readonly data: string
  /** Where it logs once its log collector runs; before that it speaks to us. */
  readonly logFolder: string
  readonly flags: readonly string[]
  readonly user: DatabaseUser | undefined
}

/** The cause of a `StartError` when somebody else listens on the chosen port. */
export class PortTaken extends Error {}

/** Starts `postgres` and resolves once it accepts connections; throws a `StartError` that says why it does not. */
export async function startPostmaster({ program, data, logFolder, flags, user }: Launch): Promise<Postmaster> {
  const environment = { PATH: process.env.PATH, LC_ALL: 'C' }
  const server = spawn(program, ['-D', data, ...flags], {
    ...user,
    cwd: '/',
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  let words = ''
  server.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString('utf8')).slice(-8_192)))
  const ended = new Promise<void>((resolve) => {
    server.once('exit', () => resolve())
    server.once('error', () => resolve())
  })
  // Later than its end: the log collector lives until it has written down why.
  const logWritten = once(server, 'close')
  logWritten.catch(() => {}) // an error here is met below
  const pid = server.pid
  if (pid === undefined) {
    const [cause] = (await once(server, 'error')) as [unknown]
    throw new StartError(`PostgreSQL could not be started: ${explainStartError(cause)}`, { cause })
  }
  const watchdog = spawn('/bin/sh', ['-c', 'read -r _; kill -INT "$1" 2>/dev/null', 'watchdog', String(pid)], {
    ...user,
    cwd: '/',
    env: environment,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  const atExit = (): void => signalProcess(pid, 'SIGINT')
  process.once('exit', atExit)
  void ended.then(() => {
    process.off('exit', atExit)
    watchdog.kill('SIGKILL') // before its pipe closes: the process id may soon be somebody else's
  })
  const stop = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    server.kill('SIGINT')
    const late = setTimeout(() => server.kill('SIGQUIT'), stopWithinMs)
    await ended
    clearTimeout(late)
  }
  try {
    await untilReady(server, data, ended)
  } catch (error) {
    await stop()
    await Promise.race([logWritten, new Promise((resolve) => setTimeout(resolve, logWrittenWithinMs).unref())])
    words += logged(logFolder, pid)
    if (/could not create any TCP\/IP sockets/.test(words)) {
      throw new StartError("the database's port is already taken: free it, or let the system choose one", {
        cause: new PortTaken(words),
      })
    }
    throw new StartError(whyNot(words) ?? `PostgreSQL did not start: ${lastWords(words, error)}`, { cause: error })
  }
  // Neither may keep us alive, nor does their end need us: the watchdog sees to that.
  server.unref()
  ;(server.stderr as Socket).unref()
  watchdog.unref()
  ;(watchdog.stdin as Socket).unref()
  return { pid, ended, stop }
}

/** PostgreSQL writes its state into line 8 of `postmaster.pid` (what `pg_ctl -w` reads too). */
async function untilReady(server: ChildProcess, data: string, ended: Promise<void>): Promise<void> {
  const until = Date.now() + readyWithinMs
  const over = ended.then(() => 'ended' as const)
  for (;;) {
    const pause = new Promise<'waited'>((resolve) => setTimeout(resolve, 8, 'waited'))
    if ((await Promise.race([over, pause])) === 'ended') throw new Error('it ended at once')
    const lines = pidFile(data)
    if (Number(lines[0]) === server.pid && lines[7]?.trim() === 'ready') return
    if (Date.now() > until) throw new Error(`it was not ready within ${readyWithinMs / 1000} s`)
  }
}

/** What process `pid` wrote into the log; read only to say why it ended. */
function logged(logFolder: string, pid: number): string {
  return readdirSync(logFolder)
    .flatMap((name) => readFileSync(join(logFolder, name), 'utf8').split('\n'))
    .filter((line) => line.includes(`[${pid}]`))
    .join('\n')
}

function pidFile(data: string): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')
  } catch {
    return [] // not written yet
  }
}

function whyNot(words: string): string | undefined {
  const code = errorCodeIn(words)
  return code === undefined ? undefined : explainStartError(Object.assign(new Error(words), { code }))
}

function lastWords(words: string, error: unknown): string {
  const fatal = words.split('\n').findLast((line) => /FATAL|PANIC/.test(line))
  return fatal?.replace(/^.*?(FATAL|PANIC):\s*/, '') ?? (error instanceof Error ? error.message : String(error))
}
