/**
 * Cedar's answer, read so that it fails closed.
 *
 * Cedar skips a policy whose condition errors; a `forbid` that errors would
 * thus allow. INVARIANT (errors deny): an answer with any error is a denial.
 */
import type { AuthorizationAnswer } from '@cedar-policy/cedar-wasm/nodejs'

export interface CedarAnswer {
  decision: 'allow' | 'deny'
  /** Ids of the determining policies, sorted; empty when there are errors. */
  reason: readonly string[]
  /** What went wrong, with the policy it went wrong in. */
  errors: readonly string[]
}

export function readAnswer(answer: AuthorizationAnswer): CedarAnswer {
  if (answer.type === 'failure') {
    return { decision: 'deny', reason: [], errors: answer.errors.map(({ message }) => message) }
  }
  const { decision, diagnostics } = answer.response
  if (diagnostics.errors.length > 0) {
    const errors = diagnostics.errors.map(({ policyId, error }) => `${policyId}: ${error.message}`)
    return { decision: 'deny', reason: [], errors }
  }
  return { decision, reason: diagnostics.reason.toSorted(), errors: [] }
}
