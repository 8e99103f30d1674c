/**
 * What ought to be decided, said once more and more simply than the product
 * says it: the oracle that the ledger is read against.
 *
 * INVARIANT (independent): nothing of packages/policy is used here.
 */
import type { PolicyName, Tool } from './acts.ts'
import { agentOfSession, teamOf, type Stage } from './stage.ts'

export type Taint = 'TRUSTED_INTERNAL' | 'SEMI_TRUSTED' | 'UNTRUSTED_EXTERNAL'

/** Everything decisions of a stage rest on, at one position of the ledger. */
export interface State {
  readonly frozen: ReadonlySet<number>
  /** `agent/tool` of the grants that were revoked. */
  readonly revoked: ReadonlySet<string>
  /** By session. */
  readonly taint: ReadonlyMap<number, Taint>
  readonly policy: PolicyName
  /** For whom a person may approve now: the first team's agents, or all. */
  readonly approvers: ReadonlyMap<number, 'team' | 'tenant'>
}

export interface Expected {
  outcome: 'ALLOW' | 'REVIEW' | 'DENY'
  reasonCode: string
  quorum: number
}

/** What is asked about: the n-th agent's call of a tool, in a session or none. */
export interface Question {
  agent: number
  tool: Tool
  session: number | null
}

const deny = (reasonCode: string): Expected => ({ outcome: 'DENY', reasonCode, quorum: 0 })
const allow: Expected = { outcome: 'ALLOW', reasonCode: 'ALLOWED', quorum: 0 }
const tierQuorum = { LOW: 0, MEDIUM: 1, CRITICAL: 2 } as const

export function expected(stage: Stage, state: State, { agent, tool, session }: Question): Expected {
  if (state.frozen.has(agent)) return deny('AGENT_FROZEN')
  if (state.revoked.has(`${agent}/${tool}`)) return deny('NO_GRANT')
  if (tool === 'crm.read') return allow
  const own = session === null || agentOfSession(session) === agent
  const trust =
    session === null ? 'TRUSTED_INTERNAL' : own ? (state.taint.get(session) ?? 'TRUSTED_INTERNAL') : 'UNKNOWN'
  if (trust === 'UNKNOWN' || trust === 'UNTRUSTED_EXTERNAL') return deny('UNTRUSTED_MUTATION')
  if (state.policy === 'closed') return deny('POLICY_FORBIDS')
  const byPolicy = state.policy === 'hold' ? 2 : tierQuorum[stage.agents[agent]!.tier]
  const byTrust = trust === 'SEMI_TRUSTED' ? 1 : 0
  const quorum = Math.max(byPolicy, byTrust)
  if (quorum === 0) return allow
  const why = byTrust > 0 ? 'TRUST' : state.policy === 'hold' ? 'POLICY' : 'RISK_TIER'
  return { outcome: 'REVIEW', reasonCode: `APPROVAL_REQUIRED_${why}`, quorum }
}

/** Whether this person's approval counts for the agent now. The owner, last of the people, is in no state. */
export function isEligible(state: State, person: number, agent: number): boolean {
  const reach = state.approvers.get(person)
  return reach === 'tenant' || (reach === 'team' && teamOf(agent) === 0)
}

/** Whether what was decided would be redeemed now. `approvedBy`: who approved it, when it was held. */
export function isRedeemable(
  stage: Stage,
  state: State,
  decided: Question & { outcome: string; required: number },
  approvedBy: readonly number[],
): boolean {
  const now = expected(stage, state, decided)
  if (now.outcome === 'DENY') return false
  if (decided.outcome === 'ALLOW') return now.outcome === 'ALLOW'
  const counting = approvedBy.filter((person) => isEligible(state, person, decided.agent)).length
  return now.quorum <= decided.required && counting >= decided.required
}
