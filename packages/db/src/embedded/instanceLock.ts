/**
 * One instance per data folder: a lock file naming the process that holds it.
 *
 * The lock appears whole, by a hard link that only one process can win. It
 * names its holder by process id and start time, so a lock left by a process
 * that was killed is recognised as stale even when its id is in use again.
 *
 * INVARIANT (one holder): whoever takes a stale lock away first checks, after
 * the atomic rename, that it is still the stale one it read.
 */
import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beganAt } from './processInfo.ts'
import { StartError } from './startError.ts'

export interface InstanceLock {
  release(): void
}

/** Name of the lock file in a home. */
export const lockName = 'instance.lock'

interface Holder {
  pid: number
  began: string
}

function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder>
    return typeof holder.pid === 'number' && typeof holder.began === 'string' ? (holder as Holder) : undefined
  } catch {
    return undefined // written by nothing of ours: no live holder
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const isAlive = (holder: Holder | undefined): holder is Holder =>
  holder !== undefined && beganAt(holder.pid) === holder.began

/** Removes `path` if it still reads `stale`; a lock that someone took meanwhile is put back. */
function removeStale(path: string, stale: string): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  if (readText(aside) !== stale) linkSync(aside, path)
  rmSync(aside, { force: true })
}

/** Takes the lock of `home` (which must exist); throws a `StartError` when another live process holds it. */
export function acquireInstanceLock(home: string): InstanceLock {
  const path = join(home, lockName)
  const mine = JSON.stringify({ pid: process.pid, began: beganAt(process.pid) })
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  writeFileSync(draft, mine, { mode: 0o600, flag: 'wx' })
  try {
    for (;;) {
      try {
        linkSync(draft, path)
        return { release: () => readText(path) === mine && rmSync(path, { force: true }) }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const text = readText(path)
      const holder = text === undefined ? undefined : parseHolder(text)
      if (isAlive(holder)) {
        throw new StartError(
          `\`${home}\` is already in use by a running instance (process \`${holder.pid}\`): stop that one, or set another \`MUSTER_HOME\` and \`PORT\``,
        )
      }
      if (text !== undefined) removeStale(path, text)
    }
  } finally {
    rmSync(draft, { force: true })
  }
}
