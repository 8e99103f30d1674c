/**
 * Decisions in scope, newest first. A filter narrows; ids in it that are
 * unknown, foreign or out of scope narrow to nothing.
 */
import { withRequest } from '@muster/db'
import { Fault, isUuid } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import type { GuardRoom } from '../room.ts'
import { decisionColumns, decisionOf, findDecision, type DecisionModel, type DecisionRow } from './decisionRow.ts'

export interface DecisionFilter {
  agentId?: string | null
  orgUnit?: string | null
  outcome?: string | null
  outcomes?: readonly string[] | null
  tool?: string | null
  reasonCode?: string | null
  since?: Date | null
  until?: Date | null
}
export interface DecisionQuery {
  first?: number | null
  after?: string | null
  filter?: DecisionFilter | null
}

export async function decisionById(room: GuardRoom, id: string): Promise<DecisionModel | null> {
  if (!isUuid(id)) return null
  const row = await withRequest(room.guard, (tx) => findDecision(tx, id))
  return row === null ? null : decisionOf(room, row)
}

export async function listDecisions(room: GuardRoom, query: DecisionQuery): Promise<Page<DecisionModel>> {
  const size = pageSize(query.first, 200)
  const after = cursorOf(query.after)
  const filter = query.filter ?? {}
  const conditions: string[] = []
  const values: unknown[] = []
  /** Only what is asked for stands in the statement, so that the planner sees which index serves it. */
  const where = (sql: (value: string) => string, value: unknown): void => {
    if (value === null || value === undefined) return
    values.push(value)
    conditions.push(sql(`$${values.length}`))
  }
  const ids = [filter.agentId, filter.orgUnit]
  if (ids.some((id) => id !== null && id !== undefined && !isUuid(id)))
    return { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } }
  where((value) => `d.agent_id = ${value}::uuid`, filter.agentId)
  where(
    (
      value,
    ) => `EXISTS (SELECT FROM workforce.published_unit w WHERE w.id = ${value}::uuid) AND (d.unit_path && ARRAY[${value}::uuid]
      OR d.agent_id IN (SELECT a.id FROM identity.published_agent a JOIN workforce.published_unit u ON u.id = a.team_id
                         WHERE u.path && ARRAY[${value}::uuid]))`,
    filter.orgUnit,
  )
  where((value) => `d.outcome = ANY (${value}::text[])`, filter.outcomes ?? (filter.outcome ? [filter.outcome] : null))
  where((value) => `d.tool = ${value}`, filter.tool)
  where((value) => `d.reason_code = ${value}`, filter.reasonCode)
  where((value) => `d.decided_at >= ${value}::timestamptz`, filter.since?.toISOString())
  where((value) => `d.decided_at <= ${value}::timestamptz`, filter.until?.toISOString())
  // Decisions are numbered in the order of their time, but a cursor keeps milliseconds: the instant leads the index
  // there, the number tells apart what was decided within it.
  where((value) => `d.decided_at < ${value}::timestamptz + interval '1 millisecond'`, after?.[0])
  where((value) => `d.seq < ${value}::bigint`, after?.[1])
  values.push(size + 1)
  const rows = await withRequest(room.guard, (tx) =>
    tx.query<DecisionRow>(
      `SELECT ${decisionColumns} FROM guard.decision d WHERE ${['true', ...conditions].join(' AND ')}
        ORDER BY d.decided_at DESC, d.seq DESC LIMIT $${values.length}`,
      values,
    ),
  )
  return pageOf(
    rows,
    size,
    (row) => decisionOf(room, row),
    (row) => [row.decided_at.toISOString(), String(row.seq)],
  )
}

function cursorOf(text: string | null | undefined): string[] | null {
  const after = decodeCursor(text, 2)
  if (after !== null && (Number.isNaN(Date.parse(after[0]!)) || !/^\d{1,18}$/.test(after[1]!)))
    throw new Fault('BAD_REQUEST', 'the cursor is not one of ours')
  return after
}
