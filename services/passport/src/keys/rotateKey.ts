/**
 * A person's rotation of one of the tenant's keys (docs/runbooks/key-rotation.md).
 *
 * Planned: the former key signs no more and retires in a day. Emergency: it
 * retires at once and its private half is gone, for a key that may be known to
 * others. What it signed before stays verifiable either way.
 */
import type { Recorded } from '@muster/db'
import { KeyError, type SigningKeyRecord } from '@muster/keys'
import { tenantOfRequest, type Room } from '../room.ts'
import { checkedReason, sealReason } from '../sealing.ts'
import { rotationConflict } from './errors.ts'
import type { TenantPurpose } from './purposes.ts'
import { signerOn, signingKeyStore } from './signingKeyStore.ts'

export interface RotateKey {
  purpose: TenantPurpose
  emergency: boolean
  reason: string
}

export interface KeyRotated {
  key: SigningKeyRecord
  /** The one it replaced, in its new state. */
  former: SigningKeyRecord | null
  receipt: Recorded
}

/** Throws `ROTATION_CONFLICT`, `INVALID_INPUT`. */
export async function rotateKey(room: Room, input: RotateKey): Promise<KeyRotated> {
  const tenant = tenantOfRequest()
  const reason = await sealReason(room, checkedReason(input.reason))
  const recorded: Recorded[] = []
  const signer = signerOn(room, { reason, onRecorded: (receipts) => recorded.push(...receipts) })
  try {
    const rotation = await signer.rotate(tenant, input.purpose, input.emergency ? 'emergency' : 'scheduled')
    const history = await signingKeyStore(room).history(tenant, input.purpose)
    const keyOf = (id: string | null): SigningKeyRecord | null => history.find((key) => key.id === id) ?? null
    return { key: keyOf(rotation.keyId)!, former: keyOf(rotation.formerKeyId), receipt: recorded[0]! }
  } catch (error) {
    if (error instanceof KeyError && error.code === 'ROTATION_CONFLICT') throw rotationConflict()
    throw error
  }
}
