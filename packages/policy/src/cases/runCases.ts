/**
 * Runs a case file through the real `decide` and `mayApprove`.
 *
 * The policy editor runs a tenant's own cases with this before it publishes;
 * our tests run `cases/*.yaml`.
 */
import { mayApprove, type ApprovalFacts } from '../approvals/mayApprove.ts'
import { compilePolicies, type PolicySet } from '../cedar/policySet.ts'
import { decideDirect } from '../decision/decide.ts'
import type { DecisionFacts } from '../facts/decisionFacts.ts'
import { baseApproval, baseDecision, optionalInApproval, optionalInDecision } from './base.ts'
import type { Case, CaseFile } from './caseFile.ts'
import { checkApprovalWords, checkDecisionWords } from './checkVocabulary.ts'
import { BrokenCase, overlay } from './overlay.ts'

export interface CaseOutcome {
  name: string
  ok: boolean
  /** Each expectation that was not met: `outcome: expected DENY, got ALLOW`. */
  differences: readonly string[]
}

/** Yields one outcome a case, in order. Throws `BrokenCase` for a case about something unknown. */
export function* runCases(file: CaseFile): Generator<CaseOutcome> {
  const set = file.kind === 'decision' ? compilePolicies(file.policies) : null
  for (const each of file.cases) {
    const actual = set === null ? runApproval(file.given, each) : runDecision(set, file.given, each)
    const differences = Object.entries(each.expect).flatMap(([key, expected]) => {
      if (!Object.hasOwn(actual, key)) throw new BrokenCase(`${each.name}: \`${key}\` is not part of the answer`)
      const got = JSON.stringify(actual[key])
      return got === JSON.stringify(expected) ? [] : [`${key}: expected ${JSON.stringify(expected)}, got ${got}`]
    })
    yield { name: each.name, ok: differences.length === 0, differences }
  }
}

function runDecision(set: PolicySet, given: unknown, { with: over }: Case): Record<string, unknown> {
  const base = overlay(baseDecision, given, optionalInDecision)
  // The overlay keeps the base's shape, kinds and keys; the closed words are checked next.
  const facts = overlay(base, over, optionalInDecision) as DecisionFacts
  checkDecisionWords(facts)
  return { ...decideDirect(facts, set) }
}

function runApproval(given: unknown, { with: over }: Case): Record<string, unknown> {
  const base = overlay(baseApproval, given, optionalInApproval)
  const facts = overlay(base, over, optionalInApproval) as ApprovalFacts
  checkApprovalWords(facts)
  const answer = mayApprove(facts)
  return { answer: answer.ok ? 'OK' : answer.code }
}
