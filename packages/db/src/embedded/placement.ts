/**
 * Where the database's files lie, when its user may not go where we may.
 *
 * Under root PostgreSQL runs as `postgres`, which cannot enter `/root` and the
 * like. Then the programs are copied and the data is kept outside, below
 * `/var/lib/muster`, and `$home/pg` leads there. Nobody's folder is opened up
 * for it, and the database gets no right it does not need.
 */
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { lockName } from './instanceLock.ts'
import { makeFolder } from './makeFolder.ts'
import { type Binaries, binariesIn } from './binaries.ts'
import type { DatabaseUser } from './databaseUser.ts'
import { StartError } from './startError.ts'

export const stateRoot = '/var/lib/muster'

/** True when `user` may pass through every folder down to `path` (asked by doing it: modes and access lists count). */
function mayEnter(user: DatabaseUser, path: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', path], { ...user, cwd: '/', stdio: 'ignore' }).status === 0
}

const entryAt = (path: string): 'absent' | 'link' | 'folder' => {
  const entry = lstatSync(path, { throwIfNoEntry: false })
  return entry === undefined ? 'absent' : entry.isSymbolicLink() ? 'link' : 'folder'
}

/** The folder that holds `data`, `run` and `log` of `home`; made when missing. */
export function placePgFolder(home: string, user: DatabaseUser | undefined, root: string = stateRoot): string {
  const inside = join(home, 'pg')
  const entry = entryAt(inside)
  if (entry === 'link') {
    const target = readlinkSync(inside)
    if (existsSync(target)) return target
    throw new StartError(
      `\`${inside}\` leads to \`${target}\`, which is gone: restore it, or begin anew with \`npm start -- --reset\``,
    )
  }
  // A folder that was given to us empty is ours to be passed through; one that holds things is not.
  if (user !== undefined && readdirSync(home).every((name) => name === lockName)) chmodSync(home, 0o711)
  if (user === undefined || mayEnter(user, home)) {
    makeFolder(inside, 0o711)
    return inside
  }
  if (entry === 'folder') {
    throw new StartError(
      `the database's user \`postgres\` may no longer enter \`${home}\`: let it through (\`chmod o+x\` on the folders above), or set another \`MUSTER_HOME\``,
    )
  }
  const outside = join(root, createHash('sha256').update(home).digest('hex').slice(0, 16))
  // Left by a home of the same path that was removed: its passwords are gone with it.
  rmSync(outside, { recursive: true, force: true })
  makeFolder(outside, 0o711)
  symlinkSync(outside, inside)
  return outside
}

/** Removes the folder that `placePgFolder` made, wherever it lies. */
export function removePgFolder(home: string, root: string = stateRoot): void {
  const inside = join(home, 'pg')
  if (entryAt(inside) === 'link') {
    const target = readlinkSync(inside)
    if (target.startsWith(`${root}/`)) rmSync(target, { recursive: true, force: true })
  }
  rmSync(inside, { recursive: true, force: true })
}

/** The programs, where the database's user can run them. */
export function placeBinaries(binaries: Binaries, user: DatabaseUser | undefined, root: string = stateRoot): Binaries {
  if (user === undefined || mayEnter(user, join(binaries.root, 'bin'))) return binaries
  const copy = join(root, `postgresql-${binaries.version}`)
  if (!existsSync(copy)) {
    const draft = `${copy}.${randomBytes(6).toString('hex')}`
    makeFolder(root, 0o755)
    cpSync(binaries.root, draft, { recursive: true, verbatimSymlinks: true })
    renameSync(draft, copy) // whole or not at all
  }
  return binariesIn(copy, binaries.version)
}
