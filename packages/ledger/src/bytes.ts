/**
 * Bytes as text and back: lower-case hex at the API, base64 where C2SP formats
 * ask for it. Decoding is strict: one text for one sequence of bytes, so that
 * nothing signed or hashed has a second spelling.
 */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

const encoder = new TextEncoder()
const lowerHex = /^(?:[0-9a-f]{2})*$/

export function utf8(text: string): Uint8Array {
  return encoder.encode(text)
}

export function toHex(bytes: Uint8Array): string {
  return bytesToHex(bytes)
}

/** @throws RangeError for anything but pairs of lower-case hexadecimal characters. */
export function fromHex(text: string): Uint8Array {
  if (!lowerHex.test(text)) throw new RangeError('not lower-case hexadecimal')
  return hexToBytes(text)
}

/** Standard base64 with padding (RFC 4648 §4). */
export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

/** @returns null for anything but the one standard spelling: no spaces, full padding, no stray bits. */
export function fromBase64(text: string): Uint8Array | null {
  let binary: string
  try {
    binary = atob(text)
  } catch {
    return null
  }
  // atob forgives spaces, missing padding and stray bits; writing it back does not.
  if (btoa(binary) !== text) return null
  return Uint8Array.from(binary, (unit) => unit.charCodeAt(0))
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}
