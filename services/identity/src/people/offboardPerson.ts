/**
 * Leaver: a person's roles end and their sessions close, in one commit.
 *
 * INVARIANT (accountability): nobody leaves while an agent that still works
 * counts them as its owner. The person's row is locked first, so that an agent
 * registered to them at the same moment either is counted or is refused.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { z } from 'zod'
import { authorize } from '../caller.ts'
import { anyId, parseInput, reason } from '../input.ts'
import type { Room } from '../room.ts'
import { raiseScopeEpoch } from '../tenants/store.ts'
import { endPerson } from './endPerson.ts'
import { hasLeft, outOfScope, ownsAgents, unknownPerson } from './errors.ts'
import { agentsOwnedBy, holdPerson, personById, type PersonRow } from './store.ts'

const offboardInput = z.object({ personId: anyId, reason })

/** Offboards a person. Throws the refusals named in people.graphql. */
export async function offboardPerson(room: Room, input: unknown): Promise<{ person: PersonRow; receipt: Recorded }> {
  const claims = authorize('people:write')
  const given = parseInput(offboardInput, input)
  if (!isUuid(given.personId)) throw unknownPerson()
  if (!claims.all) throw outOfScope()

  return room.database.run(async (tx) => {
    await raiseScopeEpoch(tx)
    const held = await holdPerson(tx, given.personId)
    if (held === null) throw unknownPerson()
    if (held.status === 'LEFT') throw hasLeft()
    // INVARIANT (accountability)
    const owned = await agentsOwnedBy(tx, held.id)
    if (owned > 0) throw ownsAgents(owned)
    const ended = await endPerson(room, tx, held, { reason: given.reason })
    const person = await personById(tx, held.id)
    if (person === null) throw unknownPerson()
    const receipts = await appendReceipts(rawQuery(tx), ended.receipts)
    return { person, receipt: receipts[0] as Recorded }
  })
}
