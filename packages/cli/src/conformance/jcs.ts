/**
 * RFC 8785 test data of cyberphone/json-canonicalization: six documents with
 * their canonical form, and the hash over a long sequence of formatted numbers.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalize, parseStrict } from '@muster/canonical-json'
import { es6Numbers } from './es6Numbers.ts'
import type { CaseResult, RunSuite } from './suite.ts'

const suite = 'jcs'

/** SHA-256 over the first lines of the number file, from the set's README. */
const numberHashes = new Map([
  [1_000, 'be18b62b6f69cdab33a7e0dae0d9cfa869fda80ddc712221570f9f40a5878687'],
  [10_000, 'b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892'],
  [100_000, '22776e6d4b49fa294a0d0f349268e5c28808fe7e0cb2bcbe28f63894e494d4c7'],
  [1_000_000, '49415fee2c56c77864931bd3624faad425c3c577d6d74e89a83bc725506dad16'],
])

export const run: RunSuite = async function* (dir) {
  for (const file of (await readdir(join(dir, 'input'))).sort()) yield await runTriple(dir, file)
  yield* runNumbers()
}

async function runTriple(dir: string, file: string): Promise<CaseResult> {
  const input = await readFile(join(dir, 'input', file))
  const output = await readFile(join(dir, 'output', file))
  const hex = await readFile(join(dir, 'outhex', file.replace(/\.json$/, '.txt')), 'utf8')
  // One document holds 1E30, which a request may not: numbers beyond 2^53 are let in for this set.
  const canonical = Buffer.from(canonicalize(parseStrict(input, { bigNumbers: 'allow' })), 'utf8')
  const ok = canonical.equals(output) && canonical.equals(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
  return { suite, group: 'documents', name: file, ok, ...(ok ? {} : { detail: `got ${canonical.toString('utf8')}` }) }
}

function* runNumbers(): Iterable<CaseResult> {
  const hash = createHash('sha256')
  const last = Math.max(...numberHashes.keys())
  let lines = 0
  for (const [bits, value] of es6Numbers()) {
    hash.update(`${bits},${canonicalize(value)}\n`)
    const expected = numberHashes.get(++lines)
    if (expected !== undefined) {
      const got = hash.copy().digest('hex')
      yield { suite, group: 'number hash', name: `${lines} numbers`, ok: got === expected, detail: got }
    }
    if (lines === last) return
  }
}
