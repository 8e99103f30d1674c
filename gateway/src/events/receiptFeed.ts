/**
 * New receipts, as each watcher may see them. The database decides: every read
 * runs under the watcher's own hand-over, and row-level security leaves out
 * what is not theirs.
 */
import { withRequest, type RolePool } from '@muster/db'
import { newId } from '@muster/kernel'
import type { HandoverDesk, Principal } from '../principals/principal.ts'
import { typesRead, type SeenReceipt } from './liveEvent.ts'

/** An agent that was handed from one team to another. */
export interface Move {
  readonly agentId: string
  readonly fromTeamId: string
}

export interface ReceiptFeed {
  /** The tenant's last sequence number. */
  head(tenantId: string): Promise<number>
  /** Receipts in (after, upTo] that this watcher may see, oldest first, at most `receiptsMax`. */
  since(principal: Principal, after: number, upTo: number): Promise<SeenReceipt[]>
  /** Moves in (after, upTo], whoever may see them. */
  moves(tenantId: string, after: number, upTo: number): Promise<{ seq: number; move: Move }[]>
  /** Of these moves, the agents that left this watcher's scope with them. */
  lost(principal: Principal, moves: readonly Move[]): Promise<string[]>
}

/** Of one read. Whoever is further behind is told to look at everything anew. */
export const receiptsMax = 1_000

interface Row {
  seq: string
  type: string
  subject_type: string
  subject_id: string
  agent_id: string | null
  data: Record<string, unknown> | null
}

const sinceSql = `SELECT seq, type, subject_type, subject_id, agent_id,
    CASE WHEN type = ANY ($3) THEN convert_from(body, 'UTF8')::jsonb -> 'data' END AS data
  FROM ledger.published_receipt WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT ${receiptsMax}`

const movesSql = `SELECT seq, convert_from(body, 'UTF8')::jsonb -> 'data' AS data
  FROM ledger.published_receipt WHERE seq > $1 AND seq <= $2 AND type = 'transfer.accepted' ORDER BY seq LIMIT ${receiptsMax}`

// Left: the old team is in scope, and the agent no longer is.
const lostSql = `SELECT m.agent FROM unnest($1::uuid[], $2::uuid[]) AS m (agent, team)
  WHERE m.team = ANY ((SELECT muster.scope_units())::uuid[]) AND NOT m.agent = ANY ((SELECT muster.scope_agents())::uuid[])`

export function receiptFeed(pool: RolePool, desk: HandoverDesk): ReceiptFeed {
  const asDoor = (tenantId: string): string => desk.forDoor(tenantId, tenantId, newId())
  const as = (principal: Principal): string | undefined =>
    desk.sign(principal, newId(), ['muster_gateway'])['muster_gateway']

  return {
    async head(tenantId) {
      const [row] = await withRequest(
        pool,
        (tx) => tx.query<{ seq: string }>('SELECT seq FROM ledger.published_head'),
        asDoor(tenantId),
      )
      return Number(row?.seq ?? 0)
    },
    async since(principal, after, upTo) {
      const rows = await withRequest(pool, (tx) => tx.query<Row>(sinceSql, [after, upTo, typesRead]), as(principal))
      return rows.map((row) => ({
        seq: Number(row.seq),
        type: row.type,
        subjectType: row.subject_type,
        subjectId: row.subject_id,
        agentId: row.agent_id,
        data: row.data,
      }))
    },
    async moves(tenantId, after, upTo) {
      const rows = await withRequest(
        pool,
        (tx) => tx.query<{ seq: string; data: Record<string, unknown> }>(movesSql, [after, upTo]),
        asDoor(tenantId),
      )
      return rows.flatMap(({ seq, data }) => {
        const { agent, from } = data
        return typeof agent === 'string' && typeof from === 'string'
          ? [{ seq: Number(seq), move: { agentId: agent, fromTeamId: from } }]
          : []
      })
    },
    async lost(principal, moves) {
      if (principal.all || moves.length === 0) return []
      const rows = await withRequest(
        pool,
        (tx) => tx.query<{ agent: string }>(lostSql, [moves.map((m) => m.agentId), moves.map((m) => m.fromTeamId)]),
        as(principal),
      )
      return rows.map(({ agent }) => agent)
    },
  }
}
