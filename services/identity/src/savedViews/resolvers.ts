/** Saved views, translated. */
import { answering } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { deleteView } from './deleteView.ts'
import { listViews } from './listViews.ts'
import { saveView } from './saveView.ts'

export function savedViewResolvers(room: Room) {
  return {
    Query: { savedViews: (_, { screen }) => listViews(room, screen ?? null) },
    Mutation: {
      saveView: (_, { input }) =>
        answering('Refused', async () => ({ __typename: 'ViewSaved' as const, ...(await saveView(room, input)) })),
      deleteView: (_, { input }) =>
        answering('Refused', async () => ({ __typename: 'ViewDeleted' as const, ...(await deleteView(room, input)) })),
    },
  } satisfies Resolvers
}
