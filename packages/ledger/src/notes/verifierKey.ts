/**
 * Verifier keys ("vkeys", c2sp.org/signed-note): a key's name, the id that its
 * signatures carry, and the public key, in one line that can be pinned.
 *
 * Only Ed25519 (type 0x01), which is all Muster signs with; the specification
 * asks implementations not to speak more algorithms than they need.
 */
import { sha256 } from '@muster/canonical-json'
import { ed25519 } from '@noble/curves/ed25519.js'
import { hasControls } from './noteText.ts'
import { concat, fromBase64, fromHex, toBase64, toHex, utf8 } from '../bytes.ts'

/** What checks one key's signatures on notes. Other signature types can implement it too. */
export interface NoteVerifier {
  readonly name: string
  /** uint32 that signatures of this key start with. */
  readonly keyId: number
  /** @param text the note's text, final newline included. @param signature without the key id. */
  verify(text: Uint8Array, signature: Uint8Array): boolean
}

export class BadVerifierKey extends Error {
  override readonly name = 'BadVerifierKey'
}

const ed25519Type = 0x01
const publicKeyLength = 32
const signatureLength = 64

/** Key names must be non-empty, without Unicode spaces and without plus. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !/[\p{White_Space}+]/u.test(name) && !hasControls(name)
}

/** `SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key)[:4]`, as a big-endian uint32. */
export function ed25519KeyId(name: string, publicKey: Uint8Array): number {
  const hash = sha256(concat(utf8(`${name}\n`), Uint8Array.of(ed25519Type), publicKey))
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0)
}

/** `<name>+<hex key id>+<base64(0x01 ‖ public key)>`. @throws BadVerifierKey */
export function formatVerifierKey(name: string, publicKey: Uint8Array): string {
  if (!isKeyName(name)) throw new BadVerifierKey(`not a key name: \`${name}\``)
  if (publicKey.length !== publicKeyLength) throw new BadVerifierKey('an Ed25519 public key has 32 bytes')
  const keyId = ed25519KeyId(name, publicKey).toString(16).padStart(8, '0')
  return `${name}+${keyId}+${toBase64(concat(Uint8Array.of(ed25519Type), publicKey))}`
}

/** @throws BadVerifierKey for everything but the exact spelling `formatVerifierKey` gives. */
export function ed25519Verifier(vkey: string): NoteVerifier {
  const [name, idHex, keyBase64, ...rest] = vkey.split('+')
  // The base64 of a key may itself hold plus signs.
  const material = fromBase64([keyBase64, ...rest].join('+'))
  if (name === undefined || idHex === undefined || material === null || !/^[0-9a-f]{8}$/.test(idHex)) {
    throw new BadVerifierKey('a verifier key is `name+id+base64`')
  }
  if (material[0] !== ed25519Type) throw new BadVerifierKey('the verifier key is not of type Ed25519')
  const publicKey = material.subarray(1)
  if (formatVerifierKey(name, publicKey) !== vkey) throw new BadVerifierKey('the key id does not belong to the key')
  return verifierOf(name, publicKey)
}

/** The verifier for a name and a raw public key of 32 bytes. @throws BadVerifierKey */
export function verifierOf(name: string, publicKey: Uint8Array): NoteVerifier {
  if (!isKeyName(name)) throw new BadVerifierKey(`not a key name: \`${name}\``)
  if (publicKey.length !== publicKeyLength) throw new BadVerifierKey('an Ed25519 public key has 32 bytes')
  return {
    name,
    keyId: ed25519KeyId(name, publicKey),
    verify: (text, signature) => verifyEd25519(publicKey, text, signature),
  }
}

/** Strict RFC 8032 (no cofactor leniency). False for anything malformed. */
export function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== signatureLength || publicKey.length !== publicKeyLength) return false
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false })
  } catch {
    // The library throws for bytes that are no point on the curve: not a valid signature.
    return false
  }
}

/**
 * A public key as receipts and trust documents write it: 64 hex characters, or
 * 32 bytes in base64 or (as in a JWK's `x`) unpadded base64url. The lengths
 * tell them apart. @throws BadVerifierKey
 */
export function readPublicKey(text: string): Uint8Array {
  if (/^[0-9a-f]{64}$/.test(text)) return fromHex(text)
  const padded = text.length === 43 ? `${text.replaceAll('-', '+').replaceAll('_', '/')}=` : text
  const bytes = fromBase64(padded)
  if (bytes?.length !== publicKeyLength) throw new BadVerifierKey('a public key is 32 bytes in hex or base64')
  return bytes
}

export function keyIdHex(keyId: number): string {
  return toHex(Uint8Array.of(keyId >>> 24, (keyId >>> 16) & 0xff, (keyId >>> 8) & 0xff, keyId & 0xff))
}
