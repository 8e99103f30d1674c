/**
 * The bytes of a sealed value:
 *
 *   0x01 ‖ data key id (16) ‖ nonce (12) ‖ ciphertext ‖ tag (16)
 *
 * The tag covers everything: the header and the nonce by construction, and as
 * associated data frame("muster/sealed/v1", header, tenant, class, month,
 * subject, caller's aad). A value moved to another row, subject or tenant does
 * not open.
 */
import { isUuid } from '@muster/kernel'
import { aeadNonceBytes, aeadTagBytes } from '../aead/aesGcm.ts'
import { frame } from '../frame.ts'
import { KeyError } from '../keyError.ts'
import type { DataKeyScope } from './dataKeyStore.ts'

export const sealedVersion = 0x01
const headerBytes = 1 + 16
const bodyAt = headerBytes + aeadNonceBytes
/** What sealing adds to a plaintext, in bytes. */
export const sealedOverheadBytes = bodyAt + aeadTagBytes

export function sealedHeader(keyId: string): Buffer {
  if (!isUuid(keyId)) throw new KeyError('UNSUPPORTED', 'a data key id is a UUID')
  const header = Buffer.alloc(headerBytes)
  header[0] = sealedVersion
  header.write(keyId.replaceAll('-', ''), 1, 'hex')
  return header
}

export function sealedAad(header: Uint8Array, scope: DataKeyScope, aad: Uint8Array): Buffer {
  return frame('muster/sealed/v1', header, scope.tenant, scope.class, scope.month, scope.subject, aad)
}

export interface SealedParts {
  keyId: string
  header: Buffer
  nonce: Buffer
  /** Ciphertext ‖ tag. */
  body: Buffer
}

/** Takes sealed bytes apart. Throws `TAMPERED` for anything that is not in the format. */
export function parseSealed(sealed: Uint8Array): SealedParts {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (bytes.length < sealedOverheadBytes || bytes[0] !== sealedVersion) {
    throw new KeyError('TAMPERED', 'these are no sealed bytes')
  }
  const hex = bytes.toString('hex', 1, headerBytes)
  return {
    keyId: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`,
    header: bytes.subarray(0, headerBytes),
    nonce: bytes.subarray(headerBytes, bodyAt),
    body: bytes.subarray(bodyAt),
  }
}
