/**
 * What waits for people, soonest deadline first; and what was decided.
 */
import { handoverFor, withRequest, type RequestScope } from '@muster/db'
import { Fault, isUuid } from '@muster/kernel'
import { KeyError, openJson } from '@muster/keys'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { permitOf, type PermitModel } from '../actions/authorizeAction.ts'
import type { GuardRoom } from '../room.ts'
import { approvalColumns, approvalOf, findApproval, type ApprovalModel, type ApprovalRow } from './approvalRow.ts'
import { matching, matchValues, type ApprovalFilter } from './approvalFilter.ts'
import {
  approverMayVote,
  loadApprovalFacts,
  loadFactsOfMany,
  onBehalfOfMark,
  parseApprovalFacts,
} from './eligibility.ts'

export async function approvalById(room: GuardRoom, id: string): Promise<ApprovalModel | null> {
  const row = await withRequest(room.guard, (tx) => findApproval(tx, id))
  return row === null ? null : approvalOf(room, row)
}

export interface ApprovalQuery {
  first?: number | null
  after?: string | null
  filter?: ApprovalFilter | null
  orderBy?: ApprovalOrder | null
}

type ApprovalOrder = 'DEADLINE' | 'CREATED'

/** A deadline is set in milliseconds; the instant of holding is the database's own, and a cursor carries milliseconds. */
const orders = {
  DEADLINE: { by: 'a.expires_at', direction: 'ASC', beyond: '>', instant: (row: ApprovalRow) => row.expires_at },
  CREATED: {
    by: "date_trunc('milliseconds', a.created_at)",
    direction: 'DESC',
    beyond: '<',
    instant: (row: ApprovalRow) => row.created_at,
  },
} as const satisfies Record<ApprovalOrder, object>

/** `mine` judges each by itself: of a longer queue the front is worked off first. */
const mineMax = 1_000

export async function listApprovals(
  room: GuardRoom,
  scope: RequestScope,
  query: ApprovalQuery,
): Promise<Page<ApprovalModel> & { totalCount: number }> {
  const size = pageSize(query.first, 200)
  const after = cursorOf(query.after)
  const { by, direction, beyond, instant } = orders[query.orderBy ?? 'DEADLINE']
  const values = matchValues(query.filter ?? {})
  const mine = values !== null && query.filter?.mine === true ? await decidableBy(room, scope) : null
  if (values === null || mine?.length === 0)
    return { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 }
  return withRequest(room.guard, async (tx) => {
    const rows = await tx.query<ApprovalRow>(
      `SELECT ${approvalColumns} FROM guard.approval a
        WHERE ${matching} AND ($10::timestamptz IS NULL OR (${by}, a.id) ${beyond} ($10, $11::uuid))
        ORDER BY ${by} ${direction}, a.id ${direction} LIMIT $12`,
      [...values, mine, after?.[0] ?? null, after?.[1] ?? null, size + 1],
    )
    const [count] = await tx.query<{ n: string }>(`SELECT count(*) AS n FROM guard.approval a WHERE ${matching}`, [
      ...values,
      mine,
    ])
    const page = pageOf(
      rows,
      size,
      (row) => approvalOf(room, row),
      (row) => [instant(row).toISOString(), row.id],
    )
    return { ...page, totalCount: Number(count?.n ?? 0) }
  })
}

function cursorOf(cursor: string | null | undefined): string[] | null {
  const parts = decodeCursor(cursor, 2)
  if (parts !== null && (Number.isNaN(Date.parse(parts[0]!)) || !isUuid(parts[1])))
    throw new Fault('BAD_REQUEST', 'the cursor is not one of ours')
  return parts
}

/** What waits and the viewer may decide: the rule that decides, asked of every candidate. */
async function decidableBy(room: GuardRoom, scope: RequestScope): Promise<string[]> {
  if (scope.claims.kind !== 'person' || !scope.claims.caps.includes('approvals:decide')) return []
  const rows = await withRequest(room.guard, (tx) =>
    tx.query<Pick<ApprovalRow, 'id' | 'requester_id' | 'on_behalf_of'>>(
      `SELECT id, requester_id, on_behalf_of FROM guard.approval
        WHERE status = 'PENDING' AND expires_at > muster.now() ORDER BY expires_at, id LIMIT ${mineMax}`,
    ),
  )
  const handover = handoverFor('muster_decider', scope)
  const facts = await loadFactsOfMany(
    room.decider,
    handover,
    rows.map(({ id }) => id),
  )
  return rows.filter((row) => decidable(room, facts.get(row.id), row)).map(({ id }) => id)
}

function decidable(
  room: GuardRoom,
  text: string | undefined,
  row: Pick<ApprovalRow, 'requester_id' | 'on_behalf_of'>,
): boolean {
  if (text === undefined) return false
  const facts = parseApprovalFacts(text)
  return facts.isOpen && approverMayVote(facts, row, onBehalfOfMark(room.emailIndexKey, row.on_behalf_of)).ok
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
