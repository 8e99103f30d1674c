/**
 * Strict parsing: the text has exactly one reading, or it is refused.
 *
 * It stands in front of every request, so the work is split: one scan over the
 * text looks at what `JSON.parse` forgives (depth, numbers, escaped surrogates)
 * and counts the keys; `JSON.parse` then decides the syntax and builds the
 * value; the keys of the value are counted and compared. `JSON.parse` keeps one
 * of two equal keys, so the counts differ exactly when some object named a key
 * twice, however it was spelled (`"a"` and `"\u0061"`). Only a refusal pays for
 * finding out where.
 *
 * INVARIANT (one reading): what is accepted here means the same to every
 * conforming JSON reader whose numbers are IEEE 754 doubles, whatever was read
 * before: texts with an escaped key, where `JSON.parse` itself errs, are read
 * by `readJson`.
 * INVARIANT (data stays data): a key `__proto__` becomes an own property, as
 * `JSON.parse` makes it; no prototype is ever assigned to.
 */
import { countKeys, scan } from './scan.ts'
import { findSyntaxFault } from './findFault.ts'
import type { JsonValue } from './jsonValue.ts'
import { readJson } from './readJson.ts'
import { UnsafeJson } from './unsafeJson.ts'

export interface ParseLimits {
  /** Size of the text in UTF-8 bytes, at most. */
  readonly maxBytes?: number
  /** Arrays and objects inside each other, at most; a bare scalar has depth 0. */
  readonly maxDepth?: number
  /** `allow` keeps the last of two equal keys. For reading what others wrote, never for a request. */
  readonly duplicates?: 'refuse' | 'allow'
  /** `allow` takes magnitudes beyond 2^53−1 as the nearest double. Overflow to infinity is refused all the same. */
  readonly bigNumbers?: 'refuse' | 'allow'
}

/** A request body larger than this is no tool call; GraphQL documents are far smaller. */
export const maxBytesDefault = 1_048_576
/** Deep enough for any schema in use, shallow enough for every recursive reader downstream. */
export const maxDepthDefault = 64

// `ignoreBOM: true` keeps a byte order mark in the text, where JSON.parse refuses it.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const lenientDecoder = new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = new TextEncoder()

/**
 * Parses JSON text (RFC 8259, restricted as RFC 7493 I-JSON asks, stricter on numbers).
 *
 * @param input UTF-8 bytes, or text that was already decoded.
 * @returns the value; objects are plain, arrays are arrays.
 * @throws UnsafeJson with a stable `code` and the offset at which it was seen.
 */
export function parseStrict(input: Uint8Array | string, limits: ParseLimits = {}): JsonValue {
  const text = toText(input, limits.maxBytes ?? maxBytesDefault)
  const bigNumbersAllowed = limits.bigNumbers === 'allow'
  const { keys: keysInText, escapedKey } = scan(text, limits.maxDepth ?? maxDepthDefault, bigNumbersAllowed)
  let value: JsonValue
  try {
    value = escapedKey ? readJson(text) : (JSON.parse(text) as JsonValue)
  } catch {
    throw findSyntaxFault(text) ?? new UnsafeJson('SYNTAX', 'the text is not JSON', 0)
  }
  if (keysInText > 1 && limits.duplicates !== 'allow' && countKeys(value) !== keysInText) {
    throw findSyntaxFault(text) ?? new UnsafeJson('DUPLICATE_KEY', 'an object names a key twice', 0)
  }
  return value
}

function toText(input: Uint8Array | string, maxBytes: number): string {
  if (typeof input === 'string') {
    // A UTF-16 unit takes at most three bytes, so most texts need no encoding to be measured.
    if (input.length > maxBytes || (input.length * 3 > maxBytes && encoder.encode(input).length > maxBytes)) {
      throw new UnsafeJson('TOO_LARGE', `the text is larger than ${maxBytes} bytes`, maxBytes)
    }
    if (!input.isWellFormed()) {
      throw new UnsafeJson('LONE_SURROGATE', 'the text holds half of a surrogate pair', firstLoneSurrogate(input))
    }
    return input
  }
  if (input.length > maxBytes) {
    throw new UnsafeJson('TOO_LARGE', `the text is larger than ${maxBytes} bytes`, maxBytes)
  }
  try {
    return decoder.decode(input)
  } catch {
    throw new UnsafeJson('INVALID_UTF8', 'the bytes are not UTF-8', firstInvalidByte(input))
  }
}

function firstLoneSurrogate(text: string): number {
  return text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/)
}

/**
 * Where the bytes stop being UTF-8: decoded leniently, what was invalid comes
 * back as U+FFFD, so the first byte that differs lies in the first invalid one.
 */
function firstInvalidByte(bytes: Uint8Array): number {
  const again = encoder.encode(lenientDecoder.decode(bytes))
  let at = 0
  while (at < bytes.length && bytes[at] === again[at]) at++
  // U+FFFD may share its first byte with what it replaced: step back to where it begins.
  while (at > 0 && (again[at]! & 0xc0) === 0x80) at--
  return at
}
