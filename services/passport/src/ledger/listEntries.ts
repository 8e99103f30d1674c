/**
 * The ledger as a list: every entry of the tenant, in order, a window at a time.
 *
 * With a filter only what the caller may read is looked at: which entries
 * match says what is in them.
 */
import { withRequest, type Tx } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { badCursor } from './errors.ts'
import { entryColumns, entryJoins, entryOf, entryRange, type EntryModel, type EntryRow } from './entries.ts'
import { logOfRequest, type TenantLog } from './epochs.ts'
import type { Room } from '../room.ts'

export interface EntryQuery {
  first?: number | null | undefined
  after?: string | null | undefined
  filter?: { types?: readonly string[] | null | undefined; agentId?: string | null | undefined } | null | undefined
}

/** Begins with the entry the cursor stands for: the first one shown names its link. */
const everySql = `SELECT ${entryColumns} FROM ${entryRange} LIMIT $3`
const filteredSql = `SELECT ${entryColumns} FROM ${entryJoins}
  WHERE e.tenant_id = (SELECT muster.tenant()) AND r.tenant_id = (SELECT muster.tenant())
    AND r.seq > $1 AND r.seq <= $2 AND ($4::text[] IS NULL OR r.type = ANY ($4::text[])) AND ($5::uuid IS NULL OR r.agent_id = $5::uuid)
  ORDER BY r.seq LIMIT $3`

export async function listEntries(room: Room, query: EntryQuery): Promise<Page<EntryModel>> {
  const size = pageSize(query.first)
  const after = seqAfter(query.after)
  const log = await logOfRequest(room)
  const types = query.filter?.types ?? null
  const agentId = query.filter?.agentId ?? null
  // A garbled id is an unknown one: nothing is about it.
  const entries =
    agentId !== null && !isUuid(agentId)
      ? []
      : types === null && agentId === null
        ? await everyEntry(room, log, after, size + 1)
        : await matching(room, log, [after, log.seq, size + 1, types, agentId])
  return pageOf(
    entries,
    size,
    (entry) => entry,
    (entry) => [entry.seq],
  )
}

async function everyEntry(room: Room, log: TenantLog, after: string, limit: number): Promise<EntryModel[]> {
  const rows = await withRequest(room.pool, (tx) => tx.query<EntryRow>(everySql, [after, log.seq, limit + 1]))
  return rows
    .map((row, index) => entryOf(log, row, rows[index - 1]))
    .filter(({ seq }) => BigInt(seq) > BigInt(after))
    .slice(0, limit)
}

async function matching(room: Room, log: TenantLog, values: readonly unknown[]): Promise<EntryModel[]> {
  return withRequest(room.pool, async (tx) => withPredecessors(tx, log, await tx.query<EntryRow>(filteredSql, values)))
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
