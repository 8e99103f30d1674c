/**
 * Whoever holds the private halves. In the distributed form that is a process
 * of its own; everybody else sees this interface.
 */
import type { JWK } from 'jose'
import type { KeyAlgorithm, KeyPurpose, KeyState, RotationReason } from './signingKey.ts'

/** Purposes whose keys have a public half. */
export type SigningPurpose = Exclude<KeyPurpose, 'permit'>

export interface Signature {
  /** Id of the key that signed. */
  keyId: string
  algorithm: KeyAlgorithm
  /** Raw Ed25519 or r‖s, 64 bytes. */
  signature: Buffer
}

/** A public key and its times, milliseconds since the Unix epoch. */
export interface PublicKeyRecord {
  keyId: string
  purpose: SigningPurpose
  algorithm: KeyAlgorithm
  state: KeyState
  publicJwk: JWK
  createdAtMs: number
  retiringAtMs: number | null
  retiredAtMs: number | null
}

export interface Rotation {
  keyId: string
  formerKeyId: string | null
  reason: RotationReason
}

export interface Signer {
  /** Signs with the tenant's active key, made on first use. */
  sign(tenant: string, purpose: SigningPurpose, message: Uint8Array): Promise<Signature>
  /** The id of the key that signs now, made on first use. */
  activeKeyId(tenant: string, purpose: SigningPurpose): Promise<string>
  /** Every key the tenant ever had for the purpose, oldest first. */
  publicKeys(tenant: string, purpose: SigningPurpose): Promise<PublicKeyRecord[]>
  /** Makes a new active key. Rejects with `ROTATION_CONFLICT` when another rotation came first. */
  rotate(tenant: string, purpose: KeyPurpose, reason: 'scheduled' | 'emergency'): Promise<Rotation>
}
