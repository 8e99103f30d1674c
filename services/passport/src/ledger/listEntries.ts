/**
 * The ledger as a list: every entry of the tenant, oldest or newest first, a window at a time.
 *
 * With a filter by more than numbers only what the caller may read is looked at: which entries
 * match says what is in them.
 */
import { withRequest, type Tx } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { badCursor } from './errors.ts'
import { entryColumns, entryJoins, entryOf, entryRange, type EntryModel, type EntryRow } from './entries.ts'
import { logOfRequest, type TenantLog } from './epochs.ts'
import type { Room } from '../room.ts'

export interface EntryFilter {
  types?: readonly string[] | null | undefined
  agentId?: string | null | undefined
  subjectType?: string | null | undefined
  subjectId?: string | null | undefined
  actorId?: string | null | undefined
  since?: Date | null | undefined
  until?: Date | null | undefined
  fromSeq?: string | null | undefined
  toSeq?: string | null | undefined
}

export interface EntryQuery {
  first?: number | null | undefined
  after?: string | null | undefined
  filter?: EntryFilter | null | undefined
  order?: 'OLDEST_FIRST' | 'NEWEST_FIRST' | null | undefined
}

/** Numbers beyond the cursor and within the filter, both ends included; empty where `last` is before `first`. */
interface Window {
  first: bigint
  last: bigint
  newestFirst: boolean
}

// Begins with the entry before the window: the first one shown names its link.
const everySql = `SELECT ${entryColumns} FROM ${entryRange}`
const filteredSql = (direction: 'ASC' | 'DESC'): string => `SELECT ${entryColumns} FROM ${entryJoins}
  WHERE e.tenant_id = (SELECT muster.tenant()) AND r.tenant_id = (SELECT muster.tenant())
    AND r.seq >= $1 AND r.seq <= $2 AND ($4::text[] IS NULL OR r.type = ANY ($4::text[])) AND ($5::uuid IS NULL OR r.agent_id = $5::uuid)
    AND ($6::text IS NULL OR r.subject_type = $6) AND ($7::text IS NULL OR r.subject_id = $7) AND ($8::uuid IS NULL OR r.actor_id = $8)
    AND ($9::timestamptz IS NULL OR r.occurred_at >= $9) AND ($10::timestamptz IS NULL OR r.occurred_at < $10)
  ORDER BY r.seq ${direction} LIMIT $3`

export async function listEntries(room: Room, query: EntryQuery): Promise<Page<EntryModel>> {
  const size = pageSize(query.first)
  const filter = query.filter ?? {}
  const log = await logOfRequest(room)
  const window = windowOf(log, query)
  const values = matchValues(filter)
  const entries =
    values === null || window.last < window.first
      ? []
      : values.every((value) => value === null)
        ? await everyEntry(room, log, window, size + 1)
        : await matching(room, log, window, size + 1, values)
  return pageOf(
    entries,
    size,
    (entry) => entry,
    (entry) => [entry.seq],
  )
}

function windowOf(log: TenantLog, { after, filter, order }: EntryQuery): Window {
  const newestFirst = order === 'NEWEST_FIRST'
  const passed = BigInt(seqAfter(after))
  let first = 1n
  let last = BigInt(log.seq)
  if (after !== null && after !== undefined) {
    if (newestFirst) last = least(last, passed - 1n)
    else first = passed + 1n
  }
  const { fromSeq, toSeq } = filter ?? {}
  if (fromSeq !== null && fromSeq !== undefined && BigInt(fromSeq) > first) first = BigInt(fromSeq)
  if (toSeq !== null && toSeq !== undefined) last = least(last, BigInt(toSeq))
  return { first, last, newestFirst }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b)

/** The values from `$4` on; null when nothing can match: a garbled id is an unknown one, and nothing is about it. */
function matchValues(filter: EntryFilter): unknown[] | null {
  const { types = null, agentId = null, subjectType = null, subjectId = null, actorId = null } = filter
  if ((agentId !== null && !isUuid(agentId)) || (actorId !== null && !isUuid(actorId))) return null
  // PostgreSQL stores neither NUL nor half a surrogate pair.
  const texts = [subjectType, subjectId, ...(types ?? [])].filter((text) => text !== null)
  if (!texts.every((text) => text.isWellFormed() && !text.includes('\0'))) return null
  return [types, agentId, subjectType, subjectId, actorId, filter.since ?? null, filter.until ?? null]
}

/** INVARIANT (no gaps): numbers follow one another, so a page is a range of them. */
async function everyEntry(room: Room, log: TenantLog, window: Window, limit: number): Promise<EntryModel[]> {
  const reach = BigInt(limit) - 1n
  const first = window.newestFirst && window.last - reach > window.first ? window.last - reach : window.first
  const last = window.newestFirst ? window.last : least(window.last, window.first + reach)
  const rows = await withRequest(room.pool, (tx) => tx.query<EntryRow>(everySql, [String(first - 1n), String(last)]))
  const entries = rows.map((row, index) => entryOf(log, row, rows[index - 1])).filter(({ seq }) => BigInt(seq) >= first)
  return window.newestFirst ? entries.toReversed() : entries
}

async function matching(
  room: Room,
  log: TenantLog,
  { first, last, newestFirst }: Window,
  limit: number,
  values: readonly unknown[],
): Promise<EntryModel[]> {
  const sql = filteredSql(newestFirst ? 'DESC' : 'ASC')
  return withRequest(room.pool, async (tx) =>
    withPredecessors(tx, log, await tx.query<EntryRow>(sql, [String(first), String(last), limit, ...values])),
  )
}

/** Entries that do not follow one another, each with the link of the one before it. */
export async function withPredecessors(tx: Tx, log: TenantLog, rows: readonly EntryRow[]): Promise<EntryModel[]> {
  const before = rows.map(({ seq }) => String(BigInt(seq) - 1n))
  const found = await tx.query<{ seq: string; link: Buffer }>(
    'SELECT e.seq, e.link FROM ledger.entry e WHERE e.tenant_id = (SELECT muster.tenant()) AND e.seq = ANY ($1::bigint[])',
    [before],
  )
  const bySeq = new Map(found.map((row) => [row.seq, row]))
  return rows.map((row, index) => entryOf(log, row, bySeq.get(before[index]!)))
}

/** The sequence number a cursor stands for; 0 before the first. */
export function seqAfter(cursor: string | null | undefined): string {
  const seq = decodeCursor(cursor, 1)?.[0] ?? '0'
  if (!/^\d{1,18}$/.test(seq)) throw badCursor()
  return seq
}
