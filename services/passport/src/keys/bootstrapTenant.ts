/**
 * Gives a tenant its keys: Ed25519 for the ledger, ES256 for credentials,
 * a MAC key for permits. Safe to repeat: what is there stays.
 */
import { activeKey, KeyError } from '@muster/keys'
import { tenantOfRequest, type Room } from '../room.ts'
import { tenantPurposes, type TenantPurpose } from './purposes.ts'
import { signerOn, signingKeyStore } from './signingKeyStore.ts'

/** Answers which keys were made now. */
export async function bootstrapTenant(room: Room): Promise<TenantPurpose[]> {
  const tenant = tenantOfRequest()
  const store = signingKeyStore(room)
  const signer = signerOn(room)
  const made: TenantPurpose[] = []
  for (const purpose of tenantPurposes) {
    if (activeKey(await store.history(tenant, purpose)) !== null) continue
    try {
      await signer.rotate(tenant, purpose, 'scheduled')
      made.push(purpose)
    } catch (error) {
      // Another process made it between look and write; it is there, which is what was wanted.
      if (!(error instanceof KeyError && error.code === 'ROTATION_CONFLICT')) throw error
    }
  }
  return made
}
