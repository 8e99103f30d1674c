/**
 * AES-256-GCM (NIST SP 800-38D) with one choice of parameters: 256-bit keys,
 * 96-bit nonces, 128-bit tags. Anything else is refused rather than adapted to.
 *
 * INVARIANT (all or nothing): plaintext is returned only after the tag agreed.
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { KeyError } from '../keyError.ts'

export const aeadKeyBytes = 32
export const aeadNonceBytes = 12
export const aeadTagBytes = 16

const algorithm = 'aes-256-gcm'

/** Imports 32 raw bytes as an AEAD key; throws `UNSUPPORTED` for any other length. */
export function aeadKey(raw: Uint8Array): KeyObject {
  if (raw.length !== aeadKeyBytes) throw new KeyError('UNSUPPORTED', `an AEAD key has ${aeadKeyBytes} bytes`)
  return createSecretKey(raw)
}

function checkSizes(key: KeyObject, nonce: Uint8Array): void {
  if (key.type !== 'secret' || key.symmetricKeySize !== aeadKeyBytes) {
    throw new KeyError('UNSUPPORTED', `an AEAD key has ${aeadKeyBytes} bytes`)
  }
  if (nonce.length !== aeadNonceBytes) throw new KeyError('UNSUPPORTED', `a nonce has ${aeadNonceBytes} bytes`)
}

/**
 * Encrypts, answering ciphertext ‖ tag. The caller guarantees that `nonce` was
 * never used with `key` before.
 */
export function aeadSeal(key: KeyObject, nonce: Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Buffer {
  checkSizes(key, nonce)
  const cipher = createCipheriv(algorithm, key, nonce, { authTagLength: aeadTagBytes })
  cipher.setAAD(aad)
  const body = cipher.update(plaintext)
  const end = cipher.final()
  return Buffer.concat([body, end, cipher.getAuthTag()])
}

/** Decrypts ciphertext ‖ tag. Throws `TAMPERED` when the tag does not agree or is missing. */
export function aeadOpen(key: KeyObject, nonce: Uint8Array, sealed: Uint8Array, aad: Uint8Array): Buffer {
  checkSizes(key, nonce)
  if (sealed.length < aeadTagBytes) throw new KeyError('TAMPERED', 'sealed bytes are shorter than their tag')
  const split = sealed.length - aeadTagBytes
  const decipher = createDecipheriv(algorithm, key, nonce, { authTagLength: aeadTagBytes })
  decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(split))
  const body = decipher.update(sealed.subarray(0, split))
  try {
    return Buffer.concat([body, decipher.final()])
  } catch (cause) {
    body.fill(0)
    throw new KeyError('TAMPERED', 'the tag of sealed bytes does not agree', { cause })
  }
}
