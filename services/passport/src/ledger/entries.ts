/**
 * Entries as readers get them: every entry of the tenant, with body and labels
 * where the caller's scope reaches, and null where it does not.
 *
 * Bodies leave as the bytes that were hashed. They are decoded here and not in
 * SQL, so that a damaged one is shown as damaged instead of failing the list.
 */
import { genesisLink, toHex, type LedgerEntry } from '@muster/ledger'
import type { RolePool } from '@muster/db'
import { cursorPages } from './cursor.ts'
import type { TenantLog } from './epochs.ts'

export interface EntryModel {
  seq: string
  leafHash: string
  link: string
  previousLink: string
  /** The four below: null out of scope. */
  id: string | null
  type: string | null
  /** ISO 8601 in UTC with milliseconds, as in the body. */
  occurredAt: string | null
  body: string | null
}

export interface EntryRow {
  seq: string
  leaf: Buffer
  link: Buffer
  id: string | null
  type: string | null
  occurred_at: string | null
  body: Buffer | null
}

/** Columns of an entry `e` with its receipt `r`, and where they come from. */
export const entryColumns = `e.seq, e.leaf, e.link, r.id, r.type,
  to_char(r.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS occurred_at, r.body`
export const entryJoins = `ledger.entry e
  LEFT JOIN ledger.receipt r ON r.tenant_id = e.tenant_id AND r.seq = e.seq`
/** The same for entries `$1` to `$2`. The bounds are said of both sides: a join by order begins where they begin. */
export const entryRange = `${entryJoins} AND r.seq >= $1 AND r.seq <= $2
  WHERE e.tenant_id = (SELECT muster.tenant()) AND e.seq >= $1 AND e.seq <= $2 ORDER BY e.seq`

/** @param previous the entry before; its absence shows as an empty link. */
export function entryOf(
  log: TenantLog,
  row: EntryRow,
  previous: { seq: string; link: Buffer } | undefined,
): EntryModel {
  const before = String(BigInt(row.seq) - 1n)
  const previousLink = before === '0' ? toHex(genesisLink(log.epochs[0].origin)) : previous?.link.toString('hex')
  return {
    seq: row.seq,
    leafHash: row.leaf.toString('hex'),
    link: row.link.toString('hex'),
    previousLink: before === '0' || previous?.seq === before ? (previousLink ?? '') : '',
    id: row.id,
    type: row.type,
    occurredAt: row.occurred_at,
    body: row.body?.toString('utf8') ?? null,
  }
}

/** An entry in the form that verifier and export share. */
export function verifiable(entry: EntryModel): LedgerEntry {
  return { ...entry, seq: Number(entry.seq) }
}

const streamPageRows = 1_000

/** Entries `after + 1` to `last` in order, in flat memory. */
export async function* entriesBetween(
  pool: RolePool,
  log: TenantLog,
  after: number,
  last: number,
): AsyncGenerator<EntryModel[]> {
  // Begins one before the first: each entry names its predecessor's link.
  const pages = cursorPages<EntryRow>(pool, `SELECT ${entryColumns} FROM ${entryRange}`, [after, last], streamPageRows)
  let previous: EntryRow | undefined
  for await (const page of pages) {
    const entries: EntryModel[] = []
    for (const row of page) {
      if (Number(row.seq) > after) entries.push(entryOf(log, row, previous))
      previous = row
    }
    yield entries
  }
}
