/**
 * The door of scores.
 */
import { requireCapability } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { listScores } from './listScores.ts'
import { agentLoader } from './store.ts'

export function scoreResolvers(room: Room): Resolvers {
  return {
    Agent: {
      __resolveReference: ({ id }, context) => agentLoader(room, context).load(id),
      score: async ({ id }, _, context) => {
        requireCapability(context, 'scores:read')
        return (await agentLoader(room, context).load(id))?.score ?? null
      },
      scoreHistory: ({ id }, asked, context) => {
        requireCapability(context, 'scores:read')
        return listScores(room, id, asked)
      },
    },
  }
}
