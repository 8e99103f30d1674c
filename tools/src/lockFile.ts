/**
 * The lock file as a graph: which packages there are, under which licence, and
 * who asks for whom (resolved as Node resolves, nearest folder first).
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './project.ts'

export interface LockEntry {
  readonly version?: string
  readonly resolved?: string
  readonly integrity?: string
  readonly link?: boolean
  readonly dev?: boolean
  readonly devOptional?: boolean
  readonly optional?: boolean
  readonly inBundle?: boolean
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** Entries by path, as npm keeps them: `''` the project, `packages/db` a workspace, `node_modules/pg` a package. */
export function lockEntries(): Map<string, LockEntry> {
  const lock = JSON.parse(readFileSync(join(projectRoot, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockEntry>
  }
  return new Map(Object.entries(lock.packages))
}

/** True for packages from the registry: neither the project, nor a workspace, nor a link to one. */
export const isForeign = (path: string, entry: LockEntry): boolean =>
  path.includes('node_modules/') && entry.link !== true

/** True for what only building and testing needs, or an optional peer that only they bring along. */
export const isForDevelopment = (entry: LockEntry | undefined): boolean =>
  entry?.dev === true || entry?.devOptional === true

/** `@scope/name` of a path below `node_modules`. */
export const nameOf = (path: string): string => path.split('node_modules/').at(-1) ?? path

/** The path that `name`, asked for at `from`, resolves to; undefined when it is not in the lock file. */
export function resolveFrom(entries: ReadonlyMap<string, LockEntry>, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.split('/').slice(0, -1).join('/')) {
    const path = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    const entry = entries.get(path)
    if (entry !== undefined) return entry.link === true ? entry.resolved : path
    if (folder === '') return undefined
  }
}

/** Paths of what the entry at `path` needs at run time. */
export function neededBy(entries: ReadonlyMap<string, LockEntry>, path: string): string[] {
  const entry = entries.get(path)
  const names = [entry?.dependencies, entry?.optionalDependencies, entry?.peerDependencies].flatMap((group) =>
    Object.keys(group ?? {}),
  )
  return names.map((name) => resolveFrom(entries, path, name)).filter((found) => found !== undefined)
}

/** The SPDX expression of a package: from the lock file, else from the installed package; undefined when neither says. */
export function licenceOf(path: string, entry: LockEntry): string | undefined {
  if (entry.license !== undefined) return entry.license
  const file = join(projectRoot, path, 'package.json')
  if (!existsSync(file)) return undefined
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as { license?: unknown; licenses?: { type?: unknown }[] }
  const said = manifest.license ?? manifest.licenses?.[0]?.type
  return typeof said === 'string' ? said : undefined
}
