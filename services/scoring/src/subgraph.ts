/**
 * The scoring subgraph: events in, four scores out.
 */
import { inScope, type RequestScope } from '@muster/db'
import { makeSubgraph, sdlBeside, type ServiceDeps, type Subgraph } from '@muster/subgraph-kit'
import type { EventInput } from './events/checkEvent.ts'
import { ingestEvents, type Ingested } from './events/ingestEvents.ts'
import { eventResolvers } from './events/resolvers.ts'
import type { Resolvers } from './generated/resolvers.ts'
import { openRoom, type Room } from './room.ts'
import { relaxTiers } from './scores/relaxTiers.ts'
import { scoreResolvers } from './scores/resolvers.ts'
import { takeVerifications } from './verifications/takeVerifications.ts'

/** The subgraph, and what is reached beside the graph. */
export interface Scoring extends Subgraph {
  /** Takes in a batch. Throws the refusals of `IngestEventsResult`. */
  ingestEvents(scope: RequestScope, events: readonly EventInput[]): Promise<Ingested>
  /** A timer's work in the scope's tenant: tightened tiers relax as evidence fades; answers how many changed. */
  maintain(scope: RequestScope): Promise<number>
  /** A timer's work in the scope's tenant: what identity verified becomes evidence; answers how much. */
  takeVerifications(scope: RequestScope): Promise<number>
}

export async function createScoring(deps: ServiceDeps): Promise<Scoring> {
  const log = deps.log.child({ service: 'scoring' })
  const room = openRoom(deps)
  const subgraph = makeSubgraph({
    name: 'scoring',
    roles: ['muster_scoring'],
    sdl: sdlBeside(import.meta.url),
    resolvers: { ...scoringResolvers(room) },
    clock: deps.clock,
    log,
    ready: () => room.ready(),
    close: () => room.close(),
  })
  return {
    ...subgraph,
    maintain: (scope) => inScope(scope, () => relaxTiers(room)),
    takeVerifications: (scope) => inScope(scope, () => takeVerifications(room, scope.claims)),
    ingestEvents: (scope, events) => inScope(scope, () => ingestEvents(room, scope.claims, events)),
  }
}

function scoringResolvers(room: Room): Resolvers {
  const events = eventResolvers(room)
  const scores = scoreResolvers(room)
  return {
    ...events,
    ...scores,
    Agent: { ...events.Agent, ...scores.Agent },
    Refusal: { __resolveType: () => 'Refused' },
  }
}
