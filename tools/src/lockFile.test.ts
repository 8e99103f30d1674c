/** The lock file installs the same bytes everywhere, on every platform, from any registry. */
import { expect, test } from 'vitest'
import { isForeign, lockEntries, resolveFrom } from './lockFile.ts'

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
