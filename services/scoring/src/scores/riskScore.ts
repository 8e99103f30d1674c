/**
 * Risk: how much went wrong lately.
 *
 * Every event of a risk type presses by its weight, its severity and its age;
 * the pressure P gives 100 − 100·K/(P + K). An agent nobody has watched presses
 * too, the less the more was seen to go well: unknown is not safe.
 *
 * INVARIANT (monotone): one more event of a risk type never lowers the score,
 * whoever reported it. Each step of the formula is monotone in floating point.
 */
import { decay } from './decay.ts'
import { confidenceOf, credence, newestReceipt, type Evidence, type Factor } from './evidence.ts'
import type { Severity } from '../events/vocabulary.ts'
import type { Scored } from './identityScore.ts'
import type { Weights } from './profile.ts'

const riskTypes = ['policy.violation', 'secret.exposed', 'swarm.suspected', 'tool.denied', 'rate.limit_hit'] as const
/** What an agent does when nothing is wrong: seeing it makes the unknown known. */
const activityTypes: ReadonlySet<string> = new Set([
  'tool.called',
  'task.completed',
  'task.failed',
  'post.created',
  'reply.created',
  'dm.sent',
])
const severityFactor: Readonly<Record<Severity, number>> = { info: 0.25, low: 0.5, medium: 1, high: 2, critical: 4 }
/** Two weeks: an incident is news for one and history after a quarter. */
const halfLifeDays = 14
/** The pressure at which the score is 50. */
const halfPressure = 40
/** So many actions that went well halve the pressure of the unknown. */
const watchedHalf = 25
/** So many observations make a confidence of one half. */
const confidenceHalf = 20

export function riskScore(evidence: readonly Evidence[], weights: Weights): Scored {
  const activity = evidence.filter((row) => activityTypes.has(row.eventType))
  const watched = activity.reduce((sum, row) => sum + weightOf(row), 0)
  const unobserved = (weights.unobserved * watchedHalf) / (watched + watchedHalf)
  const shares: { factor: string; pressure: number; receiptId: string | null }[] = []
  let incidents = 0
  for (const type of riskTypes) {
    const rows = evidence.filter((row) => row.eventType === type)
    if (rows.length === 0) continue
    let pressure = 0
    for (const row of rows) {
      const aged = row.count * decay(row.ageDays, halfLifeDays)
      pressure += weights[type] * severityFactor[row.severity] * aged
      incidents += aged
    }
    shares.push({ factor: type, pressure, receiptId: newestReceipt(rows) })
  }
  if (watched === 0 && incidents === 0) return { value: null, confidence: 0, factors: [] }
  shares.push({ factor: 'unobserved', pressure: unobserved, receiptId: null })
  const pressure = shares.reduce((sum, share) => sum + share.pressure, 0)
  const value = 100 - (100 * halfPressure) / (pressure + halfPressure)
  const factors = shares.map(({ factor, pressure: part, receiptId }): Factor => {
    return { score: 'risk', factor, contribution: pressure === 0 ? 0 : value * (part / pressure), receiptId }
  })
  return { value, confidence: confidenceOf(watched + incidents, confidenceHalf), factors }
}

function weightOf(row: Evidence): number {
  return row.count * decay(row.ageDays, halfLifeDays) * credence(row)
}
