/**
 * Every key a tenant ever had, and how the world may know them.
 */
import { trustDocument, type PublicKeyRecord, type SigningKeyRecord, type TrustDocument } from '@muster/keys'
import { epochsOf } from '../ledger/epochs.ts'
import { tenantOfRequest, type Room } from '../room.ts'
import { tenantPurposes, type TenantPurpose } from './purposes.ts'
import { signingKeyStore } from './signingKeyStore.ts'

/** Oldest first; of one purpose, or of all. Four a year and purpose: no page is ever needed. */
export async function keyHistory(room: Room, purpose: TenantPurpose | null): Promise<SigningKeyRecord[]> {
  const store = signingKeyStore(room)
  const histories = await Promise.all(
    (purpose === null ? tenantPurposes : [purpose]).map((each) => store.history(tenantOfRequest(), each)),
  )
  return histories.flat().toSorted((a, b) => a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1))
}

/** The ledger keys' public halves, oldest first. */
export function ledgerKeys(room: Room): Promise<PublicKeyRecord[]> {
  return room.signer.publicKeys(tenantOfRequest(), 'ledger')
}

/**
 * The tenant's public key history under one of its log origins, the current
 * one by default; null for an origin that is not its own.
 */
export async function trustDocumentOf(room: Room, origin?: string): Promise<TrustDocument | null> {
  const epochs = await epochsOf(room)
  const log = origin === undefined ? epochs.at(-1) : epochs.find((epoch) => epoch.origin === origin)
  if (log === undefined) return null
  const tenant = tenantOfRequest()
  const [ledger, issuer] = await Promise.all([
    room.signer.publicKeys(tenant, 'ledger'),
    room.signer.publicKeys(tenant, 'issuer'),
  ])
  return trustDocument(log.origin, [...ledger, ...issuer])
}
