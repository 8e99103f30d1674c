/** What the guard knows of one agent, page by page, and what is under way for it now. */
import { withRequest } from '@muster/db'
import { decodeCursor, pageOf, pageSize } from '@muster/subgraph-kit'
import { approvalColumns, approvalOf, type ApprovalModel, type ApprovalRow } from '../approvals/approvalRow.ts'
import { approvalTtlMs } from '../actions/prepare.ts'
import { approvedPermitTtlMs } from '../approvals/decideApproval.ts'
import type { CountedPage } from '../findings/listFindings.ts'
import type { GuardRoom } from '../room.ts'

export interface AgentApprovalsQuery {
  first?: number | null
  after?: string | null
  status?: string | null
}

/** An overdue pending one counts as expired at once. */
const condition = `p.tenant_id = (SELECT muster.tenant()) AND p.agent_id = $1::uuid
  AND ($2::text IS NULL OR $2 = CASE WHEN p.status = 'PENDING' AND p.expires_at <= muster.now() THEN 'EXPIRED' ELSE p.status END)`
/** A cursor keeps milliseconds, and so does the order. */
const created = "date_trunc('milliseconds', p.created_at)"

export async function approvalsOfAgent(
  room: GuardRoom,
  agentId: string,
  query: AgentApprovalsQuery,
): Promise<CountedPage<ApprovalModel>> {
  const size = pageSize(query.first, 200)
  const after = decodeCursor(query.after, 2)
  return withRequest(room.guard, async (tx) => {
    const rows = await tx.query<ApprovalRow>(
      `SELECT ${approvalColumns} FROM guard.approval p
        WHERE ${condition} AND ($3::timestamptz IS NULL OR (${created}, p.id) < ($3, $4::uuid))
        ORDER BY ${created} DESC, p.id DESC LIMIT $5`,
      [agentId, query.status ?? null, after?.[0] ?? null, after?.[1] ?? null, size + 1],
    )
    const [count] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM guard.approval p WHERE ${condition}`,
      [agentId, query.status ?? null],
    )
    const page = pageOf(
      rows,
      size,
      (row) => approvalOf(room, row),
      (row) => [row.created_at.toISOString(), row.id],
    )
    return { ...page, totalCount: count!.n }
  })
}

export interface UnderWay {
  openPermits: number
  pendingApprovals: number
}

/** No permit outlives the decision it was given for by more than this. */
const permitReachMs = approvalTtlMs + approvedPermitTtlMs

export async function underWay(room: GuardRoom, agentId: string): Promise<UnderWay> {
  const [row] = await withRequest(room.guard, (tx) =>
    tx.query<UnderWay>(
      `SELECT (SELECT count(*) FROM guard.decision d
                WHERE d.tenant_id = (SELECT muster.tenant()) AND d.agent_id = $1 AND d.decided_at >= $2::timestamptz AND d.permit_expires_at > muster.now()
                  AND NOT EXISTS (SELECT FROM guard.execution e WHERE e.tenant_id = d.tenant_id AND e.decision_id = d.id))::int AS "openPermits",
              (SELECT count(*) FROM guard.approval p
                WHERE p.tenant_id = (SELECT muster.tenant()) AND p.agent_id = $1 AND p.status = 'PENDING' AND p.expires_at > muster.now())::int AS "pendingApprovals"`,
      [agentId, new Date(room.clock.nowMs() - permitReachMs).toISOString()],
    ),
  )
  return row!
}
