/** Freeze, quarantine, restrict, reinstate, revoke, one agent or many, translated. */
import { answering, requireCapability } from '@muster/subgraph-kit'
import { agentLoader } from '../agents/loaders.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { lookAtJob } from '../jobs/runner.ts'
import { latestJobs, refusedItems } from '../jobs/store.ts'
import type { Room } from '../room.ts'
import { changeStanding } from './changeStanding.ts'
import { changeStandings, standingStep } from './changeStandings.ts'
import type { StandingAct } from './standing.ts'

const latestMax = 20
const refusedShown = 200

export function standingResolvers(room: Room) {
  const change =
    (act: StandingAct) =>
    (_: unknown, { input }: { input: { agentId: string; reason: string } }) =>
      answering('Refused', async () => ({
        __typename: 'AgentStatusChanged' as const,
        ...(await changeStanding(room, act, input)),
      }))
  return {
    Mutation: {
      restrictAgent: change('restrict'),
      freezeAgent: change('freeze'),
      quarantineAgent: change('quarantine'),
      reinstateAgent: change('reinstate'),
      revokeAgent: change('revoke'),
      changeStandings: (_, { input }) =>
        answering('Refused', async () => {
          const answer = await changeStandings(room, { ...input, act: input.act.toLowerCase() })
          return 'plan' in answer
            ? { __typename: 'StandingsPlanned' as const, ...answer.plan }
            : { __typename: 'StandingsStarted' as const, bulkAct: answer.job, receipt: answer.receipt }
        }),
    },
    Query: {
      bulkAct: (_, { id }, context) => {
        requireCapability(context, 'agents:status')
        return lookAtJob(room, 'STANDING', id, { step: standingStep, needs: 'agents:status' })
      },
      bulkActs: (_, __, context) => {
        requireCapability(context, 'agents:status')
        return room.database.run((tx) => latestJobs(tx, 'STANDING', latestMax))
      },
    },
    StandingExclusion: {
      agents: async ({ agentIds }, _, context) => {
        const agents = await agentLoader(room, context).loadMany(agentIds)
        return agents.flatMap((agent) => (agent === null || agent instanceof Error ? [] : [agent]))
      },
    },
    BulkAct: {
      // A job of this kind has an act: the table says so.
      act: ({ act }) => act!.toUpperCase() as Uppercase<StandingAct>,
      done: ({ settled }) => settled,
      refusedCount: ({ refused }) => refused,
      refused: ({ id, refused }) =>
        refused === 0 ? [] : room.database.run((tx) => refusedItems(tx, id, refusedShown)),
      startedAt: ({ createdAt }) => createdAt,
    },
    BulkRefusal: { agent: ({ agentId }, _, context) => agentLoader(room, context).load(agentId) },
  } satisfies Resolvers
}
