/**
 * SHA-256 in Node: the engine's OpenSSL, in one call without a hash object.
 * The browser gets `sha256Noble.ts` in its place (package.json `imports`).
 */
import { hash } from 'node:crypto'

/** SHA-256 of the bytes, or of the UTF-8 form of the text: 32 bytes. */
export function sha256(data: Uint8Array | string): Uint8Array {
  return hash('sha256', data, 'buffer')
}

/** The same as 64 lower-case hexadecimal characters. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex')
}
