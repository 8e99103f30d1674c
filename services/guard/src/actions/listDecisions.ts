/**
 * Decisions in scope, newest first.
 */
import { withRequest } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import type { GuardRoom } from '../room.ts'
import { decisionColumns, decisionOf, findDecision, type DecisionModel, type DecisionRow } from './decisionRow.ts'

export interface DecisionQuery {
  first?: number | null
  after?: string | null
  filter?: { agentId?: string | null; outcome?: string | null } | null
}

export async function decisionById(room: GuardRoom, id: string): Promise<DecisionModel | null> {
  if (!isUuid(id)) return null
  const row = await withRequest(room.guard, (tx) => findDecision(tx, id))
  return row === null ? null : decisionOf(room, row)
}

export async function listDecisions(room: GuardRoom, query: DecisionQuery): Promise<Page<DecisionModel>> {
  const size = pageSize(query.first, 200)
  const after = decodeCursor(query.after, 2)
  const agent = query.filter?.agentId ?? null
  if (agent !== null && !isUuid(agent))
    return pageOf<DecisionRow, DecisionModel>(
      [],
      size,
      (row) => decisionOf(room, row),
      () => [],
    )
  const rows = await withRequest(room.guard, (tx) =>
    tx.query<DecisionRow>(
      `SELECT ${decisionColumns} FROM guard.decision
        WHERE ($1::uuid IS NULL OR agent_id = $1) AND ($2::text IS NULL OR outcome = $2)
          AND ($3::timestamptz IS NULL OR (decided_at, id) < ($3, $4::uuid))
        ORDER BY decided_at DESC, id DESC LIMIT $5`,
      [agent, query.filter?.outcome ?? null, after?.[0] ?? null, after?.[1] ?? null, size + 1],
    ),
  )
  return pageOf(
    rows,
    size,
    (row) => decisionOf(room, row),
    (row) => [row.decided_at.toISOString(), row.id],
  )
}
