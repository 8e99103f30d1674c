/**
 * The timer's part: what is past its deadline is put on record as expired.
 * Expiry is a denial from its instant on, whether or not this has run.
 */
import { appendReceipts, withRequest } from '@muster/db'
import type { GuardRoom } from '../room.ts'

const batchMax = 200

/** Settles overdue approvals of the scope's tenant; answers how many. */
export async function expireApprovals(room: GuardRoom): Promise<number> {
  return withRequest(room.guard, async (tx) => {
    const rows = await tx.query<{ id: string; agent_id: string; decision_id: string }>(
      `SELECT id, agent_id, decision_id FROM guard.approval WHERE status = 'PENDING' AND expires_at <= muster.now()
        ORDER BY id LIMIT ${batchMax} FOR UPDATE SKIP LOCKED`,
    )
    if (rows.length === 0) return 0
    await tx.query(
      `UPDATE guard.approval SET status = 'EXPIRED', settled_at = muster.now(), version = version + 1 WHERE id = ANY ($1::uuid[])`,
      [rows.map(({ id }) => id)],
    )
    await appendReceipts(
      tx.query,
      rows.map((row) => ({
        type: 'approval.expired',
        subject: { type: 'approval', id: row.id },
        agentId: row.agent_id,
        data: { decision: row.decision_id },
      })),
    )
    return rows.length
  })
}
