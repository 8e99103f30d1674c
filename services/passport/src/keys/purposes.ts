/**
 * The keys every tenant has: which they are, and their names in the graph.
 */
import type { KeyPurpose } from '@muster/keys'

/** The platform's own key is the gateway's; these are a tenant's. */
export const tenantPurposes = ['ledger', 'issuer', 'permit'] as const satisfies readonly KeyPurpose[]
export type TenantPurpose = (typeof tenantPurposes)[number]

/** `LEDGER` of the graph as `ledger`. */
export function purposeOf(name: 'LEDGER' | 'ISSUER' | 'PERMIT'): TenantPurpose {
  return name.toLowerCase() as TenantPurpose
}
