/**
 * The four scores of an agent, and what decisions make of them: the whole
 * formula, `muster-score/1` (docs/specs/scoring.md). Pure and exact: the same
 * evidence on the same day gives the same bits everywhere.
 *
 * INVARIANT (no evidence is null): a value is null when nothing speaks for it,
 * and 0 only when something does.
 */
import { autonomyScore, type AutonomyLabel } from './autonomyScore.ts'
import { evidenceAt, type Factor, type Tally } from './evidence.ts'
import { identityScore, type Scored } from './identityScore.ts'
import type { Profile } from './profile.ts'
import { reliabilityScore } from './reliabilityScore.ts'
import { riskScore } from './riskScore.ts'

export const policyTiers = ['standard', 'elevated', 'restricted'] as const
export type PolicyTier = (typeof policyTiers)[number]

/** Risk from which decisions look closer, and from which they let little through. */
const elevatedFrom = 40
const restrictedFrom = 75

export interface ScoreValue {
  /** 0 to 100, two decimals; null = no evidence. */
  value: number | null
  /** 0 to 1, four decimals. */
  confidence: number
}

export interface Scores {
  identity: ScoreValue
  risk: ScoreValue
  reliability: ScoreValue
  autonomy: ScoreValue & { label: AutonomyLabel }
  policyTier: PolicyTier
  explanation: Factor[]
  formula: string
}

export interface ScoreFacts {
  tallies: readonly Tally[]
  /** Whether a person answers for the agent. */
  ownerKnown: boolean
  profile: Profile
  /** Days since 1 January 1970, UTC. */
  today: number
}

export function computeScores({ tallies, ownerKnown, profile, today }: ScoreFacts): Scores {
  const evidence = evidenceAt(tallies, today)
  const identity = settled(identityScore(evidence, ownerKnown, profile.weights))
  const risk = settled(riskScore(evidence, profile.weights))
  const reliability = settled(reliabilityScore(evidence))
  const { label, ...share } = autonomyScore(evidence)
  const autonomy = settled(share)
  return {
    identity: identity.score,
    risk: risk.score,
    reliability: reliability.score,
    autonomy: { ...autonomy.score, label: autonomy.score.value === null ? 'none' : label },
    policyTier: tierOf(risk.score.value),
    explanation: [identity, risk, reliability, autonomy].flatMap(({ factors }) => factors),
    formula: profile.formula,
  }
}

/** Scores tighten, never loosen: without evidence a decision is as it would be without scores. */
export function tierOf(risk: number | null): PolicyTier {
  if (risk === null || risk < elevatedFrom) return 'standard'
  return risk < restrictedFrom ? 'elevated' : 'restricted'
}

/** A score as it is kept: rounded, its largest factor first. Evidence too faint for four decimals is none. */
function settled({ value, confidence, factors }: Scored): { score: ScoreValue; factors: Factor[] } {
  const sure = Math.round(confidence * 10_000) / 10_000
  if (value === null || sure === 0) return { score: { value: null, confidence: 0 }, factors: [] }
  return {
    score: { value: Math.min(100, Math.max(0, hundredths(value))), confidence: sure },
    factors: factors
      .map((factor) => ({ ...factor, contribution: hundredths(factor.contribution) }))
      .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || (a.factor < b.factor ? -1 : 1)),
  }
}

/** Two decimals; adding 0 makes a negative zero plain. */
function hundredths(value: number): number {
  return Math.round(value * 100) / 100 + 0
}
