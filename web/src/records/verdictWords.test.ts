/** The sentences a verdict becomes. */
import type { LedgerVerdict } from '@muster/ledger'
import { describe, expect, test } from 'vitest'
import { verdictWords, type Done } from './verdictWords.ts'

const sound: LedgerVerdict = {
  intact: true,
  checked: 8_000,
  firstBrokenSeq: null,
  brokenRange: null,
  reason: null,
  detail: null,
  headSeq: 8_000,
  headLink: '',
  rootHash: '',
  bodiesChecked: 8_000,
  checkpointsMatched: 1,
  checkpointsVerified: 1,
}
const done: Done = {
  kind: 'done',
  verdict: sound,
  origin: 'log',
  total: 8_000,
  range: null,
  checkpoint: { note: '', size: 7_990, rootHash: '' },
  signedBy: 'Kq3v',
  remembered: null,
}
const ago = (): string => '2 days ago'

describe('a verdict in words', () => {
  test('names the range and the key when all holds', () => {
    expect(verdictWords(done, ago).slice(0, 3)).toEqual([
      'Chain intact: entries 1 to 8,000.',
      'Every body was hashed here.',
      'The root matches checkpoint 7,990, signed by key Kq3v.',
    ])
  })

  test('says how many bodies were out of sight', () => {
    const words = verdictWords({ ...done, verdict: { ...sound, bodiesChecked: 12 } }, ago)
    expect(words[1]).toBe('12 of 8,000 bodies are in your scope and were hashed here.')
  })

  test('names the first broken number, and nothing after it', () => {
    const verdict: LedgerVerdict = {
      ...sound,
      intact: false,
      checked: 4_710,
      firstBrokenSeq: 4_711,
      brokenRange: [4_711, 4_711],
      reason: 'LEAF_MISMATCH',
    }
    expect(verdictWords({ ...done, verdict }, ago)).toEqual([
      'Failed at entry 4,711.',
      'The body is not what was hashed.',
      'The 4,710 entries before it are sound.',
    ])
  })

  test('a ledger shorter than what this browser saw was set back', () => {
    const seen = { origin: 'log', size: 9_000, rootHash: '', note: '', seenAt: '' }
    const verdict: LedgerVerdict = {
      ...sound,
      intact: false,
      firstBrokenSeq: 8_001,
      brokenRange: [8_001, 9_000],
      reason: 'TRUNCATED',
    }
    expect(verdictWords({ ...done, verdict, remembered: seen }, ago)[1]).toBe(
      'The ledger now ends at 8,000, but this browser saw a checkpoint of 9,000: it was set back.',
    )
  })

  test('of a range says what vouches for it, and nothing about what this browser remembers', () => {
    const range = { first: 7_001, last: 7_100 }
    const verdict = { ...sound, headSeq: 7_100, checked: 100, bodiesChecked: 100 }
    expect(verdictWords({ ...done, range, verdict }, ago)).toEqual([
      'Chain intact: entries 7,001 to 7,100.',
      'Every body was hashed here.',
      'The root matches checkpoint 7,990, signed by key Kq3v.',
    ])
    const alone = { ...verdict, checkpointsMatched: 0, checkpointsVerified: 0 }
    expect(verdictWords({ ...done, range, verdict: alone }, ago)[2]).toContain('nothing signed vouches')
  })
})
