/**
 * An approval as it is stored and as the graph shows it.
 */
import type { Tx } from '@muster/db'
import { isUuid } from '@muster/kernel'
import type { GuardRoom } from '../room.ts'

export type ApprovalStatus = 'PENDING' | 'APPROVED' | 'REJECTED' | 'EXPIRED'

export interface ApprovalRow {
  id: string
  tenant_id: string
  decision_id: string
  agent_id: string
  requester_id: string
  credential: string
  owner_id: string
  on_behalf_of: string | null
  action_hash: Buffer
  payload_hash: Buffer
  status: ApprovalStatus
  required: number
  approvals: number
  unit_path: string[]
  created_at: Date
  expires_at: Date
  settled_at: Date | null
  version: number
}

export const approvalColumns = `id, tenant_id, decision_id, agent_id, requester_id, credential, owner_id, on_behalf_of, action_hash, payload_hash,
  status, required, approvals, unit_path, created_at, expires_at, settled_at, version`

export interface ApprovalModel extends Omit<ApprovalRow, 'action_hash' | 'payload_hash'> {
  actionHash: string
  payloadHash: string
}

/** What is past its deadline is expired, whether or not the timer has come by yet. */
export function approvalOf(room: GuardRoom, row: ApprovalRow): ApprovalModel {
  const isOver = row.status === 'PENDING' && row.expires_at.getTime() <= room.clock.nowMs()
  const { action_hash: actionHash, payload_hash: payloadHash, ...rest } = row
  return {
    ...rest,
    status: isOver ? 'EXPIRED' : row.status,
    actionHash: actionHash.toString('hex'),
    payloadHash: payloadHash.toString('hex'),
  }
}

/** One approval in sight of the caller; `lock` holds it until commit. */
export async function findApproval(tx: Tx, id: string, lock = false): Promise<ApprovalRow | null> {
  if (!isUuid(id)) return null
  const rows = await tx.query<ApprovalRow>(
    `SELECT ${approvalColumns} FROM guard.approval WHERE id = $1 ${lock ? 'FOR UPDATE' : ''}`,
    [id],
  )
  return rows[0] ?? null
}
