/**
 * The facts of an approval, as the database worded them, and who may decide on them.
 *
 * The text is a fingerprint like a standing: judged early, compared under the
 * lock, so a role taken away between look and verdict is never overlooked.
 */
import { emailIndex } from '@muster/keys'
import { Fault, type AgentStatus, type Role } from '@muster/kernel'
import {
  fullSeparation,
  mayApprove,
  mayStillApprove,
  type ApprovalFacts,
  type Eligibility,
  type Vote,
} from '@muster/policy'
import { isUnavailable, toFault, type RolePool } from '@muster/db'
import type { ApprovalRow } from './approvalRow.ts'

export interface VoterFacts {
  id: string
  verdict: Vote['verdict'] | null
  active: boolean
  emailIndex: string | null
  roles: { role: Role; unit: string | null }[]
}

export interface ParsedApprovalFacts {
  status: ApprovalRow['status']
  required: number
  isOpen: boolean
  agentStatus: AgentStatus
  owner: string
  units: readonly string[]
  voters: VoterFacts[]
  approver: VoterFacts | null
}

type VoterTuple = [string, Vote['verdict'] | null, boolean | null, string | null, [Role, string | null][] | null]
type FactsTuple = [
  number,
  ApprovalRow['status'],
  number,
  boolean,
  AgentStatus,
  string,
  string[],
  string[] | null,
  VoterTuple[],
  VoterTuple | null,
]

const voterOf = ([id, verdict, active, index, roles]: VoterTuple): VoterFacts => ({
  id,
  verdict,
  active: active === true,
  emailIndex: index,
  roles: (roles ?? []).map(([role, unit]) => ({ role, unit })),
})

/** Reads the text of `guard.approval_facts`. */
export function parseApprovalFacts(text: string): ParsedApprovalFacts {
  const [, status, required, isOpen, agentStatus, owner, stamped, current, voters, approver] = JSON.parse(
    text,
  ) as FactsTuple
  return {
    status,
    required,
    isOpen,
    agentStatus,
    owner,
    units: [...new Set([...stamped, ...(current ?? [])])],
    voters: voters.map(voterOf),
    approver: approver === null ? null : voterOf(approver),
  }
}

/** The facts of an approval now; `null` when there is none in this tenant. */
export async function loadApprovalFacts(
  decider: RolePool,
  handover: string,
  approvalId: string,
  forVerdict: boolean,
): Promise<string | null> {
  try {
    const { rows } = await decider.query<{ facts: string | null }>({
      name: 'load_approval_facts',
      text: 'SELECT guard.load_approval_facts($1, $2, $3) AS facts',
      values: [handover, approvalId, forVerdict],
    })
    return rows[0]?.facts ?? null
  } catch (error) {
    const fault = toFault(error)
    throw isUnavailable(error)
      ? new Fault('NOT_RECORDED', 'the database is not answering; nothing was recorded', { cause: error })
      : fault
  }
}

/** The facts of many at once, for the person asking, by approval. */
export async function loadFactsOfMany(
  decider: RolePool,
  handover: string,
  approvalIds: readonly string[],
): Promise<Map<string, string>> {
  if (approvalIds.length === 0) return new Map()
  try {
    const { rows } = await decider.query<{ id: string; facts: string | null }>({
      name: 'load_facts_of_many',
      text: 'SELECT w.id, guard.load_approval_facts($1, w.id, true) AS facts FROM unnest($2::uuid[]) AS w (id)',
      values: [handover, approvalIds],
    })
    return new Map(rows.flatMap(({ id, facts }) => (facts === null ? [] : [[id, facts]])))
  } catch (error) {
    throw toFault(error)
  }
}

/** What identifies the on-behalf-of person: an id as it is, an address by its index, so that no address is stored here. */
export function onBehalfOfMark(emailIndexKey: Uint8Array, onBehalfOf: string | null): string | null {
  if (onBehalfOf === null) return null
  return onBehalfOf.includes('@') ? emailIndex(emailIndexKey, onBehalfOf).toString('hex') : onBehalfOf
}

function factsFor(
  voter: VoterFacts,
  facts: ParsedApprovalFacts,
  row: Pick<ApprovalRow, 'requester_id'>,
  mark: string | null,
): ApprovalFacts {
  return {
    approver: { id: voter.id, email: voter.emailIndex, kind: 'person', active: voter.active, roles: voter.roles },
    owner: facts.owner,
    requesters: [row.requester_id],
    onBehalfOf: mark,
    agentUnits: facts.units,
    previousVotes: facts.voters.flatMap(({ id, verdict }) => (verdict === null ? [] : [{ approver: id, verdict }])),
    separation: fullSeparation,
  }
}

/** Whether the person asking may cast a verdict now. */
export function approverMayVote(
  facts: ParsedApprovalFacts,
  row: Pick<ApprovalRow, 'requester_id'>,
  mark: string | null,
): Eligibility {
  if (facts.approver === null)
    return { ok: false, code: 'NOT_ELIGIBLE', message: 'only a person may decide an approval' }
  return mayApprove(factsFor(facts.approver, facts, row, mark))
}

/** The people whose approval still counts today: eligible now, as they were when they voted. */
export function countingApprovers(
  facts: ParsedApprovalFacts,
  row: Pick<ApprovalRow, 'requester_id'>,
  mark: string | null,
): string[] {
  return facts.voters
    .filter((voter) => voter.verdict === 'APPROVE' && mayStillApprove(factsFor(voter, facts, row, mark)).ok)
    .map(({ id }) => id)
}
