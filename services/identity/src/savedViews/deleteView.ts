/** A view goes: one's own, or a shared one that an administrator takes down. */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { caller } from '../caller.ts'
import { parseInput } from '../input.ts'
import type { Room } from '../room.ts'
import { peopleOnly, unknownView } from './errors.ts'
import { deleteViewInput } from './savedView.ts'
import { deleteViewRow } from './store.ts'

/** Deletes a view. Throws the refusals named in savedViews.graphql. */
export async function deleteView(room: Room, input: unknown): Promise<{ id: string; receipt: Recorded }> {
  const claims = caller()
  if (claims.kind !== 'person') throw peopleOnly()
  const { id } = parseInput(deleteViewInput, input)
  if (!isUuid(id)) throw unknownView()
  return room.database.run(async (tx) => {
    const gone = await deleteViewRow(tx, id)
    if (gone === null) throw unknownView()
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'view.deleted',
        subject: { type: 'view', id },
        data: { isShared: gone.isShared, person: gone.personId, screen: gone.screen },
      },
    ])
    return { id, receipt: receipt as Recorded }
  })
}
