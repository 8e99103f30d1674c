/**
 * `decideApproval`: one person's verdict on exactly the action they hashed.
 *
 * Stored, recomputed and sent hash must agree; the votes cast before are
 * judged again; the quorum counts people, each once, who are eligible now.
 */
import { randomBytes } from 'node:crypto'
import { actionHashOfText, canonicalize, hashesAgree, payloadHashOfText } from '@muster/canonical-json'
import { handoverFor, toFault, withRequest, type Recorded, type RequestScope } from '@muster/db'
import { Fault, newId, Refusal } from '@muster/kernel'
import { monthOf, newSalt, sealJson } from '@muster/keys'
import { commitment } from '@muster/ledger'
import { tally, type Vote } from '@muster/policy'
import { z } from 'zod'
import { findDecision, openDecision } from '../actions/decisionRow.ts'
import { parseInput } from '../actions/input.ts'
import type { GuardRoom } from '../room.ts'
import { approvalOf, findApproval, type ApprovalModel, type ApprovalRow } from './approvalRow.ts'
import {
  approverMayVote,
  countingApprovers,
  loadApprovalFacts,
  onBehalfOfMark,
  parseApprovalFacts,
  type ParsedApprovalFacts,
} from './eligibility.ts'

/** After the last approval the agent polls or is told; a quarter of an hour is plenty to act. */
export const approvedPermitTtlMs = 15 * 60_000
const attemptsMax = 6

const shape = z.object({
  approvalId: z.string(),
  actionHash: z.string(),
  verdict: z.enum(['APPROVE', 'REJECT']),
  reason: z
    .string()
    .trim()
    .max(2_000)
    .nullish()
    .transform((value) => value || null),
})

export interface ApprovalDecided {
  approval: ApprovalModel
  receipt: Recorded
}

export async function decideApproval(room: GuardRoom, scope: RequestScope, input: unknown): Promise<ApprovalDecided> {
  const request = parseInput(shape, input)
  const row = await withRequest(room.guard, (tx) => findApproval(tx, request.approvalId))
  if (row === null) throw new Refusal('UNKNOWN_APPROVAL', 'no such approval')
  if (scope.claims.kind !== 'person') throw new Refusal('NOT_ELIGIBLE', 'only a person may decide an approval')
  if (!scope.claims.caps.includes('approvals:decide'))
    throw new Refusal('NOT_ELIGIBLE', 'none of your roles may decide approvals')
  await hashesMustAgree(room, row, request.actionHash)
  const reason = await sealReason(room, row, request.reason)

  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const handover = handoverFor('muster_decider', scope)
    const text = await loadApprovalFacts(room.decider, handover, row.id, true)
    if (text === null) throw new Refusal('UNKNOWN_APPROVAL', 'no such approval')
    const facts = parseApprovalFacts(text)
    const mark = onBehalfOfMark(room.emailIndexKey, row.on_behalf_of)
    const next = judge(facts, row, mark, scope.claims.sub, request.verdict, request.reason)
    const permitUntil = next.status === 'APPROVED' ? new Date(room.clock.nowMs() + approvedPermitTtlMs) : null
    const receipts = receiptsOf(row, request.verdict, next, reason)
    const result = await cast(room, [
      handover,
      row.id,
      text,
      Buffer.from(request.actionHash, 'hex'),
      request.verdict,
      reason?.sealed ?? null,
      next.status,
      next.approvals,
      permitUntil?.toISOString() ?? null,
      receipts.map(({ id }) => id),
      receipts.map(({ type }) => type),
      receipts.map(() => randomBytes(16).toString('hex')),
      receipts.map(({ data }) => canonicalize(data)),
      receipts.map((_, index) => (index === 0 ? (reason?.sealed ?? null) : null)),
    ])
    if (result.code === 'STALE') continue
    if (result.code !== 'VOTED')
      throw new Refusal(result.code === 'UNKNOWN' ? 'UNKNOWN_APPROVAL' : result.code, 'the approval is not what it was')
    const updated = await withRequest(room.guard, (tx) => findApproval(tx, row.id))
    return { approval: approvalOf(room, updated ?? row), receipt: { id: receipts[0]!.id, seq: result.seq! } }
  }
  throw new Fault('NOT_RECORDED', 'this approval keeps changing; nothing was recorded')
}

/** The stored hash, the one recomputed from the stored bytes, and the one the approver sent: three that agree, or a refusal. */
async function hashesMustAgree(room: GuardRoom, row: ApprovalRow, sent: string): Promise<void> {
  const mismatch = new Refusal('HASH_MISMATCH', 'the action you decided on is not the one that is pinned')
  const decision = await withRequest(room.guard, (tx) => findDecision(tx, row.decision_id))
  const sealed = decision === null ? null : await openDecision(room, decision)
  if (sealed === null) throw new Refusal('EXPIRED', 'what was to be approved has been forgotten')
  const action = JSON.parse(sealed.action) as { payloadHash: string }
  const recomputed = actionHashOfText(sealed.action)
  if (!hashesAgree(row.action_hash.toString('hex'), recomputed, sent)) throw mismatch
  if (!hashesAgree(row.payload_hash.toString('hex'), payloadHashOfText(sealed.payload), action.payloadHash))
    throw mismatch
}

interface Next {
  status: 'PENDING' | 'APPROVED' | 'REJECTED'
  approvals: number
}

function judge(
  facts: ParsedApprovalFacts,
  row: ApprovalRow,
  mark: string | null,
  approver: string,
  verdict: Vote['verdict'],
  reason: string | null,
): Next {
  const own = facts.voters.find(({ id }) => id === approver)
  if (facts.status === 'EXPIRED' || (facts.status === 'PENDING' && !facts.isOpen))
    throw new Refusal('EXPIRED', 'this approval has expired')
  if (facts.status !== 'PENDING' || own !== undefined)
    throw new Refusal(
      'ALREADY_DECIDED',
      own === undefined ? 'this approval has been decided' : 'you have decided this already',
    )
  const eligible = approverMayVote(facts, row, mark)
  if (!eligible.ok) throw new Refusal(eligible.code, eligible.message)
  if (verdict === 'REJECT') {
    if (reason === null) throw new Refusal('REASON_REQUIRED', 'say why you reject')
    return { status: 'REJECTED', approvals: countingApprovers(facts, row, mark).length }
  }
  const votes: Vote[] = [...countingApprovers(facts, row, mark), approver].map((id) => ({
    approver: id,
    verdict: 'APPROVE',
  }))
  const counted = tally(votes, facts.required)
  return { status: counted.status === 'APPROVED' ? 'APPROVED' : 'PENDING', approvals: counted.approvals }
}

interface SealedReason {
  sealed: Buffer
  commitment: string
}

async function sealReason(room: GuardRoom, row: ApprovalRow, reason: string | null): Promise<SealedReason | null> {
  if (reason === null) return null
  const salt = newSalt()
  const scope = { tenant: row.tenant_id, class: 'receipt', month: monthOf(room.clock.nowMs()), subject: row.agent_id }
  return {
    commitment: commitment(salt, reason),
    sealed: await sealJson(room.ring, scope, { reason, salt: salt.toString('hex') }),
  }
}

function receiptsOf(row: ApprovalRow, verdict: Vote['verdict'], next: Next, reason: SealedReason | null) {
  const actionHash = row.action_hash.toString('hex')
  const vote = {
    id: newId(),
    type: 'approval.vote',
    data: { actionHash, decision: row.decision_id, reason: reason?.commitment ?? null, verdict },
  }
  if (next.status === 'PENDING') return [vote]
  const settled = {
    id: newId(),
    type: next.status === 'APPROVED' ? 'approval.approved' : 'approval.rejected',
    data: { actionHash, approvals: next.approvals, decision: row.decision_id, required: row.required },
  }
  return [vote, settled]
}

async function cast(room: GuardRoom, values: unknown[]): Promise<{ code: string; seq: string | null }> {
  try {
    const { rows } = await room.decider.query<{ code: string; seq: string | null }>({
      name: 'cast_vote',
      text: 'SELECT code, seq FROM guard.cast_vote($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::uuid[], $11::text[], $12::text[], $13::text[], $14::bytea[])',
      values,
    })
    return rows[0]!
  } catch (error) {
    const fault = toFault(error)
    throw fault instanceof Fault && fault.code === 'UNAVAILABLE'
      ? new Fault('NOT_RECORDED', fault.publicText, { cause: error })
      : fault
  }
}
