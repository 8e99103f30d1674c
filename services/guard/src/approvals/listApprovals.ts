/**
 * What waits for people, soonest deadline first; and what was decided.
 */
import { handoverFor, withRequest, type RequestScope } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { KeyError, openJson } from '@muster/keys'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { permitOf, type PermitModel } from '../actions/authorizeAction.ts'
import type { GuardRoom } from '../room.ts'
import { approvalColumns, approvalOf, findApproval, type ApprovalModel, type ApprovalRow } from './approvalRow.ts'
import { approverMayVote, loadApprovalFacts, onBehalfOfMark, parseApprovalFacts } from './eligibility.ts'

export async function approvalById(room: GuardRoom, id: string): Promise<ApprovalModel | null> {
  const row = await withRequest(room.guard, (tx) => findApproval(tx, id))
  return row === null ? null : approvalOf(room, row)
}

export interface ApprovalQuery {
  first?: number | null
  after?: string | null
  filter?: { status?: string | null; agentId?: string | null } | null
}

/** Whether a row counts as `$1`: an overdue pending one counts as expired at once. */
const condition = `($1::text IS NULL OR $1 = CASE WHEN status = 'PENDING' AND expires_at <= muster.now() THEN 'EXPIRED' ELSE status END)
  AND ($2::uuid IS NULL OR agent_id = $2)`

export async function listApprovals(
  room: GuardRoom,
  query: ApprovalQuery,
): Promise<Page<ApprovalModel> & { totalCount: number }> {
  const size = pageSize(query.first, 200)
  const after = decodeCursor(query.after, 2)
  const status = query.filter?.status ?? null
  const agent = query.filter?.agentId ?? null
  if (agent !== null && !isUuid(agent))
    return { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 }
  return withRequest(room.guard, async (tx) => {
    const rows = await tx.query<ApprovalRow>(
      `SELECT ${approvalColumns} FROM guard.approval
        WHERE ${condition} AND ($3::timestamptz IS NULL OR (expires_at, id) > ($3, $4::uuid))
        ORDER BY expires_at, id LIMIT $5`,
      [status, agent, after?.[0] ?? null, after?.[1] ?? null, size + 1],
    )
    const [count] = await tx.query<{ n: string }>(`SELECT count(*) AS n FROM guard.approval WHERE ${condition}`, [
      status,
      agent,
    ])
    const page = pageOf(
      rows,
      size,
      (row) => approvalOf(room, row),
      (row) => [row.expires_at.toISOString(), row.id],
    )
    return { ...page, totalCount: Number(count?.n ?? 0) }
  })
}

export interface VoteModel {
  personId: string
  verdict: 'APPROVE' | 'REJECT'
  votedAt: Date
  reason(): Promise<string | null>
}

export async function votesOf(room: GuardRoom, approval: ApprovalModel): Promise<VoteModel[]> {
  const rows = await withRequest(room.guard, (tx) =>
    tx.query<{ person_id: string; verdict: 'APPROVE' | 'REJECT'; voted_at: Date; reason_sealed: Buffer | null }>(
      'SELECT person_id, verdict, voted_at, reason_sealed FROM guard.approval_vote WHERE approval_id = $1 ORDER BY voted_at, person_id',
      [approval.id],
    ),
  )
  return rows.map((row) => ({
    personId: row.person_id,
    verdict: row.verdict,
    votedAt: row.voted_at,
    reason: () => openReason(room, approval.tenant_id, row.reason_sealed),
  }))
}

async function openReason(room: GuardRoom, tenant: string, sealed: Buffer | null): Promise<string | null> {
  if (sealed === null) return null
  try {
    return ((await openJson(room.ring, tenant, sealed)) as { reason: string }).reason
  } catch (error) {
    if (error instanceof KeyError && error.code === 'KEY_DESTROYED') return null
    throw error
  }
}

/** The permit of an approved action: to the requesting credential only, never to an approver. */
export async function permitOfApproval(
  room: GuardRoom,
  scope: RequestScope,
  approval: ApprovalModel,
): Promise<PermitModel | null> {
  if (approval.status !== 'APPROVED' || approval.credential !== scope.claims.cred) return null
  const [row] = await withRequest(room.guard, (tx) =>
    tx.query<{ permit_expires_at: Date | null }>('SELECT permit_expires_at FROM guard.decision WHERE id = $1', [
      approval.decision_id,
    ]),
  )
  if (!row?.permit_expires_at) return null
  return permitOf(room, approval.tenant_id, approval.decision_id, approval.credential, row.permit_expires_at)
}

/** Why the viewer may not decide, by the rule that decides; `null` when they may. */
export async function viewerCannotDecide(
  room: GuardRoom,
  scope: RequestScope,
  approval: ApprovalModel,
): Promise<string | null> {
  if (approval.status !== 'PENDING') return `this approval is ${approval.status.toLowerCase()}`
  if (scope.claims.kind !== 'person') return 'only a person may decide an approval'
  if (!scope.claims.caps.includes('approvals:decide')) return 'none of your roles may decide approvals'
  const text = await loadApprovalFacts(room.decider, handoverFor('muster_decider', scope), approval.id, true)
  if (text === null) return 'no such approval'
  const eligible = approverMayVote(
    parseApprovalFacts(text),
    approval,
    onBehalfOfMark(room.emailIndexKey, approval.on_behalf_of),
  )
  return eligible.ok ? null : eligible.message
}
