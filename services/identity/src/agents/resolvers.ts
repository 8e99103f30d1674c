/** The directory and the joiners and movers, translated. */
import { answering, requireCapability } from '@muster/subgraph-kit'
import { authorizeAny } from '../caller.ts'
import type { Resolvers } from '../generated/resolvers.ts'
import { personLoader } from '../people/loaders.ts'
import type { Room } from '../room.ts'
import { changeAgent } from './changeAgent.ts'
import { countAgents, listAgents } from './directory.ts'
import { agentKeysLoader, agentLoader, lastSeenLoader, reachLoader } from './loaders.ts'
import { registerAgent } from './registerAgent.ts'
import { wordsInUse } from './store.ts'
import { viewerActs } from './viewerActs.ts'

export function agentResolvers(room: Room) {
  return {
    Query: {
      agent: (_, { id }, context) => {
        requireCapability(context, 'agents:read')
        return agentLoader(room, context).load(id)
      },
      agents: (_, asked, context) => {
        requireCapability(context, 'agents:read')
        return listAgents(room, asked)
      },
      agentWords: (_, __, context) => {
        requireCapability(context, 'agents:read')
        return room.database.run(wordsInUse)
      },
    },
    Mutation: {
      registerAgent: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'AgentRegistered' as const,
          ...(await registerAgent(room, input)),
        })),
      changeAgent: (_, { input }) =>
        answering('Refused', async () => ({
          __typename: 'AgentChanged' as const,
          ...(await changeAgent(room, input)),
        })),
    },
    Agent: {
      __resolveReference: ({ id }, context) => {
        requireCapability(context, 'agents:read')
        return agentLoader(room, context).load(id)
      },
      owner: (agent, _, context) => personLoader(room, context).load(agent.ownerId),
      team: (agent) => ({ id: agent.teamId }),
      lastSeenAt: (agent, _, context) => lastSeenLoader(room, context).load(agent.id),
      apiKeys: (agent, _, context) => {
        authorizeAny(['agents:write', 'apikeys:write'])
        return agentKeysLoader(room, context).load(agent.id)
      },
      viewerActs: async (agent, _, context) =>
        viewerActs(agent, {
          caps: context.claims.caps,
          inReach: await reachLoader(room, context).load(agent.id),
        }),
    },
    AgentConnection: { totalCount: (page) => countAgents(room, page) },
  } satisfies Resolvers
}
