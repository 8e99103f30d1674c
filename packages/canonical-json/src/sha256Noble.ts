/**
 * SHA-256 in the browser, synchronous and in plain JavaScript: verification of
 * a ledger must not wait for a promise per entry. Node takes `sha256Node.ts`.
 */
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'

const encoder = new TextEncoder()

/** SHA-256 of the bytes, or of the UTF-8 form of the text: 32 bytes. */
export function sha256(data: Uint8Array | string): Uint8Array {
  return nobleSha256(typeof data === 'string' ? encoder.encode(data) : data)
}

/** The same as 64 lower-case hexadecimal characters. */
export function sha256Hex(data: Uint8Array | string): string {
  return bytesToHex(sha256(data))
}
