/**
 * Long reads in flat memory: a server-side cursor, page by page.
 *
 * One statement, so one snapshot, and the claims are verified once when it
 * begins: a hand-over lives a minute, a verification of millions of entries
 * may take longer. Pages are index ranges; nothing is counted over.
 */
import { handoverFor, toFault, type RolePool } from '@muster/db'
import type pg from 'pg'

/** A reader may be slow, but not for ever: the transaction holds a connection. */
const idleTimeout = '120s'

/** The pages of one statement, under the hand-over of the request that asks for them. */
export function cursorPages<Row extends pg.QueryResultRow>(
  pool: RolePool,
  sql: string,
  values: readonly unknown[],
  pageRows: number,
): AsyncGenerator<Row[], void, undefined> {
  // Taken here and not when the first page is asked for: by then another request may be current.
  return pagesOf<Row>(pool, handoverFor(pool.role), sql, values, pageRows)
}

async function* pagesOf<Row extends pg.QueryResultRow>(
  pool: RolePool,
  handover: string,
  sql: string,
  values: readonly unknown[],
  pageRows: number,
): AsyncGenerator<Row[], void, undefined> {
  const client = await pool.connect().catch((error: unknown) => {
    throw toFault(error)
  })
  let broken: Error | undefined
  try {
    await client.query('BEGIN READ ONLY')
    await client.query("SELECT set_config('request.jwt.claims', $1, true)", [handover])
    // In order of the index, row by row: hashing or sorting would hold the whole ledger before the first row.
    await client.query(
      `SET LOCAL idle_in_transaction_session_timeout = '${idleTimeout}'; SET LOCAL enable_hashjoin = off;
       SET LOCAL enable_sort = off; SET LOCAL max_parallel_workers_per_gather = 0`,
    )
    await client.query(`DECLARE pages NO SCROLL CURSOR FOR ${sql}`, [...values])
    for (;;) {
      const { rows } = await client.query<Row>(`FETCH ${pageRows} FROM pages`)
      if (rows.length > 0) yield rows
      if (rows.length < pageRows) return
    }
  } catch (error) {
    throw toFault(error)
  } finally {
    // Nothing was written: ending the transaction is all there is to do, also when the reader stops early.
    await client.query('ROLLBACK').catch((cause: Error) => {
      broken = cause
    })
    client.release(broken)
  }
}
