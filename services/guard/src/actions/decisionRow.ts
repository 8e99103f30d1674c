/**
 * A decision as it is stored and as the graph shows it.
 */
import { openJson, KeyError } from '@muster/keys'
import { reasonCodes, type ReasonCode } from '@muster/policy'
import type { Outcome, Trust } from '@muster/kernel'
import type { Tx } from '@muster/db'
import type { GuardRoom } from '../room.ts'
import { aadOf, type Prepared, type SealedDecision } from './prepare.ts'

export interface DecisionModel {
  id: string
  agentId: string
  outcome: Outcome
  reasonCode: ReasonCode
  determining: readonly string[]
  tool: string
  action: string
  claimedTrust: Trust
  effectiveTrust: Trust
  mutates: boolean
  payloadHash: string
  actionHash: string
  policyHash: string
  manifestHash: string | null
  decidedAt: Date
  receipt: { id: string; seq: string }
  /** The canonical texts, opened when asked for; null once forgotten. */
  texts(): Promise<SealedDecision | null>
}

export interface DecisionRow {
  id: string
  tenant_id: string
  agent_id: string
  requester_id: string
  credential: string
  request_hash: Buffer
  outcome: Outcome
  reason_code: ReasonCode
  determining: string[]
  tool: string
  action: string
  claimed_trust: Trust
  effective_trust: Trust
  mutates: boolean
  payload_hash: Buffer
  action_hash: Buffer
  policy_hash: string
  manifest_hash: Buffer | null
  on_behalf_of: string | null
  owner_id: string
  unit_path: string[]
  session_id: string | null
  sealed: Buffer
  permit_expires_at: Date | null
  decided_at: Date
  seq: string
  receipt_id: string
}

export const decisionColumns = `id, tenant_id, agent_id, requester_id, credential, request_hash, outcome, reason_code, determining, tool, action,
  claimed_trust, effective_trust, mutates, payload_hash, action_hash, policy_hash, manifest_hash, on_behalf_of, owner_id, unit_path, session_id,
  sealed, permit_expires_at, decided_at, seq, receipt_id`

/** Opens what was sealed with a decision; `null` when its key was destroyed. */
export async function openDecision(
  room: GuardRoom,
  row: Pick<DecisionRow, 'id' | 'tenant_id' | 'sealed'>,
): Promise<SealedDecision | null> {
  try {
    return (await openJson(room.ring, row.tenant_id, row.sealed, aadOf(row.id))) as unknown as SealedDecision
  } catch (error) {
    if (error instanceof KeyError && error.code === 'KEY_DESTROYED') return null
    throw error
  }
}

export function decisionOf(room: GuardRoom, row: DecisionRow): DecisionModel {
  return {
    id: row.id,
    agentId: row.agent_id,
    outcome: row.outcome,
    reasonCode: row.reason_code,
    determining: row.determining,
    tool: row.tool,
    action: row.action,
    claimedTrust: row.claimed_trust,
    effectiveTrust: row.effective_trust,
    mutates: row.mutates,
    payloadHash: row.payload_hash.toString('hex'),
    actionHash: row.action_hash.toString('hex'),
    policyHash: row.policy_hash,
    manifestHash: row.manifest_hash?.toString('hex') ?? null,
    decidedAt: row.decided_at,
    receipt: { id: row.receipt_id, seq: row.seq },
    texts: () => openDecision(room, row),
  }
}

/** The decision just made, without reading it back. */
export function decisionOfPrepared(room: GuardRoom, prepared: Prepared, seq: string): DecisionModel {
  const { asked } = prepared
  return {
    id: prepared.id,
    agentId: asked.key.agent,
    outcome: prepared.outcome,
    reasonCode: prepared.reasonCode,
    determining: prepared.determining,
    tool: asked.key.tool,
    action: asked.key.action,
    claimedTrust: asked.request.sourceTrust,
    effectiveTrust: prepared.effectiveTrust,
    mutates: prepared.mutates,
    payloadHash: prepared.payloadHash,
    actionHash: prepared.actionHash,
    policyHash: prepared.policyHash,
    manifestHash: prepared.known.standing.manifest?.hash ?? null,
    decidedAt: new Date(room.clock.nowMs()),
    receipt: { id: prepared.receiptId, seq },
    texts: () =>
      openDecision(room, { id: prepared.id, tenant_id: asked.key.tenant, sealed: Buffer.from(prepared.sealed) }),
  }
}

export const reasonOf = (code: ReasonCode): string => reasonCodes[code]

/** One decision in sight of the caller, or null. */
export async function findDecision(tx: Tx, id: string): Promise<DecisionRow | null> {
  const rows = await tx.query<DecisionRow>(`SELECT ${decisionColumns} FROM guard.decision WHERE id = $1`, [id])
  return rows[0] ?? null
}
