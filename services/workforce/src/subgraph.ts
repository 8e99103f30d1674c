/**
 * The workforce subgraph: org units, grants, transfers,
 * access reviews and the summary.
 */
import { inScope, type RequestScope } from '@muster/db'
import { makeSubgraph, sdlBeside, type ServiceDeps, type Subgraph } from '@muster/subgraph-kit'
import { decideReviewItem } from './accessReviews/decideReviewItem.ts'
import { openAccessReview } from './accessReviews/openAccessReview.ts'
import { signOffReview } from './accessReviews/signOffReview.ts'
import { grantAccess } from './grants/grantAccess.ts'
import { createOrgUnit } from './orgUnits/createOrgUnit.ts'
import { openRoom } from './room.ts'
import { workforceResolvers } from './resolvers.ts'

type Act<Use extends (room: never, claims: never, input: never) => unknown> = (
  scope: RequestScope,
  input: Parameters<Use>[2],
) => ReturnType<Use>

/** The subgraph, and the acts a company begins with: the graph's mutations without words around them. */
export interface Workforce extends Subgraph {
  /** Throws the refusals of `CreateOrgUnitResult`. */
  createOrgUnit: Act<typeof createOrgUnit>
  /** Throws the refusals of `GrantAccessResult`. */
  grantAccess: Act<typeof grantAccess>
  /** Throws the refusals of `OpenAccessReviewResult`. */
  openAccessReview: Act<typeof openAccessReview>
  /** Throws the refusals of `DecideReviewItemResult`. */
  decideReviewItem: Act<typeof decideReviewItem>
  /** Throws the refusals of `SignOffReviewResult`. */
  signOffReview: Act<typeof signOffReview>
}

export async function createWorkforce(deps: ServiceDeps): Promise<Workforce> {
  const log = deps.log.child({ service: 'workforce' })
  const room = openRoom(deps)
  const subgraph = makeSubgraph({
    name: 'workforce',
    roles: ['muster_workforce'],
    sdl: sdlBeside(import.meta.url),
    resolvers: workforceResolvers(room),
    clock: deps.clock,
    log,
    ready: () => room.ready(),
    close: () => room.close(),
  })
  return {
    ...subgraph,
    createOrgUnit: (scope, input) => inScope(scope, () => createOrgUnit(room, scope.claims, input)),
    grantAccess: (scope, input) => inScope(scope, () => grantAccess(room, scope.claims, input)),
    openAccessReview: (scope, input) => inScope(scope, () => openAccessReview(room, scope.claims, input)),
    decideReviewItem: (scope, input) => inScope(scope, () => decideReviewItem(room, scope.claims, input)),
    signOffReview: (scope, input) => inScope(scope, () => signOffReview(room, scope.claims, input)),
  }
}
