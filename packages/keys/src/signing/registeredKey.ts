/**
 * Public keys that agents are registered with, and what they sign.
 *
 * A key is what was registered: a JWK, a PEM public key, or base64 of the 32
 * bytes of an Ed25519 key. A signature comes in one of two forms: base64url of
 * the raw signature (Ed25519, or ECDSA P-256 with SHA-256 as r‖s), or a detached
 * compact JWS `header..signature` (RFC 7515 appendix F) with `alg` EdDSA or
 * ES256. Domain separation is the message's own affair.
 *
 * INVARIANT (doubt is no): whatever is malformed, of another kind or not
 * registered answers false; nothing here throws for what came from outside.
 */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { parseStrict } from '@muster/canonical-json'
import { KeyError } from '../keyError.ts'
import { verifyJws } from './jws.ts'
import { importPublic, publicJwkOf, verifyEd25519, verifyEs256 } from './signatures.ts'

/** Both algorithms sign with 64 bytes: 86 characters without padding. */
const rawPattern = /^[A-Za-z0-9_-]{86}$/
const ed25519KeyBytes = 32

/** A registered public key, ready to verify with. */
export type RegisteredKey = { jwk: Jwk; key: KeyObject; algorithm: 'Ed25519' | 'ES256' }
type Jwk = ReturnType<typeof publicJwkOf>

/** Reads what an agent was registered with; null for text that is no such key. */
export function readRegisteredKey(registered: string): RegisteredKey | null {
  try {
    const jwk = jwkOf(registered.trim())
    const algorithm = jwk.kty === 'EC' ? 'ES256' : 'Ed25519'
    return { jwk, key: importPublic(jwk, algorithm), algorithm }
  } catch {
    return null // not a key: nothing verifies with it
  }
}

function jwkOf(text: string): Jwk {
  if (text.startsWith('{')) return parseStrict(text) as unknown as Jwk
  if (text.startsWith('-----BEGIN PUBLIC KEY-----')) return publicJwkOf(createPublicKey(text))
  const raw = Buffer.from(text, 'base64') // takes both alphabets
  if (raw.length !== ed25519KeyBytes) throw new KeyError('UNSUPPORTED', 'not an Ed25519 public key')
  return { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') }
}

/** Whether the key signed exactly these bytes. */
export async function registeredKeySigned(
  key: RegisteredKey,
  message: Uint8Array,
  signature: string,
): Promise<boolean> {
  if (rawPattern.test(signature)) {
    const bytes = Buffer.from(signature, 'base64url')
    return key.algorithm === 'Ed25519' ? verifyEd25519(key.key, message, bytes) : verifyEs256(key.key, message, bytes)
  }
  const parts = signature.split('.')
  if (parts.length !== 3 || parts[1] !== '') return false
  try {
    await verifyJws(`${parts[0]}.${Buffer.from(message).toString('base64url')}.${parts[2]}`, [key.jwk])
    return true
  } catch (error) {
    if (error instanceof KeyError) return false
    throw error
  }
}
