/** Proofs of who an agent is, translated. */
import { answering } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { completeVerification } from './completeVerification.ts'
import { verificationLoader } from './loaders.ts'
import { startVerification } from './startVerification.ts'
import { statusOf, type Method } from './verification.ts'

export function verificationResolvers(room: Room) {
  return {
    Mutation: {
      startVerification: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'VerificationStarted' as const,
          ...(await startVerification(room, input)),
        })),
      completeVerification: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'VerificationSettled' as const,
          ...(await completeVerification(room, input)),
        })),
    },
    Agent: { verifications: (agent, _, context) => verificationLoader(room, context).load(agent.id) },
    AgentVerification: {
      type: ({ artifactType }) => artifactType.toUpperCase() as 'DOMAIN_PROOF' | 'KEY_PROOF',
      method: ({ method }) => method.toUpperCase() as Method,
      status: (row) => statusOf(row, row.publicKey, room.clock.nowMs()),
      evidenceHash: ({ evidenceHash }) => (evidenceHash === null ? null : Buffer.from(evidenceHash).toString('hex')),
    },
  } satisfies Resolvers
}
