/**
 * Forgetting: the data keys of a subject, a month or both are destroyed, and
 * with them everything they sealed, in every table and every backup's future.
 *
 * Proofs hold: bodies carry commitments whose salts lie in what is forgotten.
 * Other processes forget an unwrapped key within their cache's time to live.
 * INVARIANT (together or not at all): no key is destroyed without its tombstone,
 * a receipt that names it.
 */
import { appendReceipts, withRequest, type NewReceipt, type Recorded, type Tx } from '@muster/db'
import { Refusal } from '@muster/kernel'
import { tenantOfRequest, type Room } from '../room.ts'
import { checkedReason, sealReason, type SealedReason } from '../sealing.ts'
import { idsPerReceipt } from './tombstones.ts'

/** Why keys were destroyed is itself sealed: in a class that only its own name destroys. */
const tombstoneClass = 'tombstone'

export interface DestroyDataKeys {
  /** Whose data: an agent's or a person's id. */
  subject?: string | null | undefined
  /** `YYYY-MM`, UTC. */
  month?: string | null | undefined
  /** Kind of data, e.g. `person`; all kinds without it. */
  dataClass?: string | null | undefined
  reason: string
}

export interface DataKeysDestroyed {
  destroyed: number
  receipts: Recorded[]
}

/** Throws `INVALID_INPUT` when neither subject nor month is named, or something is malformed. */
export async function destroyDataKeys(room: Room, input: DestroyDataKeys): Promise<DataKeysDestroyed> {
  const what = checked(input)
  const reason = await sealReason(room, checkedReason(input.reason), tombstoneClass)
  const { ids, receipts } = await withRequest(room.pool, async (tx) => {
    const doomed = await destroy(tx, what)
    return { ids: doomed, receipts: await appendReceipts(tx.query, tombstonesOf(what, doomed, reason)) }
  })
  for (const id of ids) room.ring.forget(id)
  if (ids.length > 0) await room.vault.bury(tenantOfRequest(), ids)
  return { destroyed: ids.length, receipts }
}

interface What {
  subject: string | null
  month: string | null
  dataClass: string | null
}

function checked({ subject = null, month = null, dataClass = null }: DestroyDataKeys): What {
  if (subject === null && month === null) throw new Refusal('INVALID_INPUT', 'a `subject` or a `month` is needed')
  if (subject !== null && (subject === '' || subject.length > 64)) {
    throw new Refusal('INVALID_INPUT', '`subject` is an id of 1 to 64 characters')
  }
  if (month !== null && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new Refusal('INVALID_INPUT', '`month` is written `YYYY-MM`')
  }
  if (dataClass !== null && !/^[a-z][a-z0-9-]{0,31}$/.test(dataClass)) {
    throw new Refusal('INVALID_INPUT', '`dataClass` is not the name of a class')
  }
  return { subject, month, dataClass }
}

async function destroy(tx: Tx, { subject, month, dataClass }: What): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `WITH doomed AS (SELECT k.id FROM passport.data_key k
                      WHERE k.tenant_id = (SELECT muster.tenant()) AND k.wrapped IS NOT NULL
                        AND ($1::text IS NULL OR k.subject = $1) AND ($2::text IS NULL OR k.month = $2)
                        AND CASE WHEN $3::text IS NULL THEN k.class <> $4 ELSE k.class = $3 END
                      ORDER BY k.id FOR UPDATE)
     UPDATE passport.data_key k SET wrapped = NULL, destroyed_at = muster.now() FROM doomed
      WHERE k.tenant_id = (SELECT muster.tenant()) AND k.id = doomed.id RETURNING k.id`,
    [subject, month, dataClass, tombstoneClass],
  )
  return rows.map(({ id }) => id).toSorted()
}

function tombstonesOf({ subject, month, dataClass }: What, ids: readonly string[], reason: SealedReason): NewReceipt[] {
  const receipts: NewReceipt[] = []
  for (let at = 0; at < ids.length; at += idsPerReceipt) {
    const keys = ids.slice(at, at + idsPerReceipt)
    receipts.push({
      type: 'key.destroyed',
      subject: { type: 'data_key', id: keys[0]! },
      data: { cause: 'requested', class: dataClass, keys, month, reason: reason.commitment, subject },
      sealed: reason.sealed,
    })
  }
  return receipts
}
