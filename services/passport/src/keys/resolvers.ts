/**
 * The keys' hall: from the graph to the use cases and back. Translation only.
 */
import type { SigningKeyRecord } from '@muster/keys'
import { answering, requireCapability } from '@muster/subgraph-kit'
import type { KeyAlgorithm, KeyPurpose, KeyState, Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { keyHistory } from './keyHistory.ts'
import { purposeOf } from './purposes.ts'
import { rotateKey } from './rotateKey.ts'

type Parts = Pick<Resolvers, 'Query' | 'Mutation' | 'SigningKey'>

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())

export function keyResolvers(room: Room): Parts {
  return {
    Query: {
      keyHistory: (_, { purpose }, context) => {
        requireCapability(context, 'keys:read')
        return keyHistory(room, purpose === null || purpose === undefined ? null : purposeOf(purpose))
      },
    },
    Mutation: {
      rotateKey: (_, { input }, context) => {
        requireCapability(context, 'keys:rotate')
        const { purpose, emergency, reason } = input
        return answering('Refused', async () => ({
          __typename: 'KeyRotated' as const,
          ...(await rotateKey(room, { purpose: purposeOf(purpose), emergency: emergency ?? false, reason })),
        }))
      },
    },
    SigningKey: {
      purpose: ({ purpose }: SigningKeyRecord) => purpose.toUpperCase() as KeyPurpose,
      algorithm: ({ algorithm }) => algorithm.toUpperCase() as KeyAlgorithm,
      state: ({ state }) => state.toUpperCase() as KeyState,
      createdAt: ({ createdAtMs }) => new Date(createdAtMs).toISOString(),
      retiringAt: ({ retiringAtMs }) => iso(retiringAtMs),
      retiredAt: ({ retiredAtMs }) => iso(retiredAtMs),
    },
  }
}
