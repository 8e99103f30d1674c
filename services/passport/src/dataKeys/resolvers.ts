/**
 * The hall of forgetting: from the graph to the use case and back. Translation only.
 */
import { answering, requireCapability } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { requireWholeTenant } from '../wholeTenant.ts'
import { destroyDataKeys } from './destroyDataKeys.ts'

export function dataKeyResolvers(room: Room): Pick<Resolvers, 'Mutation'> {
  return {
    Mutation: {
      destroyDataKeys: (_, { input }, context) => {
        requireCapability(context, 'keys:rotate')
        requireWholeTenant(context)
        return answering('Refused', async () => ({
          __typename: 'DataKeysDestroyed' as const,
          ...(await destroyDataKeys(room, input)),
        }))
      },
    },
  }
}
