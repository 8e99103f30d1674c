/** Exports, translated. */
import { answering, requireCapability } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import { lookAtJob } from '../jobs/runner.ts'
import type { Room } from '../room.ts'
import { exportStep, readPart, startAgentExport } from './exportAgents.ts'
import { partsOf } from './store.ts'

export function exportResolvers(room: Room) {
  return {
    Query: {
      agentExport: (_, { id }, context) => {
        requireCapability(context, 'agents:read')
        return lookAtJob(room, 'EXPORT', id, { step: exportStep, needs: 'agents:read' })
      },
    },
    Mutation: {
      startAgentExport: (_, { input }) =>
        answering('Refused', async () => {
          const { job, receipt } = await startAgentExport(room, input)
          return { __typename: 'AgentExportStarted' as const, agentExport: job, receipt }
        }),
    },
    AgentExport: {
      done: ({ settled }) => settled,
      parts: async ({ id }) => (await room.database.run((tx) => partsOf(tx, id))).parts,
      part: (job, { number }) => readPart(room, job, number),
      expiresAt: async ({ id }) => (await room.database.run((tx) => partsOf(tx, id))).expiresAt,
      startedAt: ({ createdAt }) => createdAt,
    },
  } satisfies Resolvers
}
