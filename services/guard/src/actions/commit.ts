/**
 * The commit of a batch: one statement, one round trip, one fsync.
 */
import { randomBytes } from 'node:crypto'
import type { RolePool } from '@muster/db'
import { boolArray, byteaArray, hashArray, instantArray, int4Array, textArray, uuidArray } from './binaryArrays.ts'
import type { Prepared } from './prepare.ts'

/** What became of an item; `stale`: its standing changed, evaluate again. */
export type Committed =
  | { status: 'decided'; seq: string }
  | { status: 'repeated' } // the idempotency key was used before
  | { status: 'unreached' } // no such agent for this caller

export type BatchResult = { stale: false; items: Committed[] } | { stale: true; standings: Map<string, string | null> }

interface Row {
  ordinal: number
  stale: boolean
  reached: boolean | null
  seq: string | null
  standing: string | null
}

const decideSql = `SELECT ordinal, stale, reached, seq, standing FROM guard.decide(
  $1::text[], $2::integer[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::text[], $8::uuid[], $9::text[], $10::bytea[],
  $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::boolean[], $17::bytea[], $18::bytea[], $19::text[], $20::bytea[],
  $21::timestamptz[], $22::uuid[], $23::integer[], $24::timestamptz[], $25::uuid[], $26::text[], $27::text[]) ORDER BY ordinal`

/** Commits prepared decisions of one tenant. Throws what the database said; then nothing was recorded. */
export async function commitBatch(decider: RolePool, items: readonly Prepared[]): Promise<BatchResult> {
  // Items of one standing share it: it is read once and compared once.
  const stands = new Map<string, { ordinal: number; item: Prepared }>()
  const stand = items.map((item) => {
    const name = item.asked.standing
    let known = stands.get(name)
    if (known === undefined) {
      known = { ordinal: stands.size + 1, item }
      stands.set(name, known)
    }
    return known.ordinal
  })
  const keys = [...stands.values()].map(({ item }) => item)
  const nonces = randomBytes(16 * items.length).toString('hex')
  const { rows } = await decider.query<Row>({
    name: 'decide',
    text: decideSql,
    values: [
      textArray(items.map(({ asked }) => asked.handover)),
      int4Array(stand),
      uuidArray(keys.map(({ asked }) => asked.key.agent)),
      textArray(keys.map(({ asked }) => asked.key.tool)),
      textArray(keys.map(({ asked }) => asked.key.action)),
      uuidArray(keys.map(({ asked }) => asked.key.session)),
      textArray(keys.map(({ known }) => known.text)),
      uuidArray(items.map(({ id }) => id)),
      textArray(items.map(({ asked }) => asked.request.idempotencyKey)),
      hashArray(items.map(({ asked }) => asked.requestHash)),
      textArray(items.map(({ outcome }) => outcome)),
      textArray(items.map(({ reasonCode }) => reasonCode)),
      textArray(items.map(({ determining }) => determining.join(' '))),
      textArray(items.map(({ asked }) => asked.request.sourceTrust)),
      textArray(items.map(({ effectiveTrust }) => effectiveTrust)),
      boolArray(items.map(({ mutates }) => mutates)),
      hashArray(items.map(({ payloadHash }) => payloadHash)),
      hashArray(items.map(({ actionHash }) => actionHash)),
      textArray(items.map(({ asked }) => asked.request.onBehalfOf)),
      byteaArray(items.map(({ sealed }) => sealed)),
      instantArray(items.map(({ permitExpiresAt }) => permitExpiresAt)),
      uuidArray(items.map(({ approval }) => approval?.id ?? null)),
      int4Array(items.map(({ approval }) => approval?.required ?? null)),
      instantArray(items.map(({ approval }) => approval?.expiresAt ?? null)),
      uuidArray(items.map(({ receiptId }) => receiptId)),
      textArray(items.map((_, index) => nonces.slice(index * 32, index * 32 + 32))),
      textArray(items.map(({ data }) => data)),
    ],
  })
  if (rows[0]?.stale === true) {
    const names = [...stands.keys()]
    return { stale: true, standings: new Map(rows.map((row) => [names[row.ordinal - 1]!, row.standing])) }
  }
  return { stale: false, items: rows.map(outcomeOf) }
}

function outcomeOf(row: Row): Committed {
  if (row.reached !== true) return { status: 'unreached' }
  return row.seq === null ? { status: 'repeated' } : { status: 'decided', seq: row.seq }
}
