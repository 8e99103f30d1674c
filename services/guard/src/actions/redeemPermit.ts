/**
 * `redeemPermit`: the permit is consumed on exactly the bytes it was given
 * for, in the transaction that checks the agent's standing once more.
 *
 * What was held and approved is judged again as well: the approvers' own
 * eligibility, and the current policy. POLICY_CHANGED only when that is
 * stricter than what was decided.
 */
import { canonicalize, canonicalPayload, payloadHashOfText, type PayloadFields } from '@muster/canonical-json'
import { handoverFor, toFault, withRequest, type RequestScope } from '@muster/db'
import { Fault, newId, Refusal } from '@muster/kernel'
import { checkPermit, readPermitId } from '@muster/keys'
import { decide, factsFrom, isStricter } from '@muster/policy'
import { randomBytes } from 'node:crypto'
import { countingApprovers, loadApprovalFacts, onBehalfOfMark, parseApprovalFacts } from '../approvals/eligibility.ts'
import type { GuardRoom } from '../room.ts'
import { findDecision, openDecision, type DecisionRow } from './decisionRow.ts'
import { parseRedeem, requestDigest, safely, type RedeemRequest } from './input.ts'
import { type KnownStanding, Standings } from './standings.ts'

export interface ExecutionModel {
  id: string
  outcome: 'SUCCEEDED' | 'FAILED' | null
  resultHash: string | null
  redeemedAt: Date
  reportedAt: Date | null
  receipt: { id: string; seq: string }
}

/** The standing may change between reading and consuming; so often it does not. */
const attemptsMax = 6

const words: Record<string, string> = {
  UNKNOWN_PERMIT: 'no such permit',
  NOT_YOURS: 'this permit belongs to another credential',
  ALREADY_USED: 'this permit was used',
  EXPIRED: 'this permit has expired',
  PAYLOAD_MISMATCH: 'this is not the payload the permit was given for',
  AGENT_NOT_ACTIVE: 'the agent may not act any more',
  POLICY_CHANGED: 'the current policy asks for more than the one that decided',
}
const refuse = (code: string): Refusal => new Refusal(code, words[code] ?? code.toLowerCase())

export async function redeemPermit(
  room: GuardRoom,
  standings: Standings,
  scope: RequestScope,
  input: unknown,
): Promise<ExecutionModel> {
  const request = parseRedeem(input)
  const row = await permitted(room, scope, request.permit)
  const payloadHash = safely(() =>
    payloadHashOfText(
      canonicalPayload({
        tool: request.tool,
        action: request.action,
        resource: request.resource,
        parameters: request.parameters,
        manifestHash: row.manifest_hash?.toString('hex') ?? null,
        connectorId: request.connectorId,
        destination: request.destination,
      }),
    ),
  )
  return consume(room, standings, scope, request, row, payloadHash)
}

/** The decision behind a genuine permit of this credential. */
async function permitted(room: GuardRoom, scope: RequestScope, token: string): Promise<DecisionRow> {
  const tenant = scope.claims.tenant_id
  const { verifying } = await room.permitKeys(tenant)
  const id = checkPermit(verifying, token, scope.claims.cred)
  const claimed = id ?? readPermitId(token)
  const row = claimed === null ? null : await withRequest(room.guard, (tx) => findDecision(tx, claimed))
  if (row === null) throw refuse('UNKNOWN_PERMIT')
  // A genuine permit presented by somebody else: said only to those who may see the decision anyway.
  if (id === null) throw refuse(checkPermit(verifying, token, row.credential) === null ? 'UNKNOWN_PERMIT' : 'NOT_YOURS')
  return row
}

interface RedeemRow {
  code: string
  execution_id: string | null
  receipt_id: string | null
  seq: string | null
  standing: string | null
}

async function consume(
  room: GuardRoom,
  standings: Standings,
  scope: RequestScope,
  request: RedeemRequest,
  row: DecisionRow,
  payloadHash: string,
): Promise<ExecutionModel> {
  const key = {
    tenant: row.tenant_id,
    agent: row.agent_id,
    tool: row.tool,
    action: row.action,
    session: row.session_id,
  }
  const handover = handoverFor('muster_decider', scope)
  const { permit: _, ...body } = request
  const digest = requestDigest({ ...body, decision: row.id })
  let known = await standings.of(key, handover)
  let isCurrent = false
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (known === null) throw refuse('UNKNOWN_PERMIT')
    const approval = row.outcome === 'REVIEW' ? await approvalFacts(room, handover, row) : null
    const denied = await judgeAgain(room, scope, row, known, approval)
    if (denied !== null && !isCurrent) {
      // Never refuse on a remembered standing: it may have been mended since.
      known = await standings.load(key, handover)
      isCurrent = true
      continue
    }
    // A refusal is only spoken where consuming would otherwise succeed: a used or foreign permit is told as that.
    const result = await redeemRow(room, [
      handover,
      row.id,
      denied === null ? known.text : null,
      approval,
      Buffer.from(payloadHash, 'hex'),
      newId(room.clock.nowMs()),
      request.redemptionKey,
      Buffer.from(digest, 'hex'),
      newId(room.clock.nowMs()),
      randomBytes(16).toString('hex'),
      canonicalize({ actionHash: row.action_hash.toString('hex'), outcome: row.outcome }),
    ])
    if (result.code === 'REDEEMED' || result.code === 'REPLAYED') return execution(room, result)
    if (result.code !== 'STALE') throw refuse(result.code)
    if (denied !== null) throw refuse(denied)
    known = standings.remember(Standings.name(key), result.standing)
    isCurrent = true
  }
  throw new Fault('NOT_RECORDED', 'what this permit rests on keeps changing; nothing was recorded')
}

async function redeemRow(room: GuardRoom, values: unknown[]): Promise<RedeemRow> {
  try {
    const { rows } = await room.decider.query<RedeemRow>({
      name: 'redeem',
      text: 'SELECT code, execution_id, receipt_id, seq, standing FROM guard.redeem($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)',
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

async function execution(room: GuardRoom, result: RedeemRow): Promise<ExecutionModel> {
  const [row] = await withRequest(room.guard, (tx) =>
    tx.query<{
      outcome: ExecutionModel['outcome']
      result_hash: string | null
      redeemed_at: Date
      reported_at: Date | null
    }>('SELECT outcome, result_hash, redeemed_at, reported_at FROM guard.execution WHERE id = $1', [
      result.execution_id,
    ]),
  )
  return {
    id: result.execution_id!,
    outcome: row?.outcome ?? null,
    resultHash: row?.result_hash ?? null,
    redeemedAt: row?.redeemed_at ?? new Date(room.clock.nowMs()),
    reportedAt: row?.reported_at ?? null,
    receipt: { id: result.receipt_id!, seq: result.seq! },
  }
}

const notActive = new Set(['AGENT_FROZEN', 'AGENT_QUARANTINED', 'AGENT_REVOKED'])

/** Whether the decision would still be given, and its approvers still count. `null`: yes. */
async function judgeAgain(
  room: GuardRoom,
  scope: RequestScope,
  row: DecisionRow,
  known: KnownStanding,
  approval: string | null,
): Promise<string | null> {
  const sealed = await openDecision(room, row)
  if (sealed === null) return 'EXPIRED' // forgotten: nobody can tell what it permitted
  const pinned = JSON.parse(sealed.payload) as PayloadFields
  const now = decide(
    factsFrom(known.standing, {
      agentId: row.agent_id,
      request: {
        tool: row.tool,
        action: row.action,
        resource: pinned.resource,
        claimedTrust: row.effective_trust,
        signatureVerified: row.effective_trust === 'TRUSTED_INTERNAL_SIGNED',
        claimedMutates: row.mutates,
        manifestHash: row.manifest_hash?.toString('hex') ?? null,
        destination: pinned.destination,
        connectorId: pinned.connectorId,
        onBehalfOf: row.on_behalf_of,
        delegated: false,
        amount: null,
      },
      sessionId: row.session_id,
      credential: { kind: scope.claims.kind, ceiling: scope.claims.ceiling },
      nowMs: room.clock.nowMs(),
    }),
    await room.policySet(row.tenant_id, known.standing.policyHash),
  )
  if (notActive.has(now.reasonCode)) return 'AGENT_NOT_ACTIVE'
  if (row.outcome === 'ALLOW') return isStricter({ outcome: 'ALLOW', quorum: 0 }, now) ? 'POLICY_CHANGED' : null
  if (approval === null) return 'UNKNOWN_PERMIT'
  const facts = parseApprovalFacts(approval)
  if (isStricter({ outcome: 'REVIEW', quorum: facts.required }, now)) return 'POLICY_CHANGED'
  const counting = countingApprovers(facts, row, onBehalfOfMark(room.emailIndexKey, row.on_behalf_of))
  return facts.status === 'APPROVED' && counting.length >= facts.required ? null : 'POLICY_CHANGED'
}

/** The facts of the approval behind a held decision, as fingerprint and to be judged; null when there is none. */
async function approvalFacts(room: GuardRoom, handover: string, row: DecisionRow): Promise<string | null> {
  const [approval] = await withRequest(room.guard, (tx) =>
    tx.query<{ id: string }>('SELECT id FROM guard.approval WHERE decision_id = $1', [row.id]),
  )
  return approval === undefined ? null : loadApprovalFacts(room.decider, handover, approval.id, false)
}
