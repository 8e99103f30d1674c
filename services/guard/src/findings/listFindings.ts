/**
 * Findings in scope as a list: the most exposed first, or the most recently
 * seen. A filter narrows; ids in it that are unknown, foreign or out of scope
 * narrow to nothing.
 */
import { withRequest } from '@muster/db'
import { Fault, isUuid } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import type { GuardRoom } from '../room.ts'
import { exposure, findingColumns, findingJoins, findingsById, type FindingRow } from './findingRow.ts'

export interface FindingFilter {
  status?: string | null
  statuses?: readonly string[] | null
  severities?: readonly string[] | null
  types?: readonly string[] | null
  agentId?: string | null
  incidentId?: string | null
  orgUnit?: string | null
  assignee?: string | null
  unassigned?: boolean | null
  tag?: string | null
  since?: Date | null
  until?: Date | null
  text?: string | null
}
export type FindingOrder = 'LAST_SEEN' | 'EXPOSURE'
export interface FindingQuery {
  first?: number | null
  after?: string | null
  filter?: FindingFilter | null
  order?: FindingOrder | null
}

export type CountedPage<Node> = Page<Node> & { totalCount: number }
export const nothing = { nodes: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 }

/** The filter's values are `$1` to `$12`. */
const condition = `f.tenant_id = (SELECT muster.tenant())
  AND ($1::text[] IS NULL OR f.status = ANY ($1)) AND ($2::text[] IS NULL OR f.severity = ANY ($2)) AND ($3::text[] IS NULL OR f.finding_type = ANY ($3))
  AND ($4::uuid IS NULL OR f.agent_id = $4) AND ($5::uuid IS NULL OR f.incident_id = $5)
  AND ($6::uuid IS NULL OR EXISTS (SELECT FROM workforce.published_unit w WHERE w.id = $6) AND (f.unit_path && ARRAY[$6]
        OR EXISTS (SELECT FROM workforce.published_unit u WHERE u.id = a.team_id AND u.path && ARRAY[$6])))
  AND ($7::uuid IS NULL OR f.assignee_id = $7) AND (NOT $8::boolean OR f.assignee_id IS NULL) AND ($9::text IS NULL OR $9 = ANY (f.tags))
  AND ($10::timestamptz IS NULL OR f.last_seen >= $10) AND ($11::timestamptz IS NULL OR f.last_seen <= $11)
  AND ($12::text IS NULL OR position(lower($12) IN lower(concat_ws(' ', f.summary, f.finding_type, a.slug, a.display_name, array_to_string(f.tags, ' ')))) > 0)`

/** A cursor keeps milliseconds, and so does the order. */
const lastSeen = "date_trunc('milliseconds', f.last_seen)"

/** Each order ends with the id, so that a cursor names one place. Values from `$13` on. */
const orders = {
  LAST_SEEN: {
    after: `($13::timestamptz IS NULL OR (${lastSeen}, f.id) < ($13, $14::uuid))`,
    by: `${lastSeen} DESC, f.id DESC`,
    key: (row: FindingRow) => [row.last_seen.toISOString(), row.id],
    isKey: ([at, id]: readonly string[]) => !Number.isNaN(Date.parse(at ?? '')) && isUuid(id),
  },
  EXPOSURE: {
    after: `($13::int IS NULL OR (${exposure}, f.count, f.id) < ($13, $14::int, $15::uuid))`,
    by: `${exposure} DESC, f.count DESC, f.id DESC`,
    key: (row: FindingRow) => [String(row.exposure), String(row.count), row.id],
    isKey: ([rank, count, id]: readonly string[]) =>
      /^\d{1,3}$/.test(rank ?? '') && /^\d{1,9}$/.test(count ?? '') && isUuid(id),
  },
} as const

export async function listFindings(room: GuardRoom, query: FindingQuery): Promise<CountedPage<FindingRow>> {
  const size = pageSize(query.first, 200)
  const order = orders[query.order ?? 'LAST_SEEN']
  const keyLength = query.order === 'EXPOSURE' ? 3 : 2
  const after = decodeCursor(query.after, keyLength)
  if (after !== null && !order.isKey(after)) throw new Fault('BAD_REQUEST', 'the cursor is not one of ours')
  const filter = query.filter ?? {}
  const ids = [filter.agentId, filter.incidentId, filter.orgUnit, filter.assignee]
  if (ids.some((id) => id !== null && id !== undefined && !isUuid(id))) return nothing
  const values = [
    filter.statuses ?? (filter.status ? [filter.status] : null),
    filter.severities?.map((severity) => severity.toLowerCase()) ?? null,
    filter.types ?? null,
    ...ids.slice(0, 3).map((id) => id ?? null),
    filter.assignee ?? null,
    filter.unassigned ?? false,
    filter.tag ?? null,
    filter.since?.toISOString() ?? null,
    filter.until?.toISOString() ?? null,
    filter.text?.trim() || null,
  ]
  return withRequest(room.guard, async (tx) => {
    const rows = await tx.query<FindingRow>(
      `SELECT ${findingColumns} FROM ${findingJoins} WHERE ${condition} AND ${order.after} ORDER BY ${order.by} LIMIT $${13 + keyLength}`,
      [...values, ...(after ?? Array.from({ length: keyLength }, () => null)), size + 1],
    )
    const [count] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${findingJoins} WHERE ${condition}`,
      values,
    )
    const page = pageOf(
      rows,
      size,
      (row) => row,
      (row) => order.key(row),
    )
    return { ...page, totalCount: count!.n }
  })
}

export async function findingById(room: GuardRoom, id: string): Promise<FindingRow | null> {
  return (await withRequest(room.guard, (tx) => findingsById(tx, [id]))).get(id.toLowerCase()) ?? null
}
