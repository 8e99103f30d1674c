/**
 * Base 62 (0-9 A-Z a-z): survives a double click, a URL, a form field and a shell.
 */
import { randomBytes } from 'node:crypto'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const base = BigInt(digits.length)

/** Bytes as a number in base 62, padded to `length` characters; throws when they need more. */
export function base62(bytes: Uint8Array, length: number): string {
  let rest = BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
  let text = ''
  while (rest > 0n) {
    text = digits[Number(rest % base)] + text
    rest /= base
  }
  if (text.length > length) throw new RangeError('`length` is too short for these bytes')
  return text.padStart(length, '0')
}

/** Characters drawn uniformly from base 62. */
export function randomBase62(length: number): string {
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length * 2)) {
      // 248 is the largest multiple of 62 in a byte: above it some digits would come more often.
      if (byte < 248 && text.length < length) text += digits[byte % 62]
    }
  }
  return text
}
