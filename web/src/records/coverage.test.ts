/** One entry against a signed checkpoint, as a reader's browser does it. */
import { fromHex, inclusionProof, readNodesOf, toHex } from '@muster/ledger'
import { buildLedger, type TestLedger } from '@muster/ledger/testing'
import { beforeAll, expect, test } from 'vitest'
import { coverageOf, type Path } from './coverage.ts'
import type { Entry } from './documents.ts'

let ledger: TestLedger
let entry: Entry
let path: Path
beforeAll(async () => {
  ledger = await buildLedger(12, [10])
  const found = ledger.entries[6]!
  entry = { ...found, seq: '7', id: null, occurredAt: null }
  const leaves = ledger.entries.slice(0, 10).map(({ leafHash }) => fromHex(leafHash))
  path = { treeSize: '10', hashes: (await inclusionProof(6, 10, readNodesOf(leaves))).map(toHex) }
})
const check = (part: Partial<Entry> = {}, given: Path | null = path, note = ledger.checkpoints[0]!) =>
  coverageOf({ ...entry, ...part }, given, note, ledger.origin, [ledger.verifier])

test('an entry whose path leads to the signed root is covered, with its body or without', () => {
  expect(check()).toEqual({ state: 'covered', size: 10, length: path.hashes.length, signed: true })
  expect(check({ body: null })).toMatchObject({ state: 'covered' })
  expect(coverageOf(entry, path, ledger.checkpoints[0]!, ledger.origin, null)).toMatchObject({ signed: false })
})

test('what was touched is found: the body, the leaf, the number, the path, the note', () => {
  expect(check({ body: entry.body!.replace('ALLOW', 'ALLOX') })).toEqual({ state: 'failed', why: 'body' })
  expect(check({ body: null, leafHash: ledger.entries[7]!.leafHash })).toEqual({ state: 'failed', why: 'path' })
  expect(check({ seq: '8' })).toEqual({ state: 'failed', why: 'path' })
  expect(check({}, { ...path, hashes: path.hashes.slice(1) })).toEqual({ state: 'failed', why: 'path' })
  expect(check({}, null)).toEqual({ state: 'failed', why: 'path' })
  expect(check({}, path, ledger.checkpoints[0]!.replace('\n10\n', '\n11\n'))).toEqual({ state: 'failed', why: 'note' })
})

test('an entry beyond the last checkpoint is not covered yet, which is no failure', () => {
  expect(check({ seq: '11', body: null })).toEqual({ state: 'uncovered' })
  expect(coverageOf(entry, null, null, ledger.origin, null)).toEqual({ state: 'uncovered' })
})
