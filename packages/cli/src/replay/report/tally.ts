/**
 * What the calls of a department, or of all, came to. Pure.
 *
 * INVARIANT (every call once): calls = allowed + held + denied + undecided.
 */
import type { CallRecord } from '../deciding/callRecord.ts'
import { percentile } from './percentile.ts'

export interface Tally {
  readonly calls: number
  readonly allowed: number
  /** REVIEW, whatever people then said. */
  readonly held: number
  readonly denied: number
  readonly undecided: number
  /** Of those held, approved by people. */
  readonly approved: number
  readonly redeemed: number
  /** Redeemed, and recorded as having failed. */
  readonly failed: number
  /** Permits the server would not redeem any more. */
  readonly withdrawn: number
  /** Reason codes of decisions, codes of calls without one, and codes of withdrawn permits; the most frequent first. */
  readonly reasons: Readonly<Record<string, number>>
  readonly undecidedBecause: Readonly<Record<string, number>>
  readonly withdrawnBecause: Readonly<Record<string, number>>
  /** Of `authorizeAction`, milliseconds; null when nothing was answered. */
  readonly p50Ms: number | null
  readonly p95Ms: number | null
}

export function tallyOf(records: readonly CallRecord[]): Tally {
  const outcome = (wanted: string): number => records.filter(({ decision }) => decision?.outcome === wanted).length
  const elapsed = records.flatMap(({ elapsedMs }) => elapsedMs ?? []).toSorted((a, b) => a - b)
  const redeemed = records.filter(({ redemption }) => redemption.kind === 'redeemed')
  return {
    calls: records.length,
    allowed: outcome('ALLOW'),
    held: outcome('REVIEW'),
    denied: outcome('DENY'),
    undecided: records.filter(({ decision }) => decision === null).length,
    approved: records.filter(({ approved }) => approved).length,
    redeemed: redeemed.length,
    failed: redeemed.filter(({ redemption }) => redemption.kind === 'redeemed' && redemption.reported === 'FAILED')
      .length,
    withdrawn: records.filter(({ redemption }) => redemption.kind === 'refused').length,
    reasons: counted(records.flatMap(({ decision }) => decision?.reasonCode ?? [])),
    undecidedBecause: counted(records.flatMap(({ undecided }) => undecided ?? [])),
    withdrawnBecause: counted(
      records.flatMap(({ redemption }) => (redemption.kind === 'refused' ? [redemption.code] : [])),
    ),
    p50Ms: percentile(elapsed, 0.5),
    p95Ms: percentile(elapsed, 0.95),
  }
}

/** The most frequent first, equals by name. */
export function counted(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return Object.fromEntries([...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)))
}
