/**
 * The first receipt of a tenant. The bootstrap opens tenant and log as the
 * database's owner, who acts for nobody; this puts on record that it happened.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { caller } from '../caller.ts'
import { query } from '../database.ts'
import type { Room } from '../room.ts'
import { Fault } from '@muster/kernel'
import { readTenant } from './store.ts'

/** Records `tenant.opened` once; null when the log has its beginning already. Services and tenant-wide callers only. */
export async function recordTenantOpened(room: Room): Promise<Recorded | null> {
  const claims = caller()
  if (claims.kind !== 'service' || !claims.all) throw new Fault('FORBIDDEN', 'only the bootstrap opens a tenant')
  return room.database.run(async (tx) => {
    // The head's lock before the look, so that two starts at once record one beginning.
    await query(tx, 'SELECT ledger.lock_head()::text')
    const known = await query(tx, "SELECT r.id FROM ledger.published_receipt r WHERE r.type = 'tenant.opened' LIMIT 1")
    if (known.length > 0) return null
    const tenant = await readTenant(tx)
    if (tenant === null) throw new Fault('UNAUTHENTICATED', 'the hand-over was not accepted')
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'tenant.opened',
        subject: { type: 'tenant', id: tenant.id },
        data: { organization: tenant.organizationId, plan: tenant.planCode },
      },
    ])
    return receipt ?? null
  })
}
