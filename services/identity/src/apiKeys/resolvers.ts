/** API keys, translated. */
import { answering, requireCapability } from '@muster/subgraph-kit'
import type { Capability } from '@muster/kernel'
import { agentLoader } from '../agents/loaders.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { revokeApiKey, rotateApiKey } from './closeKeys.ts'
import { createApiKey } from './createApiKey.ts'
import { countKeys, listKeys } from './listKeys.ts'

export function apiKeyResolvers(room: Room) {
  return {
    Query: {
      apiKeys: (_, asked, context) => {
        requireCapability(context, 'apikeys:write')
        return listKeys(room, asked)
      },
    },
    Mutation: {
      createApiKey: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'ApiKeyCreated' as const,
          // The names are checked by the use case, which refuses those it does not know.
          ...(await createApiKey(room, { ...input, capabilities: input.capabilities as Capability[] })),
        })),
      rotateApiKey: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'ApiKeyRotated' as const,
          ...(await rotateApiKey(room, input)),
        })),
      revokeApiKey: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'ApiKeyRevoked' as const,
          ...(await revokeApiKey(room, input)),
        })),
    },
    ApiKey: {
      prefix: (key) => key.keyPrefix,
      createdById: (key) => key.createdBy,
      agent: (key, _, context) => (key.agentId === null ? null : agentLoader(room, context).load(key.agentId)),
      unit: (key) => (key.unitId === null ? null : { id: key.unitId }),
    },
    ApiKeyConnection: { totalCount: (page) => countKeys(room, page.filter) },
  } satisfies Resolvers
}
