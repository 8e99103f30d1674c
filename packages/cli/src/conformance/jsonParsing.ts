/**
 * JSONTestSuite (nst/JSONTestSuite): what every JSON reader must accept (`y_`)
 * and must refuse (`n_`). Files marked `i_` leave the answer to the reader and
 * are not counted.
 *
 * The strict reader refuses some `y_` files on purpose: duplicate keys and
 * numbers beyond 2^53 are legal JSON that two readers may understand
 * differently. Those files are read again with exactly that rule lifted, and
 * the detail says so; any other refusal is a failure. An `n_` file must be
 * refused in both ways, so that no strictness hides a gap in the syntax.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseStrict, UnsafeJson, type ParseLimits, type UnsafeJsonCode } from '@muster/canonical-json'
import type { CaseResult, RunSuite } from './suite.ts'

const suite = 'json-parsing'

/** Only the grammar counts: every rule beyond it is lifted. */
const grammarOnly: ParseLimits = {
  duplicates: 'allow',
  bigNumbers: 'allow',
  maxDepth: Number.MAX_SAFE_INTEGER,
  maxBytes: Number.MAX_SAFE_INTEGER,
}

/** Rules of ours that a must-accept file may run into, and what lifts each. */
const liftable: Partial<Record<UnsafeJsonCode, ParseLimits>> = {
  DUPLICATE_KEY: { duplicates: 'allow' },
  UNSAFE_NUMBER: { bigNumbers: 'allow' },
}

export const run: RunSuite = async function* (dir) {
  const folder = join(dir, 'test_parsing')
  for (const file of (await readdir(folder)).sort()) {
    const bytes = await readFile(join(folder, file))
    if (file.startsWith('y_')) yield mustAccept(file, bytes)
    else if (file.startsWith('n_')) yield mustRefuse(file, bytes)
  }
}

function mustAccept(name: string, bytes: Uint8Array): CaseResult {
  const result = { suite, group: 'must accept', name }
  const refusal = refusalOf(bytes, {})
  if (refusal === null) return { ...result, ok: true }
  const lifted = liftable[refusal]
  if (lifted === undefined) return { ...result, ok: false, detail: `refused as ${refusal}` }
  const ok = refusalOf(bytes, lifted) === null
  return { ...result, ok, detail: `legal JSON that a request may not hold (${refusal}); read with that rule lifted` }
}

function mustRefuse(name: string, bytes: Uint8Array): CaseResult {
  const strict = refusalOf(bytes, {})
  const grammar = refusalOf(bytes, grammarOnly)
  const detail = `strict: ${strict ?? 'accepted'}, grammar alone: ${grammar ?? 'accepted'}`
  return { suite, group: 'must refuse', name, ok: strict !== null && grammar !== null, detail }
}

function refusalOf(bytes: Uint8Array, limits: ParseLimits): UnsafeJsonCode | null {
  try {
    parseStrict(bytes, limits)
    return null
  } catch (error) {
    if (error instanceof UnsafeJson) return error.code
    throw error
  }
}
