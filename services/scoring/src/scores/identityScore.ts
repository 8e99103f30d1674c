/**
 * Identity: how sure it is that the agent is who it says.
 *
 * Points for each kind of verification that somebody else reported, out of all
 * points there are. An accountable owner adds to it, but verifies nothing: alone
 * it is no evidence.
 */
import { decay } from './decay.ts'
import { newestReceipt, type Evidence, type Factor } from './evidence.ts'
import type { WeightName, Weights } from './profile.ts'

const kinds = ['identity.domain_verified', 'identity.key_verified', 'identity.runtime_attested'] as const
/** Verification ages: what was proved half a year ago counts half towards the confidence. */
const halfLifeDays = 180

export interface Scored {
  value: number | null
  confidence: number
  factors: Factor[]
}

export function identityScore(evidence: readonly Evidence[], ownerKnown: boolean, weights: Weights): Scored {
  const total = kinds.reduce((sum, kind) => sum + weights[kind], weights['owner.known'])
  const verifiable = kinds.reduce((sum, kind) => sum + weights[kind], 0)
  const factors: Factor[] = []
  const points = (factor: WeightName, receiptId: string | null): void => {
    factors.push({ score: 'identity', factor, contribution: (100 * weights[factor]) / total, receiptId })
  }
  let fresh = 0
  for (const kind of kinds) {
    // INVARIANT (no self-grading): an agent does not verify itself.
    const rows = evidence.filter((row) => row.eventType === kind && row.sourceType !== 'agent')
    const newest = Math.min(...rows.map(({ ageDays }) => ageDays))
    const freshness = rows.length === 0 ? 0 : decay(newest, halfLifeDays)
    if (freshness === 0 || weights[kind] === 0) continue
    fresh += weights[kind] * freshness
    points(kind, newestReceipt(rows))
  }
  if (factors.length === 0) return { value: null, confidence: 0, factors: [] }
  if (ownerKnown && weights['owner.known'] > 0) points('owner.known', null)
  const value = factors.reduce((sum, { contribution }) => sum + contribution, 0)
  return { value, confidence: fresh / verifiable, factors }
}
