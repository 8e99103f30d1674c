/** A person's name is corrected or their home unit moves; the latter changes who sees them. */
import { canonicalize } from '@muster/canonical-json'
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { z } from 'zod'
import { unitInScope } from '../agents/store.ts'
import { authorize } from '../caller.ts'
import { anyId, line, optional, parseInput } from '../input.ts'
import { nothingToChange } from '../agents/errors.ts'
import type { Room } from '../room.ts'
import { sealPersonField } from '../sealing/personalData.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { raiseScopeEpoch } from '../tenants/store.ts'
import { hasLeft, unknownPerson, unknownUnit } from './errors.ts'
import { holdPerson, personById, updatePerson, type PersonRow } from './store.ts'

const changePersonInput = z.object({ personId: anyId, displayName: optional(line(1, 200)), unitId: optional(anyId) })

/** Changes a person. Throws the refusals named in people.graphql. */
export async function changePerson(room: Room, input: unknown): Promise<{ person: PersonRow; receipt: Recorded }> {
  const claims = authorize('people:write')
  const given = parseInput(changePersonInput, input)
  if (!isUuid(given.personId)) throw unknownPerson()
  if (given.unitId !== null && !isUuid(given.unitId)) throw unknownUnit()
  if (given.displayName === null && given.unitId === null) throw nothingToChange()
  const nowMs = room.clock.nowMs()

  return room.database.run(async (tx) => {
    if (given.unitId !== null) await raiseScopeEpoch(tx)
    const held = await holdPerson(tx, given.personId)
    if (held === null) throw unknownPerson()
    if (held.status === 'LEFT') throw hasLeft()
    if (given.unitId !== null && !(await unitInScope(tx, given.unitId))) throw unknownUnit()
    const whose = { tenantId: claims.tenant_id, personId: held.id, createdAtMs: held.createdAt.getTime() }
    const nameSealed =
      given.displayName === null ? null : await sealPersonField(room.ring, whose, 'name', given.displayName)
    const about = { tenantId: claims.tenant_id, subject: held.id, nowMs }
    const notes =
      given.displayName === null
        ? null
        : await sealNotes(room.ring, about, { person: canonicalize({ displayName: given.displayName }) })
    await updatePerson(tx, held.id, { nameSealed, unitId: given.unitId ?? held.unitId })
    const person = await personById(tx, held.id)
    if (person === null) throw unknownPerson()
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'person.changed',
        subject: { type: 'person', id: held.id },
        data: { unit: { from: held.unitId, to: person.unitId }, version: person.version, ...notes?.commitments },
        sealed: notes?.sealed ?? null,
      },
    ])
    return { person, receipt: receipt as Recorded }
  })
}
