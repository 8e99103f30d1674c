/**
 * The typed refusal of a policy source that may not become part of a set.
 */
import { Refusal } from '@muster/kernel'

export interface PolicyProblem {
  /** Id of the policy, or of the source when no policy could be read from it. */
  policyId: string
  message: string
  /** Byte offsets into the policy's text, when the problem has a place. */
  at?: { start: number; end: number }
}

export class PolicyRefused extends Refusal {
  readonly problems: readonly PolicyProblem[]
  constructor(problems: readonly PolicyProblem[]) {
    const first = problems[0]
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''
    super(
      'POLICY_INVALID',
      first === undefined ? 'invalid policy' : `policy \`${first.policyId}\`: ${first.message}${more}`,
    )
    this.problems = problems
  }
}
