/** A view is saved under a name: a new one, or instead of the one that had the name. */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { newId } from '@muster/kernel'
import { caller } from '../caller.ts'
import { parseInput } from '../input.ts'
import { notActive } from '../signIn/errors.ts'
import { personById } from '../people/store.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { peopleOnly, tooManyViews } from './errors.ts'
import { saveViewInput, viewsMax, type SavedView } from './savedView.ts'
import { sealWords } from './sealing.ts'
import { holdOwnViews, insertView, ownViewByName, replaceView } from './store.ts'

/** Saves a view of the caller's own. Throws the refusals named in savedViews.graphql. */
export async function saveView(room: Room, input: unknown): Promise<{ view: SavedView; receipt: Recorded }> {
  const claims = caller()
  if (claims.kind !== 'person') throw peopleOnly()
  const { name, screen, search, ...given } = parseInput(saveViewInput, input)
  const isShared = given.isShared ?? false
  const nowMs = room.clock.nowMs()
  const personId = claims.sub
  const nameIndex = room.viewNameIndex({ personId, screen, name })
  const notes = await sealNotes(room.ring, { tenantId: claims.tenant_id, subject: personId, nowMs }, { name, search })

  return room.database.run(async (tx) => {
    const person = await personById(tx, personId)
    if (person === null || person.status !== 'ACTIVE') throw notActive()
    const count = await holdOwnViews(tx, personId)
    const before = await ownViewByName(tx, personId, nameIndex)
    if (before === null && count >= viewsMax) throw tooManyViews()
    const { id, createdAt, version } = before ?? { id: newId(nowMs), createdAt: new Date(nowMs), version: 0 }
    const sealed = await sealWords(room.ring, person, id, { name, search })
    if (before === null) {
      const row = {
        tenantId: claims.tenant_id,
        id,
        personId,
        screen,
        nameIndex,
        sealed,
        isShared,
        createdAt,
        version: 1,
      }
      await insertView(tx, row)
    } else {
      await replaceView(tx, id, { sealed, isShared })
    }
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'view.saved',
        subject: { type: 'view', id },
        data: { isShared, screen, version: version + 1, ...notes.commitments },
        sealed: notes.sealed,
      },
    ])
    return { view: { id, name, screen, search, isShared, isMine: true, createdAt }, receipt: receipt as Recorded }
  })
}
