/**
 * Makes a folder and what lies above it.
 *
 * Node's own `recursive: true` never returns where a file system answers
 * "no such folder" for one whose parent is there (`/proc` does); here that is
 * an error like any other.
 */
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes `path` with `mode` unless it is there; throws the system's error when it cannot be, or is no folder. */
export function makeFolder(path: string, mode = 0o755): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && statSync(path).isDirectory()) return
    if (code !== 'ENOENT' || existsSync(dirname(path))) throw error
    makeFolder(dirname(path), mode)
    mkdirSync(path, { mode })
  }
}
