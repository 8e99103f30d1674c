/**
 * The door of events: from the graph to the use case and back.
 */
import { answering, requireCapability } from '@muster/subgraph-kit'
import type { EventSeverity, EventSource, Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { ingestEvents } from './ingestEvents.ts'
import { listEvents, payloadLoader } from './listEvents.ts'

export function eventResolvers(room: Room): Resolvers {
  return {
    Mutation: {
      ingestEvents: (_, { input }, context) => {
        requireCapability(context, 'events:write')
        return answering('Refused', async () => ({
          __typename: 'EventsIngested' as const,
          ...(await ingestEvents(room, context.claims, input.events)),
        }))
      },
    },
    Agent: {
      events: ({ id }, asked, context) => {
        requireCapability(context, 'scores:read')
        return listEvents(room, id, asked)
      },
    },
    AgentEvent: {
      // Check constraints hold both to their sets.
      sourceType: ({ sourceType }) => sourceType.toUpperCase() as EventSource,
      severity: ({ severity }) => severity.toUpperCase() as EventSeverity,
      payload: async (event, _, context) => (await payloadLoader(room, context).load(event)).payload,
      payloadForgotten: async (event, _, context) => (await payloadLoader(room, context).load(event)).forgotten,
    },
  }
}
