/**
 * The gate that keeps tenants apart next year too: at every start, and in CI,
 * the database's catalog is held against what was reviewed.
 *
 * Rules first (true of any table anyone may ever add), then the checked-in
 * files line by line. INVARIANT (all or nothing): one violation stops the
 * start; there is no warning level.
 */
import { readFile } from 'node:fs/promises'
import pg from 'pg'
import type { CatalogClient, Rule } from './client.ts'
import { CatalogViolation } from './catalogViolation.ts'
import { functions } from './rules/functions.ts'
import { roles } from './rules/roles.ts'
import { surroundings } from './rules/surroundings.ts'
import { tables } from './rules/tables.ts'
import { triggers } from './rules/triggers.ts'
import { views } from './rules/views.ts'
import { snapshotFiles, snapshotLines, type SnapshotFile } from './snapshot.ts'

const rules: readonly Rule[] = [roles, surroundings, tables, views, functions, triggers]

const refresh = 'refresh with `node packages/db/src/catalog/writeGrants.ts` and have the diff reviewed'

/**
 * Throws a `CatalogViolation` naming everything that is not as reviewed.
 * @param url of the superuser or of `muster_owner`; it only reads.
 */
export async function assertCatalog(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'catalog-assertion' })
  await client.connect()
  try {
    const violations = await catalogViolations(client)
    if (violations.length > 0) throw new CatalogViolation(violations)
  } finally {
    await client.end()
  }
}

/** Every violation this client sees, including those of its own open transaction. */
export async function catalogViolations(client: CatalogClient): Promise<string[]> {
  const violations: string[] = []
  for (const rule of rules) violations.push(...(await rule(client)))
  for (const file of snapshotFiles) violations.push(...(await difference(client, file)))
  return violations
}

async function difference(client: CatalogClient, file: SnapshotFile): Promise<string[]> {
  const expected = new Set(reviewedLines(await readFile(new URL(file, import.meta.url), 'utf8')))
  const found = new Set(await snapshotLines(client, file))
  return [
    ...[...found].filter((line) => !expected.has(line)).map((line) => `\`${line}\` is not in ${file}: ${refresh}`),
    ...[...expected]
      .filter((line) => !found.has(line))
      .map((line) => `\`${line}\` is in ${file} and not in the database`),
  ]
}

/** The lines of a checked-in file without its heading. */
export function reviewedLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
}
