/** Ending tokens, translated. */
import { answering } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { revokeKeyTokens, revokeSessions, signOutTenant } from './endTokens.ts'

export function tokenResolvers(room: Room) {
  return {
    Mutation: {
      revokeSessions: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'SessionsRevoked' as const,
          ...(await revokeSessions(room, input)),
        })),
      revokeKeyTokens: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'KeyTokensRevoked' as const,
          ...(await revokeKeyTokens(room, input)),
        })),
      signOutTenant: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'TenantSignedOut' as const,
          ...(await signOutTenant(room, input)),
        })),
    },
  } satisfies Resolvers
}
