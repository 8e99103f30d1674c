/**
 * The door of grants: from the graph to the use cases and back.
 */
import { answering, requireCapability } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { grantAccess } from './grantAccess.ts'
import { revokeGrant } from './revokeGrant.ts'
import { grantsLoader, lastUseLoader } from './store.ts'

export function grantResolvers(room: Room): Resolvers {
  return {
    Mutation: {
      grantAccess: (_, { input }, context) => {
        requireCapability(context, 'grants:write')
        return answering('Refused', async () => ({
          __typename: 'AccessGranted' as const,
          ...(await grantAccess(room, context.claims, input)),
        }))
      },
      revokeGrant: (_, { input }, context) => {
        requireCapability(context, 'grants:write')
        return answering('Refused', async () => ({
          __typename: 'GrantRevoked' as const,
          ...(await revokeGrant(room, input)),
        }))
      },
    },
    Agent: {
      grants: ({ id }, { includeEnded }, context) => {
        requireCapability(context, 'grants:read')
        return grantsLoader(room, context, includeEnded ?? false).load(id)
      },
    },
    Grant: {
      agent: ({ agentId }) => ({ id: agentId }),
      grantor: ({ grantedBy }) => ({ id: grantedBy }),
      lastUsedAt: (grant, _, context) => lastUseLoader(room, context).load(grant),
    },
  }
}
