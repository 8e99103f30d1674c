/**
 * Receipts, as a service hands them to the ledger.
 *
 * A service says what happened to what; who did it, in which request, when and
 * in which tenant is taken from the verified claims by the database.
 * INVARIANT (together or not at all): appended in the transaction of the change.
 */
import { randomBytes } from 'node:crypto'
import { canonicalize } from '@muster/canonical-json'
import { newId } from '@muster/kernel'
import type { QueryResultRow } from 'pg'

export interface NewReceipt {
  /** Given when the row it belongs to must name it; made otherwise. */
  id?: string
  /** One of `ledger.receipt_type` for the calling service, e.g. `agent.frozen`. */
  type: string
  subject: { type: string; id: string }
  /** The agent it is about: its team decides who may see the receipt. */
  agentId?: string | null
  policyHash?: string | null
  /** Opaque ids, enums, versions, times, hashes and salted commitments only. Names and reasons belong in `sealed`. */
  data: Record<string, unknown>
  /** Sealed sidecar: salts, names, reasons. */
  sealed?: Uint8Array | null
}

export interface Recorded {
  id: string
  /** Sequence number, from 1, as a decimal string. */
  seq: string
}

type Query = <Row extends QueryResultRow>(sql: string, values: readonly unknown[]) => Promise<Row[]>

const appendSql = `SELECT ledger.append($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[],
  ARRAY(SELECT decode(s.hex, 'hex') FROM unnest($9::text[]) WITH ORDINALITY AS s (hex, o) ORDER BY s.o))::text AS first`

/** Appends receipts in order, in the caller's transaction. Call it last: it takes the tenant's head lock until commit. */
export async function appendReceipts(query: Query, receipts: readonly NewReceipt[]): Promise<Recorded[]> {
  if (receipts.length === 0) return []
  const ids = receipts.map((receipt) => receipt.id ?? newId())
  const rows = await query<{ first: string }>(appendSql, [
    ids,
    receipts.map((receipt) => receipt.type),
    receipts.map((receipt) => receipt.subject.type),
    receipts.map((receipt) => receipt.subject.id),
    receipts.map((receipt) => receipt.agentId ?? null),
    receipts.map((receipt) => receipt.policyHash ?? null),
    receipts.map(() => randomBytes(16).toString('hex')),
    receipts.map((receipt) => canonicalize(receipt.data)),
    receipts.map((receipt) => (receipt.sealed ? Buffer.from(receipt.sealed).toString('hex') : null)),
  ])
  const first = BigInt(rows[0]!.first)
  return ids.map((id, index) => ({ id, seq: (first + BigInt(index)).toString() }))
}
