/**
 * As whom PostgreSQL runs. It refuses to run as root, so under root it gets
 * the system's own `postgres` user, which is made when it is missing; anybody
 * else runs it as themselves.
 */
import { spawnSync } from 'node:child_process'
import { chownSync } from 'node:fs'
import { StartError } from './startError.ts'

/** User and group to run as; undefined means the current ones. */
export interface DatabaseUser {
  readonly uid: number
  readonly gid: number
}

const userName = 'postgres'

function lookUp(): DatabaseUser | undefined {
  const ask = (flag: string): number => {
    const answer = spawnSync('id', [flag, userName], { encoding: 'utf8' })
    return answer.status === 0 ? Number.parseInt(answer.stdout, 10) : Number.NaN
  }
  const uid = ask('-u')
  const gid = ask('-g')
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : undefined
}

/** The user for the database, made first when running as root without one; throws a `StartError` when it cannot be. */
export function databaseUser(): DatabaseUser | undefined {
  if (process.getuid?.() !== 0) return undefined
  const there = lookUp()
  if (there !== undefined) return there
  spawnSync('groupadd', ['--system', userName])
  spawnSync('useradd', ['--system', '--no-create-home', '--shell', '/bin/false', '--gid', userName, userName])
  const made = lookUp()
  if (made !== undefined) return made
  throw new StartError(
    'PostgreSQL does not run as root and no user `postgres` could be made for it: run `useradd --system postgres`, or start as an ordinary user',
  )
}

/** Hands a path to the database's user; nothing to do when that is us. */
export function giveTo(user: DatabaseUser | undefined, path: string): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid)
}
