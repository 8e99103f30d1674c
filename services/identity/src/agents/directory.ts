/**
 * The directory: the agents in sight that match a filter, in keyset pages.
 *
 * A statement is put together from the constant fragments of `filter.ts` and
 * `order.ts`; what a caller wrote is always a parameter. Text is matched by a
 * plain scan of the visible agents, because ILIKE is not leakproof and no index
 * serves it behind row-level security; ten thousand are a few milliseconds.
 * Activity is the dearest (two probes an agent), so it is asked last, of those
 * that pass everything else, and only by a list that is filtered or ordered by it.
 */
import { pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { query, type Tx } from '../database.ts'
import type { Room } from '../room.ts'
import { matchingOf, type AgentFilter, type Matching, type Reads } from './filter.ts'
import { orderingOf, placeOf, type AgentOrder, type Ordering } from './order.ts'
import { agentColumns, type AgentRow } from './store.ts'

export interface AgentPage extends Page<AgentRow> {
  /** Kept for `totalCount`, which is counted only when it is asked for. */
  filter: AgentFilter | null | undefined
  /** Known already where the page had to look at every agent that matches. */
  total: number | null
}

type ListedRow = AgentRow & { cursorKey: string; total: number | null }
type Filter = AgentFilter | null | undefined

/** A page of agents. A garbled cursor is a `BAD_REQUEST`; a garbled id in the filter matches nothing. */
export async function listAgents(
  room: Room,
  asked: {
    first?: number | null | undefined
    after?: string | null | undefined
    filter?: Filter
    orderBy?: AgentOrder | null | undefined
  },
): Promise<AgentPage> {
  const size = pageSize(asked.first)
  const ordering = orderingOf(asked.orderBy)
  const place = placeOf(asked.after, ordering)
  const matching = matchingOf(asked.filter, meansOf(room))
  const statement = matching === null ? null : pageStatement(matching, ordering, place, size + 1)
  const rows =
    statement === null ? [] : await room.database.run((tx) => query<ListedRow>(tx, statement.sql, statement.values))
  return {
    ...pageOf(
      rows,
      size,
      (row) => row,
      (row) => [ordering.name, row.cursorKey, row.id],
    ),
    filter: asked.filter,
    total: rows[0]?.total ?? null,
  }
}

/** How many agents match, in the caller's scope. */
export async function countAgents(room: Room, { filter, total }: Pick<AgentPage, 'filter' | 'total'>): Promise<number> {
  if (total !== null) return total
  const matching = matchingOf(filter, meansOf(room))
  if (matching === null) return 0
  const sql = `${activity(matching, matching.reads)} SELECT count(*)::int AS total FROM ${source(matching, matching.reads)}`
  const rows = await room.database.run((tx) => query<{ total: number }>(tx, sql, matching.values))
  return rows[0]?.total ?? 0
}

/** The ids that match, by slug, `max` at most: the list a job works on. */
export async function matchingIds(room: Room, tx: Tx, filter: Filter, max: number): Promise<string[]> {
  const matching = matchingOf(filter, meansOf(room))
  if (matching === null) return []
  const sql = `${activity(matching, matching.reads)} SELECT a.id FROM ${source(matching, matching.reads)}
    ORDER BY a.slug, a.id LIMIT ${max}`
  return (await query<{ id: string }>(tx, sql, matching.values)).map(({ id }) => id)
}

const meansOf = (room: Room) => ({ nowMs: room.clock.nowMs(), emailIndex: room.emailIndex })

/** Exported for the measurement of its plan. */
export function pageStatement(
  matching: Matching,
  { key, type, direction, reads }: Ordering,
  place: { key: string; id: string } | null,
  limit: number,
): { sql: string; values: unknown[] } {
  const values = [...matching.values]
  const value = (given: unknown): string => `$${values.push(given)}`
  const past = direction === 'ASC' ? '>' : '<'
  const after =
    place === null ? [] : [`(${key}, a.id) ${past} (${value(place.key)}::text::${type}, ${value(place.id)}::uuid)`]
  const all = new Set([...matching.reads, ...(reads === null ? [] : [reads])])
  // Activity is looked up for the whole list anyway: counted here, it is not looked up again for the total.
  const total = all.has('activity') ? `(SELECT count(*)::int FROM active a ${where(matching.whereSeen)})` : 'NULL::int'
  return {
    sql: `${activity(matching, all)} SELECT ${agentColumns}, (${key})::text AS "cursorKey", ${total} AS total
      FROM ${source(matching, all, after)}
      ORDER BY ${key} ${direction}, a.id ${direction} LIMIT ${value(limit)}::int`,
    values,
  }
}

/** FROM and WHERE: agents as `a`, with scores and `seen_at` as columns where they are read. */
function source(matching: Matching, reads: ReadonlySet<Reads>, more: readonly string[] = []): string {
  const agents = agentsWith(reads)
  if (!reads.has('activity')) return `${agents} ${where([...matching.where, ...more])}`
  return `(SELECT a.*, active.seen_at FROM ${agents} JOIN active ON active.id = a.id) a
    ${where([...matching.whereSeen, ...more])}`
}

/** Agents with the scores that are read beside them, as `a`. */
function agentsWith(reads: ReadonlySet<Reads>): string {
  const columns = ['a.*']
  const joins = ['identity.agent a']
  if (reads.has('risk')) {
    columns.push('r.risk_score')
    joins.push('scoring.published_standing r ON r.tenant_id = a.tenant_id AND r.agent_id = a.id')
  }
  if (reads.has('scores')) {
    columns.push('s.identity_score', 's.reliability_score', 's.autonomy_score')
    joins.push('scoring.published_scores s ON s.tenant_id = a.tenant_id AND s.agent_id = a.id')
  }
  return `(SELECT ${columns.join(', ')} FROM ${joins.join(' LEFT JOIN ')}) a`
}

/** What goes before a statement that reads activity: both functions called once, with exactly those that match so far. */
function activity(matching: Matching, reads: ReadonlySet<Reads>): string {
  if (!reads.has('activity')) return ''
  // In the order of the index that both walk: neighbours share its pages.
  return `WITH matched AS MATERIALIZED (
      SELECT coalesce(array_agg(a.id ORDER BY a.id), '{}') AS ids FROM ${agentsWith(matching.reads)} ${where(matching.where)}),
    active AS MATERIALIZED (
      SELECT d.agent_id AS id, coalesce(greatest(d.decided_at, e.occurred_at), '-infinity') AS seen_at
        FROM guard.last_decided((SELECT ids FROM matched)) d JOIN scoring.last_reported((SELECT ids FROM matched)) e USING (agent_id)) `
}

const where = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
