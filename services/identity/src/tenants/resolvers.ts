/** The tenant and its organization, translated. */
import { Fault } from '@muster/kernel'
import type { Resolvers } from '../generated/resolvers.ts'
import type { Room } from '../room.ts'
import { readTenant, type TenantRow } from './store.ts'

/** The caller's tenant. There is one behind every accepted hand-over; without it, the hand-over was not. */
export async function ownTenant(room: Room): Promise<TenantRow> {
  const tenant = await room.database.run(readTenant)
  if (tenant === null) throw new Fault('UNAUTHENTICATED', 'the hand-over was not accepted')
  return tenant
}

export function tenantResolvers(room: Room) {
  return { Query: { tenant: () => ownTenant(room) } } satisfies Resolvers
}
