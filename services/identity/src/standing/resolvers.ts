/** Freeze, quarantine, restrict, reinstate, revoke, translated. */
import { answering } from '@muster/subgraph-kit'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { changeStanding } from './changeStanding.ts'
import type { StandingAct } from './standing.ts'

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
    },
  } satisfies Resolvers
}
