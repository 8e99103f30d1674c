/**
 * Destroyed stays destroyed, also after a restore: the ids of destroyed data
 * keys are kept outside the database as well, and whatever a backup brings
 * back is destroyed again at start, with a receipt.
 */
import { appendReceipts, withRequest, type Tx } from '@muster/db'
import { tenantOfRequest, type Room } from '../room.ts'

/** Ids a receipt names at most, to stay well below what an entry may weigh. */
export const idsPerReceipt = 1_000

/** Buries again what came back; answers the ids. Then sees to it that outside nothing is missing. */
export async function applyTombstones(room: Room): Promise<string[]> {
  const tenant = tenantOfRequest()
  const buried = [...(await room.vault.buried(tenant))]
  const risen = buried.length === 0 ? [] : await withRequest(room.pool, (tx) => destroyAgain(tx, buried))
  for (const id of risen) room.ring.forget(id)
  await buryOutside(room, tenant, new Set(buried))
  return risen
}

async function destroyAgain(tx: Tx, buried: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `WITH risen AS (SELECT k.id FROM passport.data_key k
                     WHERE k.tenant_id = (SELECT muster.tenant()) AND k.id = ANY ($1::uuid[]) AND k.wrapped IS NOT NULL
                     ORDER BY k.id FOR UPDATE)
     UPDATE passport.data_key k SET wrapped = NULL, destroyed_at = muster.now() FROM risen
      WHERE k.tenant_id = (SELECT muster.tenant()) AND k.id = risen.id RETURNING k.id`,
    [buried],
  )
  const ids = rows.map(({ id }) => id).toSorted()
  const chunks = Array.from({ length: Math.ceil(ids.length / idsPerReceipt) }, (_, at) =>
    ids.slice(at * idsPerReceipt, (at + 1) * idsPerReceipt),
  )
  await appendReceipts(
    tx.query,
    chunks.map((keys) => ({
      type: 'key.destroyed',
      subject: { type: 'data_key', id: keys[0]! },
      data: { cause: 'restored', keys },
    })),
  )
  return ids
}

/** A crash between commit and burial leaves the outside behind: the rows themselves say what is missing there. */
async function buryOutside(room: Room, tenant: string, buried: ReadonlySet<string>): Promise<void> {
  const rows = await withRequest(room.pool, (tx) =>
    tx.query<{ id: string }>(
      'SELECT k.id FROM passport.data_key k WHERE k.tenant_id = (SELECT muster.tenant()) AND k.wrapped IS NULL',
    ),
  )
  const missing = rows.map(({ id }) => id).filter((id) => !buried.has(id))
  if (missing.length > 0) await room.vault.bury(tenant, missing)
}
