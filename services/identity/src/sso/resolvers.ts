/** Single sign-on in the graph, translated. */
import { answering } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { personLoader } from '../people/loaders.ts'
import { configureSso, removeSso, ssoConfig } from './configureSso.ts'
import { proofRecord } from './dnsProof.ts'
import { claimDomain, releaseDomain, ssoDomains, verifyDomain } from './domains.ts'
import type { ProviderType } from './store.ts'

export function ssoResolvers(room: Room) {
  return {
    Query: {
      ssoConfig: () => ssoConfig(room),
      ssoDomains: () => ssoDomains(room),
    },
    Mutation: {
      configureSso: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'SsoConfigured' as const,
          ...(await configureSso(room, { ...input, providerType: input.providerType.toLowerCase() as ProviderType })),
        })),
      removeSso: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'SsoRemoved' as const,
          receipt: await removeSso(room, input),
        })),
      claimDomain: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'DomainClaimed' as const,
          ...(await claimDomain(room, input)),
        })),
      verifyDomain: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'DomainVerified' as const,
          ...(await verifyDomain(room, input)),
        })),
      releaseDomain: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'DomainReleased' as const,
          receipt: await releaseDomain(room, input),
        })),
    },
    SsoConfig: {
      providerType: ({ providerType }) => providerType.toUpperCase() as Uppercase<ProviderType>,
      breakGlassPerson: ({ breakGlassPersonId: id }, _, context) =>
        id === null ? null : personLoader(room, context).load(id),
    },
    SsoDomain: { record: ({ token }) => proofRecord(token) },
  } satisfies Resolvers
}
