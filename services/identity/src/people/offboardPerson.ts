/**
 * Leaver: a person's roles end and their sessions close, in one commit.
 *
 * INVARIANT (accountability): nobody leaves while an agent that still works
 * counts them as its owner. The person's row is locked first, so that an agent
 * registered to them at the same moment either is counted or is refused.
 */
import { appendReceipts, rawQuery, type NewReceipt, type Recorded } from '@muster/db'
import { isUuid, newId } from '@muster/kernel'
import { z } from 'zod'
import { authorize } from '../caller.ts'
import { anyId, parseInput, reason } from '../input.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { closeSessionsOf } from '../signIn/store.ts'
import { sessionClosedReceipt } from '../signIn/receipts.ts'
import { raiseScopeEpoch } from '../tenants/store.ts'
import { hasLeft, lastAdmin, outOfScope, ownsAgents, unknownPerson } from './errors.ts'
import { roleRevokedReceipt } from './receipts.ts'
import {
  agentsOwnedBy,
  bindingsOf,
  deleteBindings,
  holdPerson,
  otherAdmins,
  personById,
  updatePerson,
  type PersonRow,
} from './store.ts'

const offboardInput = z.object({ personId: anyId, reason })

/** Offboards a person. Throws the refusals named in people.graphql. */
export async function offboardPerson(room: Room, input: unknown): Promise<{ person: PersonRow; receipt: Recorded }> {
  const claims = authorize('people:write')
  const given = parseInput(offboardInput, input)
  if (!isUuid(given.personId)) throw unknownPerson()
  if (!claims.all) throw outOfScope()
  const nowMs = room.clock.nowMs()
  const receiptId = newId(nowMs)

  return room.database.run(async (tx) => {
    await raiseScopeEpoch(tx)
    const held = await holdPerson(tx, given.personId)
    if (held === null) throw unknownPerson()
    if (held.status === 'LEFT') throw hasLeft()
    // INVARIANT (accountability)
    const owned = await agentsOwnedBy(tx, held.id)
    if (owned > 0) throw ownsAgents(owned)
    const bindings = await bindingsOf(tx, [held.id])
    const isAdmin = bindings.some(({ role, unitId }) => role === 'tenant-admin' && unitId === null)
    if (isAdmin && (await otherAdmins(tx, { personId: held.id })) === 0) throw lastAdmin()

    const notes = await sealNotes(
      room.ring,
      { tenantId: claims.tenant_id, subject: held.id, nowMs },
      { reason: given.reason },
    )
    await deleteBindings(
      tx,
      bindings.map(({ id }) => id),
    )
    const sessions = await closeSessionsOf(tx, held.id)
    await updatePerson(tx, held.id, { nameSealed: null, unitId: held.unitId, status: 'LEFT' })
    const person = await personById(tx, held.id)
    if (person === null) throw unknownPerson()
    const left: NewReceipt = {
      id: receiptId,
      type: 'person.left',
      subject: { type: 'person', id: held.id },
      data: { roles: bindings.length, sessions: sessions.length, version: person.version, ...notes.commitments },
      sealed: notes.sealed,
    }
    const receipts = await appendReceipts(rawQuery(tx), [
      left,
      ...bindings.map((binding) => roleRevokedReceipt(binding, { with: receiptId })),
      ...sessions.map((id) => sessionClosedReceipt(id, held.id, 'OFFBOARDED')),
    ])
    return { person, receipt: receipts[0] as Recorded }
  })
}
