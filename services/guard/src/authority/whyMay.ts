/**
 * Why a person may do something, or may not: the rule that decides, asked
 * about somebody instead of by them.
 *
 * INVARIANT (one rule): nothing is judged here. Verdicts are `mayApprove`'s,
 * capabilities `accessOf`'s; this only gathers the facts and names the roles.
 */
import { handoverFor, toFault, withRequest, type RequestScope } from '@muster/db'
import { accessOf, Fault, isUuid, roleCapabilities, type Capability, type Role } from '@muster/kernel'
import { approvesFor } from '@muster/policy'
import { approvalOf, findApproval } from '../approvals/approvalRow.ts'
import { approverMayVote, onBehalfOfMark, parseApprovalFacts } from '../approvals/eligibility.ts'
import type { GuardRoom } from '../room.ts'

export type AuthorityAct = 'APPROVE' | 'RESTRICT' | 'FREEZE' | 'QUARANTINE' | 'REINSTATE' | 'REVOKE'

export interface AuthorityQuestion {
  personId: string
  act: AuthorityAct
  approvalId?: string | null
  agentId?: string | null
}

export interface Ground {
  id: string
  role: Role
  unit: string | null
  grantedBy: string
  grantedAt: string
  expiresAt: string | null
  receiptId: string | null
}

export interface Authority {
  allowed: boolean
  because: Ground[]
  refusedBecause: string | null
}

interface Loaded {
  active: boolean
  /** `guard.approval_facts`, with the person asked about as approver. */
  facts: string | null
  /** The agent's team and every unit above it. */
  path: string[] | null
  bindings: Ground[]
}

/** Answers for the scope's caller; null for what they do not see. Throws `BAD_REQUEST` when the subject does not fit the act. */
export async function whyMay(
  room: GuardRoom,
  scope: RequestScope,
  { personId, act, approvalId = null, agentId = null }: AuthorityQuestion,
): Promise<Authority | null> {
  const [wanted, other] = act === 'APPROVE' ? [approvalId, agentId] : [agentId, approvalId]
  if (wanted === null || other !== null)
    throw new Fault('BAD_REQUEST', '`APPROVE` is asked of an `approvalId`, every other act of an `agentId`')
  if (!isUuid(personId) || !isUuid(wanted)) return null
  const seen = await withRequest(room.guard, async (tx) => {
    const people = await tx.query('SELECT FROM identity.published_person WHERE id = $1', [personId])
    if (people.length === 0) return null
    if (act === 'APPROVE') return findApproval(tx, wanted)
    const agents = await tx.query('SELECT FROM identity.published_agent WHERE id = $1', [wanted])
    return agents.length === 0 ? null : 'agent'
  })
  if (seen === null) return null
  const loaded = await load(room, scope, personId, seen === 'agent' ? null : wanted, seen === 'agent' ? wanted : null)
  if (loaded === null) return null
  if (seen === 'agent') return overAgent(loaded)

  const refuse = (refusedBecause: string): Authority => ({ allowed: false, because: [], refusedBecause })
  const { status } = approvalOf(room, seen)
  if (status !== 'PENDING') return refuse(`this approval is ${status.toLowerCase()}`)
  const lacking = whyLacking(loaded.bindings, 'approvals:decide')
  if (lacking !== null) return refuse(lacking)
  if (loaded.facts === null) return null
  const facts = parseApprovalFacts(loaded.facts)
  const eligible = approverMayVote(facts, seen, onBehalfOfMark(room.emailIndexKey, seen.on_behalf_of))
  if (!eligible.ok) return refuse(eligible.message)
  const because = loaded.bindings.filter((held) => approvesFor(held, facts.units))
  return { allowed: true, because, refusedBecause: null }
}

/** An agent's standing: the capability, and its team in reach. Owning an agent is not reaching its team. */
function overAgent({ active, bindings, path }: Loaded): Authority {
  const refuse = (refusedBecause: string): Authority => ({ allowed: false, because: [], refusedBecause })
  if (!active) return refuse('this account is not active')
  const lacking = whyLacking(bindings, 'agents:status')
  if (lacking !== null) return refuse(lacking)
  const because = bindings.filter(
    ({ role, unit }) =>
      role !== 'owner' &&
      roleCapabilities[role].includes('agents:status') &&
      (unit === null || path?.includes(unit) === true),
  )
  return because.length === 0
    ? refuse('none of your roles reaches the team of this agent')
    : { allowed: true, because, refusedBecause: null }
}

/** Why a person holding `bindings` is without `capability`; null when they have it. */
function whyLacking(bindings: readonly Ground[], capability: Capability): string | null {
  if (accessOf(bindings).caps.includes(capability)) return null
  return bindings.some(({ role }) => roleCapabilities[role].includes(capability))
    ? `the roles that carry \`${capability}\` do not cover everything your roles let you see`
    : `none of your roles carries \`${capability}\``
}

async function load(
  room: GuardRoom,
  scope: RequestScope,
  personId: string,
  approvalId: string | null,
  agentId: string | null,
): Promise<Loaded | null> {
  try {
    const { rows } = await room.decider.query<{ found: Loaded | null }>({
      name: 'load_authority',
      text: 'SELECT guard.load_authority($1, $2, $3, $4) AS found',
      values: [handoverFor('muster_decider', scope), personId, approvalId, agentId],
    })
    return rows[0]?.found ?? null
  } catch (error) {
    throw toFault(error)
  }
}
