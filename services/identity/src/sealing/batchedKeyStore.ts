/**
 * The data-key store of a service that opens many small values at once.
 *
 * Every person has a data key of their own, so a page of fifty people would be
 * fifty look-ups; asked for within one tick of one request they are one.
 * INVARIANT (one request a batch): a batch runs under the hand-over of the
 * request that asked, and holds nothing another request asked for.
 */
import { currentScope, dataKeyStore, withRequest, type RequestScope, type RolePool } from '@muster/db'
import type { DataKeyScope, DataKeyStore, StoredDataKey } from '@muster/keys'
import DataLoader from 'dataloader'

interface Row {
  id: string
  class: string
  month: string
  subject: string
  wrapped: Buffer | null
}

type Found = StoredDataKey & { scope: DataKeyScope }

/** More ids than any page has; a longer list is asked for in parts. */
const batchMax = 1_000

export function batchedKeyStore(pool: RolePool): DataKeyStore {
  const loaders = new WeakMap<RequestScope, DataLoader<string, Row | null>>()

  function loaderOf(scope: RequestScope): DataLoader<string, Row | null> {
    let loader = loaders.get(scope)
    if (loader === undefined) {
      loader = new DataLoader((ids) => rowsOf(pool, ids), { cache: false, maxBatchSize: batchMax })
      loaders.set(scope, loader)
    }
    return loader
  }

  return {
    ...dataKeyStore(pool),
    async byId(tenant, id): Promise<Found | null> {
      const row = await loaderOf(currentScope()).load(id)
      if (row === null) return null
      return {
        id: row.id,
        wrapped: row.wrapped,
        scope: { tenant, class: row.class, month: row.month, subject: row.subject },
      }
    },
  }
}

async function rowsOf(pool: RolePool, ids: readonly string[]): Promise<(Row | null)[]> {
  const rows = await withRequest(pool, (tx) =>
    tx.query<Row>(
      `SELECT k.id, k.class, k.month, k.subject, k.wrapped
         FROM unnest($1::uuid[]) AS wanted (id), LATERAL passport.data_key_by_id(wanted.id) AS k`,
      [ids],
    ),
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.map((id) => byId.get(id) ?? null)
}
