/**
 * `npm run licences`: under which licences the product's dependencies come,
 * and whether we may ship them.
 *
 * Only what runs in production counts. Elastic License 2.0 is allowed where
 * the gateway asks for it and nowhere else, since it forbids offering the
 * software as a service to others; tests and measures compare with it.
 */
import { type LockEntry, isForDevelopment, isForeign, licenceOf, lockEntries, nameOf, neededBy } from './lockFile.ts'

/** Permissive, or weak copyleft that ends at the file (MPL-2.0). */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'Artistic-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
])
const elastic = 'Elastic-2.0'
/** Workspaces that may ask for an Elastic-licensed package: the gateway, and what compares with it and is not shipped. */
const elasticAsked = new Set(['gateway', 'tools', 'bench'])

/** True when an SPDX expression can be met: any side of OR, every side of AND. */
export function isAllowed(expression: string): boolean {
  const plain = expression.replaceAll(/[()]/g, ' ').trim()
  return plain.split(/\s+OR\s+/i).some((side) => side.split(/\s+AND\s+/i).every((name) => allowed.has(name.trim())))
}

export interface LicenceReport {
  /** Number of packages under each licence. */
  readonly counts: ReadonlyMap<string, number>
  /** One sentence for each package that may not be shipped. */
  readonly problems: readonly string[]
}

/** Looks at every production package of the lock file. */
export function reviewLicences(entries: ReadonlyMap<string, LockEntry> = lockEntries()): LicenceReport {
  const counts = new Map<string, number>()
  const problems: string[] = []
  const licences = new Map(
    [...entries]
      .filter(([path, entry]) => isForeign(path, entry))
      .map(([path, entry]) => [path, licenceOf(path, entry)]),
  )
  for (const [path, licence] of licences) {
    if (isForDevelopment(entries.get(path))) continue
    counts.set(licence ?? 'unknown', (counts.get(licence ?? 'unknown') ?? 0) + 1)
    if (licence === undefined) problems.push(`\`${nameOf(path)}\` names no licence`)
    else if (licence !== elastic && !isAllowed(licence)) problems.push(`\`${nameOf(path)}\` is under \`${licence}\``)
  }
  for (const asker of entries.keys()) {
    if (elasticAsked.has(asker) || licences.get(asker) === elastic) continue
    for (const path of neededBy(entries, asker)) {
      if (licences.get(path) === elastic)
        problems.push(`\`${nameOf(asker)}\` asks for \`${nameOf(path)}\`, which is under \`${elastic}\``)
    }
  }
  return { counts, problems }
}

if (import.meta.main) {
  const { counts, problems } = reviewLicences()
  for (const [licence, count] of [...counts].toSorted((a, b) => b[1] - a[1]))
    console.log(`${String(count).padStart(5)}  ${licence}`)
  for (const problem of problems) console.error(`not allowed: ${problem}`)
  console.log(problems.length === 0 ? 'every licence is allowed' : `${problems.length} not allowed`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
