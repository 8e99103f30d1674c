/**
 * What a timer does for a tenant's keys: rotates those that are ninety days
 * old, retires those whose day of grace is over.
 */
import { KeyError } from '@muster/keys'
import { tenantOfRequest, type Room } from '../room.ts'
import { tenantPurposes, type TenantPurpose } from './purposes.ts'
import { signerOn } from './signingKeyStore.ts'

export interface KeyMaintenance {
  rotated: TenantPurpose[]
  /** Ids of the keys that retired. */
  retired: string[]
}

export async function maintainKeys(room: Room): Promise<KeyMaintenance> {
  const tenant = tenantOfRequest()
  const signer = signerOn(room)
  const done: KeyMaintenance = { rotated: [], retired: [] }
  for (const purpose of tenantPurposes) {
    try {
      const { rotated, retired } = await signer.maintain(tenant, purpose)
      if (rotated !== null) done.rotated.push(purpose)
      done.retired.push(...retired)
    } catch (error) {
      // Two processes, one due key: the other one rotated it.
      if (!(error instanceof KeyError && error.code === 'ROTATION_CONFLICT')) throw error
    }
  }
  return done
}
