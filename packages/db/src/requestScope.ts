/**
 * Who is asking, carried beside the call through one process.
 *
 * The subgraph server opens a scope for each request; everything that reaches
 * the database below it finds the hand-over of its own login role here. There
 * is no ambient tenant besides this one: without a scope, no transaction begins.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { Fault, readHandover, type Claims } from '@muster/kernel'

/** Hand-overs by login role: a service gets those for its own roles and no others. */
export type Handovers = Readonly<Record<string, string>>

export interface RequestScope {
  readonly requestId: string
  readonly handovers: Handovers
  /** Read without verification, for cache keys and early refusals; the database verifies. */
  readonly claims: Claims
}

const scopes = new AsyncLocalStorage<RequestScope>()

/** A scope from hand-overs, all of one request. Throws `UNAUTHENTICATED` when there is none. */
export function requestScope(handovers: Handovers): RequestScope {
  const first = Object.values(handovers)[0]
  if (first === undefined) throw new Fault('UNAUTHENTICATED', 'no hand-over')
  const claims = readHandover(first)
  return { requestId: claims.rid, handovers, claims }
}

/** Runs `work` with `scope` as the current request. */
export function inScope<T>(scope: RequestScope, work: () => T): T {
  return scopes.run(scope, work)
}

/** The current request; throws `UNAUTHENTICATED` outside of one. */
export function currentScope(): RequestScope {
  const scope = scopes.getStore()
  if (scope === undefined) throw new Fault('UNAUTHENTICATED', 'no request in scope')
  return scope
}

/** The current request's hand-over for a login role. */
export function handoverFor(role: string, scope: RequestScope = currentScope()): string {
  const handover = scope.handovers[role]
  if (handover === undefined) throw new Fault('UNAUTHENTICATED', 'no hand-over for this service')
  return handover
}
