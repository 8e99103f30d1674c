/**
 * The ledger as a list: every entry of the tenant, in order, a window at a time.
 *
 * With a filter only what the caller may read is looked at: which entries
 * match says what is in them.
 */
import { withRequest } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { badCursor } from './errors.ts'
import { entryColumns, entryJoins, entryOf, type EntryModel, type EntryRow } from './entries.ts'
import { logOfRequest } from './epochs.ts'
import type { Room } from '../room.ts'

export interface EntryQuery {
  first?: number | null | undefined
  after?: string | null | undefined
  filter?: { types?: readonly string[] | null | undefined; agentId?: string | null | undefined } | null | undefined
}

const everySql = `SELECT ${entryColumns} FROM ${entryJoins}
  WHERE e.tenant_id = (SELECT muster.tenant()) AND e.seq > $1 AND e.seq <= $2 ORDER BY e.seq LIMIT $3`
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
  if (agentId !== null && !isUuid(agentId)) return pageOf<EntryRow, EntryModel>([], size, unreachable, () => [])
  const filtered = types !== null || agentId !== null
  const rows = await withRequest(room.pool, (tx) =>
    tx.query<EntryRow>(
      filtered ? filteredSql : everySql,
      filtered ? [after, log.seq, size + 1, types, agentId] : [after, log.seq, size + 1],
    ),
  )
  return pageOf(
    rows,
    size,
    (row) => entryOf(log, row),
    (row) => [row.seq],
  )
}

/** The sequence number a cursor stands for; 0 before the first. */
export function seqAfter(cursor: string | null | undefined): string {
  const seq = decodeCursor(cursor, 1)?.[0] ?? '0'
  if (!/^\d{1,18}$/.test(seq)) throw badCursor()
  return seq
}

function unreachable(): never {
  throw new RangeError('an empty page has no rows')
}
