/**
 * The decision: facts and a policy set in, ALLOW, REVIEW or DENY out.
 *
 * Order: gates that deny → policies that fail to evaluate → policies that
 * forbid → nothing permits → gates and policies that hold → allowed. Explicit
 * deny wins, an evaluation error is a denial, the default is a denial.
 *
 * INVARIANT (pure): no clock, no I/O; equal inputs give equal decisions, which
 * is what lets a decision be evaluated early and checked late.
 */
import type { Outcome, Trust } from '@muster/kernel'
import { evaluate, evaluateDirect, type Verdict } from '../cedar/evaluate.ts'
import type { PolicySet } from '../cedar/policySet.ts'
import type { DecisionFacts } from '../facts/decisionFacts.ts'
import { effectiveMutates, effectiveTrust, grantStanding } from '../facts/effective.ts'
import type { Derived } from '../facts/policyFacts.ts'
import { askGates } from './gates.ts'
import { reviewReasons, type ReasonCode, type ReviewReason } from './reasonCodes.ts'

export interface Decision {
  outcome: Outcome
  reasonCode: ReasonCode
  /** Ids of the gates and policies that decided; of the holds as well, with REVIEW. */
  determining: readonly string[]
  /** With REVIEW: distinct people who must approve. Else 0. */
  quorum: number
  effectiveTrust: Trust
  mutates: boolean
  policyHash: string
  /** What went wrong in evaluation: for the log, never for the caller. */
  errors: readonly string[]
}

type Evaluate = (set: PolicySet, facts: DecisionFacts, derived: Derived) => Verdict

/** Decides with remembered verdicts. Throws a `Fault` only for facts outside their types, such as an unknown status. */
export function decide(facts: DecisionFacts, set: PolicySet): Decision {
  return decideWith(evaluate, facts, set)
}

/** Decides by asking Cedar anew: what `decide` is checked against. */
export function decideDirect(facts: DecisionFacts, set: PolicySet): Decision {
  return decideWith(evaluateDirect, facts, set)
}

/** The derived facts a policy sees. */
export function derive(facts: DecisionFacts): Derived {
  const mutates = effectiveMutates(facts)
  return {
    mutates,
    trust: effectiveTrust(facts, mutates),
    grant: grantStanding(facts.grants, facts.request.tool, facts.request.action),
  }
}

function decideWith(ask: Evaluate, facts: DecisionFacts, set: PolicySet): Decision {
  const derived = derive(facts)
  const decided = (outcome: Outcome, reasonCode: ReasonCode, determining: readonly string[]): Decision => ({
    outcome,
    reasonCode,
    determining,
    quorum: 0,
    effectiveTrust: derived.trust,
    mutates: derived.mutates,
    policyHash: set.hash,
    errors: [],
  })

  const gates = askGates(facts, derived)
  const denial = gates.find(({ outcome }) => outcome === 'DENY')
  if (denial !== undefined) return decided('DENY', denial.reason, [denial.gate])

  const verdict = ask(set, facts, derived)
  if (verdict.errors.length > 0) return { ...decided('DENY', 'EVALUATION_ERROR', []), errors: verdict.errors }
  if (verdict.verdict === 'forbid') return decided('DENY', 'POLICY_FORBIDS', verdict.determining)
  if (verdict.verdict === 'none') return decided('DENY', 'DEFAULT_DENY', [])

  const holds: { id: string; reason: ReviewReason; quorum: number }[] = verdict.holds.map(
    ({ policyId, reason, quorum }) => ({ id: policyId, reason, quorum }),
  )
  for (const gate of gates) {
    if (gate.outcome === 'REVIEW') holds.push({ id: gate.gate, reason: gate.reason, quorum: gate.quorum })
  }
  if (holds.length === 0) return decided('ALLOW', 'ALLOWED', verdict.determining)
  const reason = reviewReasons.find((code) => holds.some((hold) => hold.reason === code))!
  return {
    ...decided('REVIEW', reason, holds.map(({ id }) => id).toSorted()),
    quorum: Math.max(...holds.map(({ quorum }) => quorum)),
  }
}

const strictness: Record<Outcome, number> = { ALLOW: 0, REVIEW: 1, DENY: 2 }

/**
 * Whether the later decision asks for more than the earlier one did: a harder
 * outcome, or more approvers. At redemption a stricter policy voids the permit.
 */
export function isStricter(
  before: Pick<Decision, 'outcome' | 'quorum'>,
  after: Pick<Decision, 'outcome' | 'quorum'>,
): boolean {
  const step = strictness[after.outcome] - strictness[before.outcome]
  return step > 0 || (step === 0 && after.quorum > before.quorum)
}
