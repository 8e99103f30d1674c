/**
 * Secrets on disk: one file each, mode 0600, in a folder only we may enter.
 *
 * INVARIANT (random only): a secret comes from the system's random source,
 * never from a seed, a clock or a default.
 */
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './makeFolder.ts'

/** Reads `$folder/$name`; undefined when there is none. */
export function readSecret(folder: string, name: string): string | undefined {
  const path = join(folder, name)
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined
}

/**
 * Reads `$folder/$name`, making it first (256 random bits, base64url) when it is missing.
 * Two callers at once get the same secret: the file appears whole, by a link that only one of them wins.
 */
export function readOrCreateSecret(folder: string, name: string): string {
  const there = readSecret(folder, name)
  if (there !== undefined) return there
  makeFolder(folder, 0o700)
  chmodSync(folder, 0o700)
  const draft = join(folder, `.${name}.${randomBytes(6).toString('hex')}`)
  const file = openSync(draft, 'wx', 0o600)
  try {
    writeSync(file, `${randomBytes(32).toString('base64url')}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  try {
    linkSync(draft, join(folder, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft, { force: true })
  }
  const made = readSecret(folder, name)
  if (made === undefined || made === '') throw new Error(`secret \`${join(folder, name)}\` is empty`)
  return made
}
