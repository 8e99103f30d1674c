/**
 * The report's arithmetic: every call counted once, percentiles that were
 * measured, and a yes that means all of it.
 */
import type { LedgerVerdict } from '@muster/ledger'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CallRecord, Redemption } from '../deciding/callRecord.ts'
import { undecidedCall } from '../deciding/callRecord.ts'
import { describeReport } from './describeReport.ts'
import { percentile } from './percentile.ts'
import { Progress } from './progress.ts'
import { reportOf, type ReportParts } from './replayReport.ts'
import { tallyOf } from './tally.ts'

const redemptions: readonly Redemption[] = [
  { kind: 'none' },
  { kind: 'redeemed', executionId: 'e', reported: 'SUCCEEDED' },
  { kind: 'redeemed', executionId: 'e', reported: 'FAILED' },
  { kind: 'redeemed', executionId: 'e', reported: null },
  { kind: 'refused', code: 'EXPIRED' },
]
const decided = (
  outcome: 'ALLOW' | 'REVIEW' | 'DENY',
  reasonCode: string,
  redemption: Redemption,
  elapsedMs: number,
): CallRecord => ({
  place: 'a/1.json',
  index: 0,
  tool: 't',
  decision: {
    id: 'd',
    outcome,
    reasonCode,
    effectiveTrust: 'UNKNOWN',
    mutates: true,
    payloadHash: '',
    actionHash: '',
    receipt: { id: 'r', seq: 1 },
  },
  undecided: null,
  approved: outcome === 'REVIEW' && redemption.kind === 'redeemed',
  redemption,
  faults: [],
  elapsedMs,
})
const anyRecord = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('ALLOW', 'REVIEW', 'DENY'),
      fc.constantFrom('A', 'B', 'C'),
      fc.constantFrom(...redemptions),
      fc.double({ min: 0, max: 1e4, noNaN: true }),
    )
    .map(([outcome, reason, redemption, ms]) => decided(outcome, reason, redemption, ms)),
  fc
    .constantFrom('SERVER_GONE', 'INTERNAL')
    .map((code) => undecidedCall('a/1.json', { index: 1, tool: 't' }, code, 'no answer')),
)
const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((a, b) => a + b, 0)

describe('percentiles', () => {
  test('are nearest ranks', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => at + 1)
    expect([percentile(hundred, 0.5), percentile(hundred, 0.95), percentile(hundred, 1)]).toEqual([50, 95, 100])
    expect([percentile([7], 0.5), percentile([1, 9], 0.5), percentile([1, 9], 0.95), percentile([], 0.5)]).toEqual([
      7,
      1,
      9,
      null,
    ])
    expect(() => percentile([1], 0)).toThrow(RangeError)
  })
  test('are values that were measured, with enough of them at or below', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, share) => {
          const sorted = values.toSorted((a, b) => a - b)
          const found = percentile(sorted, share)!
          expect(sorted).toContain(found)
          expect(sorted.filter((value) => value <= found).length).toBeGreaterThanOrEqual(share * sorted.length)
        },
      ),
    )
  })
})

test('every call is counted once, under one outcome and one reason', () => {
  fc.assert(
    fc.property(fc.array(anyRecord), (records) => {
      const tally = tallyOf(records)
      expect(tally.allowed + tally.held + tally.denied + tally.undecided).toBe(tally.calls)
      expect(sum(tally.reasons)).toBe(tally.calls - tally.undecided)
      expect(sum(tally.undecidedBecause)).toBe(tally.undecided)
      expect(sum(tally.withdrawnBecause)).toBe(tally.withdrawn)
      expect(tally.failed).toBeLessThanOrEqual(tally.redeemed)
      expect(tally.approved).toBeLessThanOrEqual(tally.held)
    }),
  )
})

test('the totals of two departments are those of both together', () => {
  fc.assert(
    fc.property(fc.array(anyRecord), fc.array(anyRecord), (a, b) => {
      const [one, two, both] = [tallyOf(a), tallyOf(b), tallyOf([...a, ...b])]
      for (const field of [
        'calls',
        'allowed',
        'held',
        'denied',
        'undecided',
        'approved',
        'redeemed',
        'failed',
        'withdrawn',
      ] as const) {
        expect(one[field] + two[field]).toBe(both[field])
      }
    }),
  )
})

describe('a replay is well', () => {
  const verdict: LedgerVerdict = {
    intact: true,
    checked: 9,
    firstBrokenSeq: null,
    brokenRange: null,
    reason: null,
    detail: null,
    headSeq: 9,
    headLink: 'l',
    rootHash: 'root',
    bodiesChecked: 9,
    checkpointsMatched: 1,
    checkpointsVerified: 1,
  }
  const ledger = { origin: 'muster.log/a', verdict, confirmed: 2, problems: [] }
  const department = { slug: 'a', name: 'A', teamName: 'A agents', agentSlug: 'a-assistant', agentName: 'A assistant' }
  const records = [
    decided('ALLOW', 'ALLOWED', redemptions[1]!, 1.25),
    decided('DENY', 'UNTRUSTED_MUTATION', redemptions[0]!, 3),
  ]
  const parts = (more: Partial<ReportParts> = {}): ReportParts => ({
    server: 'http://localhost:4000',
    departments: [{ department, agentId: 'g', runs: 1, records }],
    skipped: [],
    ingested: { accepted: 3, duplicates: 0, rejected: new Map() },
    ledger,
    faults: [],
    traffic: { requests: 9, retries: 0 },
    elapsedMs: 1234.5,
    ...more,
  })

  test('when all was decided and is on record; skipped files change nothing', () => {
    expect(reportOf(parts()).ok).toBe(true)
    const report = reportOf(parts({ skipped: [{ place: 'x.json', reason: 'not safe JSON' }] }))
    expect(report.ok).toBe(true)
    const text = describeReport(report)
    expect(text).toContain('x.json: not safe JSON')
    expect(text).toContain('1 ALLOWED, 1 UNTRUSTED_MUTATION')
    expect(text.split('\n').at(-1)).toBe('every call decided and on record; 1 skipped')
  })

  const lost = undecidedCall('a/1.json', { index: 2, tool: 't' }, 'SERVER_GONE', 'does not answer')
  test.each<[string, Partial<ReportParts>, RegExp]>([
    [
      'a call was not decided',
      { departments: [{ department, agentId: 'g', runs: 1, records: [...records, lost] }] },
      /1 of 3 calls were not decided/,
    ],
    [
      'the ledger is broken',
      { ledger: { ...ledger, verdict: { ...verdict, intact: false, reason: 'LINK_MISMATCH', firstBrokenSeq: 4 } } },
      /does not verify/,
    ],
    ['the ledger could not be read', { ledger: null }, /does not verify/],
    [
      'a receipt differs',
      { ledger: { ...ledger, confirmed: 1, problems: [{ place: 'p', seq: 3, problem: 'it is not there' }] } },
      /does not verify/,
    ],
    ['a receipt was never looked for', { ledger: { ...ledger, confirmed: 1 } }, /not all went well/],
    ['something went wrong beside', { faults: ['the report was refused'] }, /not all went well/],
    [
      'an event was refused',
      { ingested: { accepted: 0, duplicates: 0, rejected: new Map([['UNKNOWN_AGENT', 2]]) } },
      /not all went well/,
    ],
  ])('not when %s', (_, more, words) => {
    const report = reportOf(parts(more))
    expect(report.ok).toBe(false)
    expect(describeReport(report).split('\n').at(-1)).toMatch(words)
  })

  test('what went wrong with many calls is said once', () => {
    const many = [lost, { ...lost, index: 3 }, { ...lost, index: 4 }]
    const { faults } = reportOf(parts({ departments: [{ department, agentId: 'g', runs: 1, records: many }] }))
    expect(faults).toEqual(['a/1.json, call 3 and 2 more: does not answer'])
  })

  test('and says so in columns that line up', () => {
    const lines = describeReport(reportOf(parts())).split('\n')
    const header = lines.findIndex((line) => line.startsWith('department'))
    const table = lines.slice(header, header + 3)
    expect(new Set(table.map((line) => line.length)).size).toBe(1)
    expect(table[1]).toMatch(/^A\s+1\s+2\s+1\s+0\s+1\s+0\s+0\s+1\s+0\s+1\.3\s+3\.0$/)
  })
})

describe('progress', () => {
  const shown = (isTTY: boolean, everyMs: number): string => {
    let text = ''
    let nowMs = 0
    const progress = new Progress({ isTTY, write: (chunk) => (text += chunk) }, () => nowMs)
    progress.begin(100)
    for (let at = 0; at < 100; at++) {
      nowMs += everyMs
      progress.count(decided('ALLOW', 'A', redemptions[0]!, 1))
    }
    progress.end()
    return text
  }
  test('is one line on a terminal and a line every five seconds elsewhere', () => {
    expect(shown(true, 50)).toMatch(/^(\r\d+ of 100 calls: [^\n]*)+\n$/)
    expect(shown(false, 100).split('\n').slice(0, -1)).toHaveLength(3)
    expect(shown(false, 1)).toBe('100 of 100 calls: 100 allowed, 0 held, 0 denied\n')
  })
})
