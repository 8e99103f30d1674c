/**
 * What the system knows of a process. A process id alone proves nothing, since
 * ids are reused: a process is told apart by its id and the time it began.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

const onLinux = process.platform === 'linux'

/** An opaque text for when process `pid` began; undefined when there is no such process. */
export function beganAt(pid: number): string | undefined {
  if (!onLinux) {
    const answer = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })
    const text = answer.stdout?.trim()
    return text === undefined || text === '' ? undefined : text
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Fields after the name, which is in parentheses and may itself hold anything (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return undefined // a zombie runs nothing any more
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}/${fields[19]}`
  } catch {
    return undefined
  }
}

/** True while `pid` is a running process. */
export function isRunning(pid: number): boolean {
  return beganAt(pid) !== undefined
}

/** The command line of `pid`, arguments joined by blanks; empty when it is gone or not ours to see. */
export function commandOf(pid: number): string {
  if (!onLinux) {
    return spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? ''
  }
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}

/** Ids of the processes that work in `folder`. PostgreSQL's all do, its data folder. Known on Linux only. */
export function processesIn(folder: string): number[] {
  if (!onLinux) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder
      } catch {
        return false // gone meanwhile, or another user's
      }
    })
}

/** Sends `signal`; a process that is already gone is what was wanted. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Resolves true once `gone()` holds, false after `limitMs` milliseconds. */
export async function waitUntil(gone: () => boolean, limitMs: number): Promise<boolean> {
  const until = Date.now() + limitMs
  while (!gone()) {
    if (Date.now() > until) return false
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return true
}
