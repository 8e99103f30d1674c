/**
 * What an approver compares a held action with: the last one like it that ran
 * or was approved; and what became of the held one itself.
 */
import { withRequest } from '@muster/db'
import { findDecision, openDecision } from '../actions/decisionRow.ts'
import type { ExecutionModel } from '../actions/redeemPermit.ts'
import type { GuardRoom } from '../room.ts'
import type { ApprovalModel } from './approvalRow.ts'

/** The canonical payload of the last executed or approved action of the same agent, tool and action before this one. */
export async function previousPayload(room: GuardRoom, approval: ApprovalModel): Promise<string | null> {
  const row = await withRequest(room.guard, async (tx) => {
    const [found] = await tx.query<{ id: string }>(
      `SELECT d.id FROM guard.decision d, guard.decision held
        WHERE held.id = $1 AND d.agent_id = held.agent_id AND d.tool = held.tool AND d.action = held.action
          AND (d.decided_at, d.id) < (held.decided_at, held.id)
          AND (EXISTS (SELECT FROM guard.execution e WHERE e.decision_id = d.id)
               OR EXISTS (SELECT FROM guard.approval a WHERE a.decision_id = d.id AND a.status = 'APPROVED'))
        ORDER BY d.decided_at DESC, d.id DESC LIMIT 1`,
      [approval.decision_id],
    )
    return found === undefined ? null : findDecision(tx, found.id)
  })
  return row === null ? null : ((await openDecision(room, row))?.payload ?? null)
}

interface ExecutionRow {
  id: string
  outcome: ExecutionModel['outcome']
  result_hash: string | null
  redeemed_at: Date
  reported_at: Date | null
  redeem_seq: string
  redeem_receipt: string
}

/** The execution of the approved action, once its permit was redeemed. */
export async function executionOf(room: GuardRoom, approval: ApprovalModel): Promise<ExecutionModel | null> {
  if (approval.status !== 'APPROVED') return null
  const [row] = await withRequest(room.guard, (tx) =>
    tx.query<ExecutionRow>(
      `SELECT id, outcome, result_hash, redeemed_at, reported_at, redeem_seq, redeem_receipt
         FROM guard.execution WHERE decision_id = $1`,
      [approval.decision_id],
    ),
  )
  if (row === undefined) return null
  return {
    id: row.id,
    outcome: row.outcome,
    resultHash: row.result_hash,
    redeemedAt: row.redeemed_at,
    reportedAt: row.reported_at,
    receipt: { id: row.redeem_receipt, seq: row.redeem_seq },
  }
}
