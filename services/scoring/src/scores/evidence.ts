/**
 * What scores are computed from: counts of events by day. Pure.
 *
 * INVARIANT (one order): rows are summed in the order of their keys, so the
 * order in which events arrived never shows in a score, not even in its last
 * bit.
 */
import { horizonDays } from './decay.ts'
import type { EventSource, EventType, Severity } from '../events/vocabulary.ts'

/** One row of `scoring.tally`. */
export interface Tally {
  eventType: EventType
  severity: Severity
  sourceType: EventSource
  /** Signed by the agent's registered key. */
  signed: boolean
  /** UTC day, days since 1 January 1970. */
  day: number
  /** From 1. */
  count: number
  /** Id of the newest event of the row, and the receipt it came with. */
  lastEvent: string
  lastReceipt: string
}

/** A row with its age. */
export interface Evidence extends Tally {
  ageDays: number
}

const msPerDay = 86_400_000

/** Days since 1 January 1970 of an instant, UTC. @param ms since the Unix epoch. */
export function dayOf(ms: number): number {
  return Math.floor(ms / msPerDay)
}

/** Rows that still count at a day, in the one order. A reporter's clock that runs ahead gives no negative age. */
export function evidenceAt(tallies: readonly Tally[], today: number): Evidence[] {
  return tallies
    .map((tally) => ({ ...tally, ageDays: Math.max(0, today - tally.day) }))
    .filter(({ ageDays }) => ageDays <= horizonDays)
    .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function keyOf({ eventType, severity, sourceType, signed, day }: Tally): string {
  return `${eventType} ${severity} ${sourceType} ${signed} ${String(day).padStart(8, '0')}`
}

/**
 * How far a report speaks for the agent it is about. Others are believed; what
 * an agent says in its own favour counts half when its key signed it and a
 * quarter when not. Against itself everybody is believed.
 */
export function credence({ sourceType, signed }: Tally): number {
  if (sourceType !== 'agent') return 1
  return signed ? 0.5 : 0.25
}

/** The receipt of the newest event among rows; null for none. UUIDv7 ids grow with time. */
export function newestReceipt(rows: readonly Tally[]): string | null {
  let newest: Tally | undefined
  for (const row of rows) if (newest === undefined || row.lastEvent > newest.lastEvent) newest = row
  return newest?.lastReceipt ?? null
}

/** How much weight of evidence makes a confidence: 0 for none, one half at `half`, towards 1. */
export function confidenceOf(weight: number, half: number): number {
  return 1 - half / (weight + half)
}

export interface Factor {
  score: 'identity' | 'risk' | 'reliability' | 'autonomy'
  factor: string
  /** Points of the value. */
  contribution: number
  receiptId: string | null
}
