/**
 * Opaque random tokens: sessions, one-time links, nonces.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const tokenBytesMin = 16

/** `bytes` random bytes from the system as base64url; at least 16 of them. */
export function randomToken(bytes = 32): string {
  if (!Number.isInteger(bytes) || bytes < tokenBytesMin) throw new RangeError('a token has at least 16 bytes')
  return randomBytes(bytes).toString('base64url')
}

/** SHA-256 of a token's text: what is stored in its place. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest()
}

/** Compares two texts of any length in constant time, through their hashes. */
export function textsEqual(a: string, b: string): boolean {
  return timingSafeEqual(hashToken(a), hashToken(b))
}
