/**
 * The manifests' hall: from the graph to the use cases and back. Translation only.
 */
import { answering, requireCapability } from '@muster/subgraph-kit'
import type { ManifestState, Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { listManifests, manifestOf } from './listManifests.ts'
import { describedIn } from './manifestHash.ts'
import { pinManifest } from './pinManifest.ts'
import { quarantineManifest, releaseManifest } from './quarantine.ts'

type Parts = Pick<Resolvers, 'Query' | 'Mutation' | 'Manifest'>

export function manifestResolvers(room: Room): Parts {
  return {
    Query: {
      manifests: (_, query, context) => {
        requireCapability(context, 'manifests:read')
        return listManifests(room, query)
      },
      manifest: (_, { tool }, context) => {
        requireCapability(context, 'manifests:read')
        return manifestOf(room, tool)
      },
    },
    Mutation: {
      pinManifest: (_, { input }, context) => {
        requireCapability(context, 'manifests:write')
        return answering('Refused', async () => ({
          __typename: 'ManifestPinned' as const,
          ...(await pinManifest(room, input)),
        }))
      },
      quarantineManifest: (_, { input }, context) => {
        requireCapability(context, 'manifests:write')
        return answering('Refused', async () => ({
          __typename: 'ManifestQuarantined' as const,
          ...(await quarantineManifest(room, input)),
        }))
      },
      releaseManifest: (_, { input }, context) => {
        requireCapability(context, 'manifests:write')
        return answering('Refused', async () => ({
          __typename: 'ManifestReleased' as const,
          ...(await releaseManifest(room, input)),
        }))
      },
    },
    Manifest: {
      hash: ({ hash }) => Buffer.from(hash).toString('hex'),
      canonical: ({ canonical }) => Buffer.from(canonical).toString('utf8'),
      description: ({ canonical }) => describedIn(canonical).description,
      inputSchema: ({ canonical }) => describedIn(canonical).inputSchema,
      state: ({ state }) => state as ManifestState,
      pinnedAt: ({ pinnedAt }) => pinnedAt.toISOString(),
    },
  }
}
