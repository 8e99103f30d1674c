/**
 * `authorizeAction`: the main job. Parse → last known standing → evaluate →
 * one durable commit → answer. No commit, no answer.
 */
import { mintPermit } from '@muster/keys'
import { Fault, Refusal } from '@muster/kernel'
import { withRequest, type RequestScope } from '@muster/db'
import { approvalColumns, approvalOf, type ApprovalModel, type ApprovalRow } from '../approvals/approvalRow.ts'
import type { GuardRoom } from '../room.ts'
import type { Combiner, Decided } from './combiner.ts'
import { decisionColumns, decisionOf, decisionOfPrepared, type DecisionModel, type DecisionRow } from './decisionRow.ts'
import { agentOf, parseAuthorize, unknownAgent } from './input.ts'
import { ask, type Asked } from './prepare.ts'

export interface PermitModel {
  token: string
  expiresAt: Date
}

export interface ActionDecided {
  decision: DecisionModel
  permit: PermitModel | null
  approval: ApprovalModel | null
}

/** Decides one action. Throws a `Refusal` for what cannot be asked, a `Fault` when it cannot be recorded. */
export async function authorizeAction(
  room: GuardRoom,
  combiner: Combiner,
  scope: RequestScope,
  input: unknown,
): Promise<ActionDecided> {
  const request = parseAuthorize(input)
  const asked = ask(scope, agentOf(scope.claims, request.agentId), request)
  const decided = await combiner.decide(asked)
  if (decided === null || decided.committed.status === 'unreached') throw unknownAgent()
  if (decided.committed.status === 'repeated') return stored(room, asked)
  return fresh(room, decided, decided.committed.seq)
}

async function fresh(room: GuardRoom, { prepared }: Decided, seq: string): Promise<ActionDecided> {
  const decision = decisionOfPrepared(room, prepared, seq)
  const permit =
    prepared.permitExpiresAt === null
      ? null
      : await permitOf(
          room,
          prepared.asked.key.tenant,
          prepared.id,
          prepared.asked.claims.cred,
          prepared.permitExpiresAt,
        )
  const approval =
    prepared.approval === null
      ? null
      : approvalOf(room, {
          id: prepared.approval.id,
          tenant_id: prepared.asked.key.tenant,
          decision_id: prepared.id,
          agent_id: prepared.asked.key.agent,
          requester_id: prepared.asked.claims.sub,
          credential: prepared.asked.claims.cred,
          owner_id: prepared.known.standing.agent.owner ?? '',
          on_behalf_of: prepared.asked.request.onBehalfOf,
          action_hash: Buffer.from(prepared.actionHash, 'hex'),
          payload_hash: Buffer.from(prepared.payloadHash, 'hex'),
          status: 'PENDING',
          required: prepared.approval.required,
          approvals: 0,
          unit_path: [...prepared.known.standing.agent.units],
          created_at: decision.decidedAt,
          expires_at: prepared.approval.expiresAt,
          settled_at: null,
          version: 1,
        })
  return { decision, permit, approval }
}

/** The answer that was given the first time this key was used, or a conflict when the body differs. */
async function stored(room: GuardRoom, asked: Asked): Promise<ActionDecided> {
  const { row, approval } = await withRequest(room.guard, async (tx) => {
    const [found] = await tx.query<DecisionRow>(
      `SELECT ${decisionColumns} FROM guard.decision WHERE credential = $1 AND idempotency_key = $2`,
      [asked.claims.cred, asked.request.idempotencyKey],
    )
    if (found === undefined) return { row: undefined, approval: undefined }
    const [held] = await tx.query<ApprovalRow>(`SELECT ${approvalColumns} FROM guard.approval WHERE decision_id = $1`, [
      found.id,
    ])
    return { row: found, approval: held }
  })
  if (row === undefined) throw new Fault('INTERNAL', 'the decision of this key could not be read')
  if (!row.request_hash.equals(Buffer.from(asked.requestHash, 'hex'))) {
    throw new Refusal('IDEMPOTENCY_CONFLICT', 'this idempotency key was used with another body')
  }
  return {
    decision: decisionOf(room, row),
    permit:
      row.outcome === 'ALLOW' && row.permit_expires_at !== null
        ? await permitOf(room, row.tenant_id, row.id, row.credential, row.permit_expires_at)
        : null,
    approval: approval === undefined ? null : approvalOf(room, approval),
  }
}

/** The permit of a decision, for the credential that asked for it. */
export async function permitOf(
  room: GuardRoom,
  tenant: string,
  decisionId: string,
  credential: string,
  expiresAt: Date,
): Promise<PermitModel> {
  const { minting } = await room.permitKeys(tenant)
  return { token: mintPermit(minting, decisionId, credential), expiresAt }
}
