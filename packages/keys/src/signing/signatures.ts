/**
 * The signatures this product makes and checks, on node's own primitives.
 *
 * Ed25519 (RFC 8032) over the message itself, ES256 as ECDSA P-256 with
 * SHA-256 and r‖s (IEEE P1363, as in RFC 7518 §3.4), HMAC-SHA-256 in full
 * length. Verification answers false for whatever is malformed; it never throws
 * for bytes that come from outside.
 */
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign as nodeSign,
  timingSafeEqual,
  verify as nodeVerify,
  type KeyObject,
} from 'node:crypto'
import type { JWK } from 'jose'
import { KeyError } from '../keyError.ts'
import type { KeyAlgorithm } from './signingKey.ts'

const ed25519SignatureBytes = 64
const es256SignatureBytes = 64
const hmacBytes = 32
const p1363 = 'ieee-p1363'

export interface NewKey {
  /** `null` for a MAC key. */
  publicJwk: JWK | null
  /** PKCS #8 DER, or the raw bytes of a MAC key: what is wrapped. Wipe after use. */
  privateBytes: Buffer
}

/** A new key from the system's random source. */
export function generateKey(algorithm: KeyAlgorithm): NewKey {
  if (algorithm === 'HS256') return { publicJwk: null, privateBytes: randomBytes(hmacBytes) }
  const pair =
    algorithm === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    publicJwk: publicJwkOf(pair.publicKey),
    privateBytes: pair.privateKey.export({ type: 'pkcs8', format: 'der' }),
  }
}

/** The public members only: whatever else a key object could export stays inside. */
export function publicJwkOf(key: KeyObject): JWK {
  const { kty, crv, x, y } = createPublicKeyOf(key).export({ format: 'jwk' })
  if (kty === undefined || crv === undefined || x === undefined) {
    throw new KeyError('UNSUPPORTED', 'only elliptic-curve keys have a public JWK here')
  }
  return y === undefined ? { kty, crv, x } : { kty, crv, x, y }
}

function createPublicKeyOf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key
}

/** Imports what `generateKey` gave as `privateBytes` of an asymmetric key. */
export function importPrivate(privateBytes: Uint8Array): KeyObject {
  // A view, not a copy: the caller wipes these bytes.
  const key = Buffer.from(privateBytes.buffer, privateBytes.byteOffset, privateBytes.byteLength)
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

/** Imports the public half of an Ed25519 or P-256 key; throws `UNSUPPORTED` for any other or for a broken one. */
export function importPublic(jwk: JWK, algorithm: 'Ed25519' | 'ES256'): KeyObject {
  const expected = algorithm === 'Ed25519' ? { kty: 'OKP', crv: 'Ed25519' } : { kty: 'EC', crv: 'P-256' }
  if (jwk.kty !== expected.kty || jwk.crv !== expected.crv || typeof jwk.x !== 'string') {
    throw new KeyError('UNSUPPORTED', `not a public key for ${algorithm}`)
  }
  const members = typeof jwk.y === 'string' ? { ...expected, x: jwk.x, y: jwk.y } : { ...expected, x: jwk.x }
  try {
    return createPublicKey({ key: members, format: 'jwk' })
  } catch (cause) {
    throw new KeyError('UNSUPPORTED', `not a public key for ${algorithm}`, { cause })
  }
}

/** The 32 bytes of an Ed25519 public key (RFC 8032 §5.1.5). */
export function rawEd25519(jwk: JWK): Buffer {
  if (jwk.crv !== 'Ed25519' || typeof jwk.x !== 'string') throw new KeyError('UNSUPPORTED', 'not an Ed25519 key')
  return Buffer.from(jwk.x, 'base64url')
}

export function signEd25519(key: KeyObject, message: Uint8Array): Buffer {
  if (key.asymmetricKeyType !== 'ed25519') throw new KeyError('UNSUPPORTED', 'not an Ed25519 key')
  return nodeSign(null, message, key)
}

export function verifyEd25519(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  if (key.asymmetricKeyType !== 'ed25519' || signature.length !== ed25519SignatureBytes) return false
  return nodeVerify(null, message, key, signature)
}

export function signEs256(key: KeyObject, message: Uint8Array): Buffer {
  if (!isP256(key)) throw new KeyError('UNSUPPORTED', 'not a P-256 key')
  return nodeSign('sha256', message, { key, dsaEncoding: p1363 })
}

export function verifyEs256(key: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  if (!isP256(key) || signature.length !== es256SignatureBytes) return false
  return nodeVerify('sha256', message, { key, dsaEncoding: p1363 }, signature)
}

function isP256(key: KeyObject): boolean {
  return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
}

export function hmacSha256(key: KeyObject | Uint8Array, message: Uint8Array): Buffer {
  return createHmac('sha256', key).update(message).digest()
}

/** Compares in constant time; false for a tag of any length but 32. */
export function verifyHmacSha256(key: KeyObject | Uint8Array, message: Uint8Array, tag: Uint8Array): boolean {
  return tag.length === hmacBytes && timingSafeEqual(hmacSha256(key, message), tag)
}
