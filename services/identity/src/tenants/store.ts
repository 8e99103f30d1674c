/** The tenant's own row, and the epoch that says when access scopes changed. */
import { Fault } from '@muster/kernel'
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

/** Whether the tenant is active; its row is held until commit. */
export async function holdTenant(tx: Tx): Promise<boolean> {
  const [row] = await query<{ active: boolean }>(
    tx,
    'SELECT t.is_active AS active FROM identity.tenant t FOR NO KEY UPDATE',
  )
  if (row === undefined) throw new Fault('UNAUTHENTICATED', 'the hand-over was not accepted')
  return row.active
}

/** Switches the tenant, and closes the streams that are open. */
export async function setActive(tx: Tx, active: boolean): Promise<void> {
  await query(tx, 'UPDATE identity.tenant SET is_active = $1, scope_epoch = scope_epoch + 1 RETURNING id', [active])
}

/** Ends every open session; how many there were. */
export async function endAllSessions(tx: Tx, now: Date): Promise<number> {
  const { count } = await tx.session.updateMany({
    where: { revokedAt: null, expiresAt: { gt: now } },
    data: { revokedAt: now },
  })
  return count
}
