/**
 * A generator that runs when something changed, and not otherwise.
 *
 * The stamp holds the hash of the lock file (a new version of a generator
 * generates anew), of all inputs, and of the outputs as they were written: one
 * that was edited or removed is generated again.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { projectRoot } from '../project.ts'

export interface Task {
  readonly name: string
  /** Absolute paths whose content decides the result. */
  readonly inputs: readonly string[]
  /** Absolute paths of what is written; files. */
  readonly outputs: readonly string[]
  /** Absolute path of the stamp; in a git-ignored folder. */
  readonly stamp: string
  run(): Promise<void>
}

function fingerprint(task: Task): string {
  const hash = createHash('sha256')
  for (const path of [join(projectRoot, 'package-lock.json'), ...task.inputs, ...task.outputs]) {
    const content = existsSync(path) ? readFileSync(path) : 'missing'
    hash
      .update(`${path.slice(projectRoot.length)}\0`)
      .update(content)
      .update('\0')
  }
  return hash.digest('hex')
}

/** Runs `task` if it is stale; returns whether it ran. */
export async function runIfStale(task: Task): Promise<boolean> {
  if (existsSync(task.stamp) && readFileSync(task.stamp, 'utf8') === fingerprint(task)) return false
  await task.run()
  mkdirSync(dirname(task.stamp), { recursive: true })
  writeFileSync(task.stamp, fingerprint(task))
  return true
}
