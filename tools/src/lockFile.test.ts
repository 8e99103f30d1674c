/** The lock file installs the same bytes everywhere, on every platform, from any registry. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from 'vitest'
import { type LockEntry, isForeign, lockEntries, resolveFrom } from './lockFile.ts'
import { projectRoot } from './project.ts'

const entries = lockEntries()
const foreign = [...entries].filter(([path, entry]) => isForeign(path, entry))

test('every package is pinned by its hash', () => {
  const loose = foreign.filter(([, { integrity, inBundle }]) => integrity === undefined && inBundle !== true)
  expect(loose.map(([path]) => path)).toEqual([])
})

test('no package names the host it was fetched from', () => {
  expect(foreign.filter(([, { resolved }]) => resolved !== undefined).map(([path]) => path)).toEqual([])
})

test('programs for other platforms are in the lock file too, so that `npm ci` works there', () => {
  const missing = foreign.flatMap(([path, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {})
      .filter((name) => resolveFrom(entries, path, name) === undefined)
      .map((name) => `${path} → ${name}`),
  )
  expect(missing).toEqual([])
})

test('every workspace asks for what the lock file says it asks for, so that `npm ci` accepts it', () => {
  const own = [...entries].filter(([path]) => !path.includes('node_modules/'))
  const groups = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const
  const differing = own.flatMap(([path, locked]) => {
    const asked = JSON.parse(readFileSync(join(projectRoot, path, 'package.json'), 'utf8')) as LockEntry
    return groups
      .filter((group) => !isDeepStrictEqual(asked[group] ?? {}, locked[group] ?? {}))
      .map((group) => `${path}: ${group}`)
  })
  expect(differing).toEqual([])
})
