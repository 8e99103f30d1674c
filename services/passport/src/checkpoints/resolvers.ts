/**
 * The checkpoints' hall: from the graph to the use cases and back. Translation only.
 */
import { answering, requireCapability } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { requireWholeTenant } from '../wholeTenant.ts'
import { createCheckpoint } from './createCheckpoint.ts'
import { listCheckpoints } from './listCheckpoints.ts'
import { openLogEpoch } from './openLogEpoch.ts'
import { proveConsistency, proveInclusion } from './proofs.ts'

type Parts = Pick<Resolvers, 'Query' | 'Mutation' | 'Checkpoint'>

export function checkpointResolvers(room: Room): Parts {
  return {
    Query: {
      checkpoints: (_, query, context) => {
        requireCapability(context, 'ledger:read')
        return listCheckpoints(room, query)
      },
      inclusionProof: (_, { seq, size }, context) => {
        requireCapability(context, 'ledger:read')
        return proveInclusion(room, Number(seq), size === null || size === undefined ? null : Number(size))
      },
      consistencyProof: (_, { from, to }, context) => {
        requireCapability(context, 'ledger:read')
        return proveConsistency(room, Number(from), Number(to))
      },
    },
    Mutation: {
      createCheckpoint: (_, _none, context) => {
        requireCapability(context, 'ledger:sign')
        return answering('Refused', async () => ({
          __typename: 'CheckpointCreated' as const,
          checkpoint: await createCheckpoint(room),
        }))
      },
      openLogEpoch: (_, { input }, context) => {
        requireCapability(context, 'ledger:sign')
        requireWholeTenant(context)
        const { lostFrom, lostTo, reason } = input
        return answering('Refused', async () => ({
          __typename: 'LogEpochOpened' as const,
          ...(await openLogEpoch(room, { lostFrom: Number(lostFrom), lostTo: Number(lostTo), reason })),
        }))
      },
    },
    Checkpoint: {
      size: ({ size }) => String(size),
      createdAt: ({ createdAt }) => createdAt.toISOString(),
    },
  }
}
