/**
 * Reliability: how often tasks end well. The mean of the Beta posterior over
 * (completed, failed) with a uniform prior, times 100; the confidence grows with
 * the number of tasks seen.
 */
import { decay } from './decay.ts'
import { confidenceOf, credence, newestReceipt, type Evidence, type Factor } from './evidence.ts'
import type { Scored } from './identityScore.ts'

/** Two months: a task is forgotten more slowly than an incident. */
const halfLifeDays = 60
/** So many tasks make a confidence of one half. */
const confidenceHalf = 10

export function reliabilityScore(evidence: readonly Evidence[]): Scored {
  const completed = evidence.filter((row) => row.eventType === 'task.completed')
  const failed = evidence.filter((row) => row.eventType === 'task.failed')
  // A failure is believed of whoever reports it; a success as far as its reporter speaks for the agent.
  const successes = completed.reduce((sum, row) => sum + aged(row) * credence(row), 0)
  const failures = failed.reduce((sum, row) => sum + aged(row), 0)
  const seen = successes + failures
  if (seen === 0) return { value: null, confidence: 0, factors: [] }
  const factors: Factor[] = [{ score: 'reliability', factor: 'prior', contribution: 50, receiptId: null }]
  const share = (factor: string, rows: readonly Evidence[], contribution: number): void => {
    if (rows.length > 0) factors.push({ score: 'reliability', factor, contribution, receiptId: newestReceipt(rows) })
  }
  share('task.completed', completed, (50 * successes) / (seen + 2))
  share('task.failed', failed, (-50 * failures) / (seen + 2))
  return {
    value: (100 * (successes + 1)) / (seen + 2),
    confidence: confidenceOf(seen, confidenceHalf),
    factors,
  }
}

function aged(row: Evidence): number {
  return row.count * decay(row.ageDays, halfLifeDays)
}
