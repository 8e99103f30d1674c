/** The views somebody may open: their own and the shared ones, by name. */
import { caller } from '../caller.ts'
import type { Room } from '../room.ts'
import { peopleOnly } from './errors.ts'
import { screen, type SavedView } from './savedView.ts'
import { openWords } from './sealing.ts'
import { viewsFor } from './store.ts'

export async function listViews(room: Room, asked: string | null): Promise<SavedView[]> {
  const claims = caller()
  if (claims.kind !== 'person') throw peopleOnly()
  if (asked !== null && !screen.safeParse(asked).success) return []
  const rows = await room.database.run((tx) => viewsFor(tx, claims.sub, asked))
  const views = await Promise.all(
    rows.map(async ({ personId, ...row }) => {
      const words = await openWords(room.ring, row)
      const { id, isShared, createdAt } = row
      return words === null
        ? []
        : [{ id, screen: row.screen, isShared, createdAt, isMine: personId === claims.sub, ...words }]
    }),
  )
  const inOrder = new Intl.Collator('en')
  return views.flat().toSorted((a, b) => inOrder.compare(a.name, b.name) || (a.id < b.id ? -1 : 1))
}
