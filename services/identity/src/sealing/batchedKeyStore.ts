/**
 * The data-key store of a service that opens and seals many small values at once.
 *
 * Every person has a data key of their own, so a page of fifty people would be
 * fifty look-ups; asked for within one tick of one request they are one. The
 * same for new keys: two hundred people who join together are one transaction.
 * INVARIANT (one request a batch): a batch runs under the hand-over of the
 * request that asked, and holds nothing another request asked for.
 */
import { currentScope, dataKeyStore, withRequest, type RequestScope, type RolePool } from '@muster/db'
import { KeyError, type DataKeyScope, type DataKeyStore, type StoredDataKey } from '@muster/keys'
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

interface Offer {
  scope: DataKeyScope
  generation: number
  offered: { id: string; wrapped: Uint8Array }
}

export function batchedKeyStore(pool: RolePool): DataKeyStore {
  const loaders = new WeakMap<RequestScope, DataLoader<string, Row | null>>()
  const makers = new WeakMap<RequestScope, DataLoader<Offer, StoredDataKey | null>>()

  function makerOf(scope: RequestScope): DataLoader<Offer, StoredDataKey | null> {
    let maker = makers.get(scope)
    if (maker === undefined) {
      maker = new DataLoader((offers) => made(pool, offers), { cache: false, maxBatchSize: batchMax })
      makers.set(scope, maker)
    }
    return maker
  }

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
    async insertOrGet(scope, generation, offered): Promise<StoredDataKey> {
      const row = await makerOf(currentScope()).load({ scope, generation, offered })
      if (row === null) throw new KeyError('UNKNOWN_KEY', 'no data key was made')
      return row
    },
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

async function made(pool: RolePool, asked: readonly Offer[]): Promise<(StoredDataKey | null)[]> {
  // One order for everybody: two batches that share keys wait for each other and never in a circle.
  const offers = asked.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const rows = await withRequest(pool, (tx) =>
    tx.query<{ o: string; id: string; wrapped: Buffer | null }>(
      `SELECT w.o, k.id, k.wrapped
         FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::uuid[], $6::bytea[])
                WITH ORDINALITY AS w (class, month, subject, generation, offered, wrapped, o),
              LATERAL passport.data_key_for(w.class, w.month, w.subject, w.generation, w.offered, w.wrapped) AS k`,
      [
        offers.map(({ scope }) => scope.class),
        offers.map(({ scope }) => scope.month),
        offers.map(({ scope }) => scope.subject),
        offers.map(({ generation }) => generation),
        offers.map(({ offered }) => offered.id),
        offers.map(({ offered }) => Buffer.from(offered.wrapped)),
      ],
    ),
  )
  const byOffer = new Map(rows.map((row) => [offers[Number(row.o) - 1], { id: row.id, wrapped: row.wrapped }]))
  return asked.map((offer) => byOffer.get(offer) ?? null)
}

const nameOf = ({ scope, generation }: Offer): string => `${scope.class}/${scope.month}/${scope.subject}/${generation}`
