/**
 * The guard subgraph: policy decisions, hash-pinned approvals, permits,
 * sessions and findings.
 */
import { inScope, type RequestScope } from '@muster/db'
import { makeSubgraph, sdlBeside, type ServiceDeps, type Subgraph } from '@muster/subgraph-kit'
import { Combiner } from './actions/combiner.ts'
import { Standings } from './actions/standings.ts'
import { expireApprovals } from './approvals/expireApprovals.ts'
import { installDefaultBundle } from './policies/bundles.ts'
import { guardResolvers } from './resolvers.ts'
import { openRoom } from './room.ts'

export interface Guard extends Subgraph {
  /** Gives the scope's tenant the default policy bundle when it has none. */
  bootstrapTenant(scope: RequestScope): Promise<void>
  /** A timer's work in the scope's tenant: puts overdue approvals on record as expired; answers how many. */
  maintain(scope: RequestScope): Promise<number>
}

export async function createGuard(deps: ServiceDeps): Promise<Guard> {
  const room = openRoom({ ...deps, log: deps.log.child({ service: 'guard' }) })
  const standings = new Standings(room.decider)
  const combiner = new Combiner(room, standings)
  const subgraph = makeSubgraph({
    name: 'guard',
    roles: ['muster_guard', 'muster_decider'],
    sdl: sdlBeside(import.meta.url),
    resolvers: guardResolvers(room, combiner, standings),
    clock: deps.clock,
    log: room.log,
    ready: async () => {
      await room.guard.query('SELECT 1')
      await room.decider.query('SELECT 1')
    },
    close: () => room.close(),
  })
  return {
    ...subgraph,
    bootstrapTenant: (scope) => inScope(scope, () => installDefaultBundle(room, scope.claims)),
    maintain: (scope) => inScope(scope, () => expireApprovals(room)),
  }
}
