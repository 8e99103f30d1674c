/**
 * The project as its tools see it: the root folder, the services, and the
 * files that belong to it (what git tracks, plus what it would track).
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Absolute path of the repository, without a closing slash. */
export const projectRoot = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '')

/** Names of the subgraphs, in alphabetical order. */
export function serviceNames(): string[] {
  return readdirSync(join(projectRoot, 'services'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .toSorted()
}

/** Paths, relative to the root, of all files that are committed or would be: neither ignored nor deleted. */
export function projectFiles(): string[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  return [...new Set(list.split('\0'))].filter((path) => path !== '' && existsSync(join(projectRoot, path))).toSorted()
}

/** Absolute paths of the files below `folder` whose name ends with `ending`; generated ones and packages left out. */
export function filesBelow(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !/(^|\/)(node_modules|generated|dist)\//.test(path))
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .toSorted()
}
