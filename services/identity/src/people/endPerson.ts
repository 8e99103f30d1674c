/**
 * The end of a person's time with the company, in the caller's transaction:
 * roles taken back, sessions closed, the row marked. For the console's
 * off-boarding and for the company's identity provider alike.
 */
import { rawQuery, type NewReceipt } from '@muster/db'
import { newId } from '@muster/kernel'
import type { Tx } from '../database.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { closeSessionsOf } from '../signIn/store.ts'
import { sessionClosedReceipt } from '../signIn/receipts.ts'
import { lastAdmin } from './errors.ts'
import { roleRevokedReceipt } from './receipts.ts'
import { bindingsOf, deleteBindings, otherAdmins } from './store.ts'

export interface Ended {
  /** `person.left`'s own id, for receipts that belong to it. */
  receiptId: string
  version: number
  /** For the caller to append, last: `person.left` first, then each role's and each session's. */
  receipts: NewReceipt[]
}

/**
 * Ends it for a person whose row and whose tenant's row the caller holds.
 * Throws `LAST_ADMIN`. @param data more members of `person.left`.
 */
export async function endPerson(
  room: Room,
  tx: Tx,
  held: { id: string; tenantId: string },
  { reason, data = {} }: { reason: string; data?: Record<string, unknown> },
): Promise<Ended> {
  const nowMs = room.clock.nowMs()
  const receiptId = newId(nowMs)
  const bindings = await bindingsOf(tx, [held.id])
  const isAdmin = bindings.some(({ role, unitId }) => role === 'tenant-admin' && unitId === null)
  if (isAdmin && (await otherAdmins(tx, { personId: held.id })) === 0) throw lastAdmin()
  const notes = await sealNotes(room.ring, { tenantId: held.tenantId, subject: held.id, nowMs }, { reason })
  await deleteBindings(
    tx,
    bindings.map(({ id }) => id),
  )
  const sessions = await closeSessionsOf(tx, held.id)
  const [row] = await rawQuery(tx)<{ version: number }>(
    "UPDATE identity.person SET status = 'LEFT', version = version + 1 WHERE id = $1::uuid RETURNING version",
    [held.id],
  )
  const version = row?.version ?? 0
  const left: NewReceipt = {
    id: receiptId,
    type: 'person.left',
    subject: { type: 'person', id: held.id },
    data: { roles: bindings.length, sessions: sessions.length, version, ...data, ...notes.commitments },
    sealed: notes.sealed,
  }
  return {
    receiptId,
    version,
    receipts: [
      left,
      ...bindings.map((binding) => roleRevokedReceipt(binding, { with: receiptId })),
      ...sessions.map((id) => sessionClosedReceipt(id, held.id, 'OFFBOARDED')),
    ],
  }
}
