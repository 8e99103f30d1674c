/**
 * Acts that concern a tenant as a whole: not for a credential that sees part of it.
 */
import { Fault } from '@muster/kernel'
import type { SubgraphContext } from '@muster/subgraph-kit'

/** Early refusal that names the reason; what matters is refused by the engine as well. */
export function requireWholeTenant(context: SubgraphContext): void {
  if (!context.claims.all) throw new Fault('FORBIDDEN', 'this takes a credential for the whole tenant')
}
