/**
 * The door of transfers: from the graph to the use cases and back.
 */
import { answering, requireCapability } from '@muster/subgraph-kit'
import { visibleAgents } from '../agents/visibleAgents.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { unitLoader } from '../orgUnits/store.ts'
import type { Room } from '../room.ts'
import { acceptTransfer } from './acceptTransfer.ts'
import { offerTransfer } from './offerTransfer.ts'
import { listOffers, offerLoader, openOfferLoader } from './store.ts'
import { withdrawTransfer } from './withdrawTransfer.ts'

export function transferResolvers(room: Room): Resolvers {
  return {
    Query: {
      transferOffers: (_, asked, context) => {
        requireCapability(context, 'agents:read')
        return listOffers(room, asked)
      },
      transferOffer: (_, { id }, context) => {
        requireCapability(context, 'agents:read')
        return offerLoader(room, context).load(id)
      },
    },
    Mutation: {
      offerTransfer: (_, { input }, context) => {
        requireCapability(context, 'agents:write')
        return answering('Refused', async () => ({
          __typename: 'TransferOffered' as const,
          ...(await offerTransfer(room, context.claims, input)),
        }))
      },
      acceptTransfer: (_, { input }, context) => {
        requireCapability(context, 'agents:write')
        return answering('Refused', async () => ({
          __typename: 'TransferAccepted' as const,
          ...(await acceptTransfer(room, context.claims, input)),
        }))
      },
      withdrawTransfer: (_, { input }, context) => {
        requireCapability(context, 'agents:write')
        return answering('Refused', async () => ({
          __typename: 'TransferWithdrawn' as const,
          ...(await withdrawTransfer(room, context.claims, input)),
        }))
      },
    },
    Agent: {
      openTransfer: ({ id }, _, context) => {
        requireCapability(context, 'agents:read')
        return openOfferLoader(room, context).load(id)
      },
    },
    TransferOffer: {
      __resolveReference: ({ id }, context) => {
        requireCapability(context, 'agents:read')
        return offerLoader(room, context).load(id)
      },
      agent: ({ agentId }, _, context) => visibleAgents(room, context).load(agentId),
      fromTeam: ({ fromTeamId }, _, context) => unitLoader(room, context).load(fromTeamId),
      toTeam: ({ toTeamId }, _, context) => unitLoader(room, context).load(toTeamId),
    },
  }
}
