/** The tenant's own row, and the epoch that says when access scopes changed. */
import type { Organization, Tenant } from '../generated/prisma/client.ts'
import { query, type Tx } from '../database.ts'

export type TenantRow = Tenant & { organization: Organization }

/** The caller's tenant with its organization. The wall shows no other. */
export async function readTenant(tx: Tx): Promise<TenantRow | null> {
  const [tenant, organization] = [await tx.tenant.findFirst(), await tx.organization.findFirst()]
  return tenant === null || organization === null ? null : { ...tenant, organization }
}

/**
 * Raises the scope epoch: open streams close, and scopes are resolved again.
 * INVARIANT (roles one at a time): whoever changes who may see what takes this
 * row first, so that such changes of one tenant never pass each other.
 */
export async function raiseScopeEpoch(tx: Tx): Promise<void> {
  await query(tx, 'UPDATE identity.tenant SET scope_epoch = scope_epoch + 1 RETURNING id')
}
