/**
 * Autonomy: the share of actions that nobody stepped into. Neither good nor
 * bad by itself: it says how much supervision there is.
 */
import { decay } from './decay.ts'
import { confidenceOf, newestReceipt, type Evidence, type Factor } from './evidence.ts'
import type { Scored } from './identityScore.ts'

export const autonomyLabels = ['none', 'assisted', 'supervised', 'autonomous'] as const
export type AutonomyLabel = (typeof autonomyLabels)[number]

const halfLifeDays = 60
const confidenceHalf = 20
/** From this share on hardly anybody steps in. */
const autonomousFrom = 90
/** Below this share somebody steps in at least every second time. */
const supervisedFrom = 50
/** "Hardly ever" says nothing over fewer actions. */
const autonomousActionsMin = 20

export function autonomyScore(evidence: readonly Evidence[]): Scored & { label: AutonomyLabel } {
  const called = evidence.filter((row) => row.eventType === 'tool.called')
  const overridden = evidence.filter((row) => row.eventType === 'human.override')
  const calls = called.reduce((sum, row) => sum + aged(row), 0)
  const overrides = overridden.reduce((sum, row) => sum + aged(row), 0)
  // An action that somebody took over may never have been called.
  const actions = Math.max(calls, overrides)
  if (actions === 0) return { value: null, confidence: 0, factors: [], label: 'none' }
  const factors: Factor[] = [
    { score: 'autonomy', factor: 'tool.called', contribution: 100, receiptId: newestReceipt(called) },
  ]
  if (overridden.length > 0) {
    const contribution = (-100 * overrides) / actions
    factors.push({ score: 'autonomy', factor: 'human.override', contribution, receiptId: newestReceipt(overridden) })
  }
  const value = 100 - (100 * overrides) / actions
  return { value, confidence: confidenceOf(actions, confidenceHalf), factors, label: labelOf(value, actions) }
}

function labelOf(value: number, actions: number): AutonomyLabel {
  if (value < supervisedFrom) return 'assisted'
  return value >= autonomousFrom && actions >= autonomousActionsMin ? 'autonomous' : 'supervised'
}

function aged(row: Evidence): number {
  return row.count * decay(row.ageDays, halfLifeDays)
}
