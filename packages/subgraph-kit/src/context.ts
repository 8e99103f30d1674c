/**
 * What every resolver gets: the request's verified-by-the-database claims, the
 * clock, a logger that names the request, and loaders that live as long as it.
 */
import type DataLoader from 'dataloader'
import { Fault, type Capability, type Claims, type Clock } from '@muster/kernel'
import { inScope, type RequestScope } from '@muster/db'
import type { Logger } from 'pino'

export interface SubgraphContext {
  readonly scope: RequestScope
  readonly requestId: string
  readonly claims: Claims
  readonly clock: Clock
  readonly log: Logger
  /** One loader a name a request. INVARIANT (no sharing): loaders never outlive the request that made them. */
  loader<K, V>(name: string, make: () => DataLoader<K, V>): DataLoader<K, V>
}

export function subgraphContext(scope: RequestScope, clock: Clock, log: Logger): SubgraphContext {
  const loaders = new Map<string, unknown>()
  return {
    scope,
    requestId: scope.requestId,
    claims: scope.claims,
    clock,
    log,
    loader<K, V>(name: string, make: () => DataLoader<K, V>) {
      let loader = loaders.get(name) as DataLoader<K, V> | undefined
      if (loader === undefined) {
        // A loader's batch runs on a later tick: bind it to the request it belongs to.
        loader = inScope(scope, make)
        loaders.set(name, loader)
      }
      return loader
    },
  }
}

/** Early refusal for a caller without the capability. The database refuses too; this names the reason. */
export function requireCapability(context: SubgraphContext, capability: Capability): void {
  if (!context.claims.caps.includes(capability)) {
    throw new Fault('FORBIDDEN', `this credential lacks \`${capability}\``)
  }
}

/** The same for what several things lead to: whoever may read one of them may follow the reference. */
export function requireAnyCapability(context: SubgraphContext, accepted: readonly Capability[]): void {
  if (!accepted.some((capability) => context.claims.caps.includes(capability))) {
    throw new Fault('FORBIDDEN', `this credential lacks ${accepted.map((name) => `\`${name}\``).join(' or ')}`)
  }
}
