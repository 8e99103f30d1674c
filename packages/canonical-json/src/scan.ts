/**
 * The scan before `JSON.parse`: what that function forgives and we do not.
 *
 * It need not decide the syntax (JSON.parse does, afterwards); it must only be
 * right about every text that JSON.parse accepts. Strings without an escape,
 * nearly all, are skipped by the engine's own search.
 */
import { UnsafeJson } from './unsafeJson.ts'
import type { JsonValue } from './jsonValue.ts'

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const minus = 0x2d
const nine = 0x39
const zero = 0x30

/** Fifteen characters of digits and points are always below 2^53. */
const shortNumberLength = 15

export interface Scanned {
  /** How many keys the text names. */
  readonly keys: number
  /** True when a key is written with an escape: `JSON.parse` is not to be asked (readJson.ts). */
  readonly escapedKey: boolean
}

/** @throws UnsafeJson TOO_DEEP, UNSAFE_NUMBER or LONE_SURROGATE. */
export function scan(text: string, maxDepth: number, bigNumbersAllowed: boolean): Scanned {
  const length = text.length
  let keys = 0
  let escapedKey = false
  let depth = 0
  let nextBackslash = text.indexOf('\\')
  if (nextBackslash === -1) nextBackslash = length
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = text.indexOf('"', at + 1)
      if (at === -1) return { keys, escapedKey } // never closed: JSON.parse refuses it
      if (at > nextBackslash) {
        at = skipEscaped(text, nextBackslash)
        if (at === -1) return { keys, escapedKey }
        escapedKey ||= isKey(text, at + 1)
        nextBackslash = text.indexOf('\\', at)
        if (nextBackslash === -1) nextBackslash = length
      }
    } else if (code === colon) {
      keys++
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) {
        throw new UnsafeJson('TOO_DEEP', `arrays and objects stand more than ${maxDepth} deep`, at)
      }
    } else if (code === 0x7d || code === 0x5d) {
      depth--
    } else if ((code >= zero && code <= nine) || code === minus) {
      const start = at
      while (++at < length && isNumberUnit(text.charCodeAt(at)));
      checkNumber(text, start, at, bigNumbersAllowed)
      at--
    } else if (code === backslash) {
      return { keys, escapedKey } // outside a string: JSON.parse refuses it
    }
  }
  return { keys, escapedKey }
}

/** True when a colon comes next, after white space at most: the string before was a key. */
function isKey(text: string, from: number): boolean {
  let at = from
  while (isSpace(text.charCodeAt(at))) at++
  return text.charCodeAt(at) === colon
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09
}

function isNumberUnit(code: number): boolean {
  // digits . - + e E
  return (
    (code >= zero && code <= nine) || code === 0x2e || code === minus || code === 0x2b || code === 0x65 || code === 0x45
  )
}

function checkNumber(text: string, start: number, end: number, bigNumbersAllowed: boolean): void {
  if (end - start <= shortNumberLength) {
    let exponent = false
    for (let at = start; at < end; at++) if ((text.charCodeAt(at) | 0x20) === 0x65) exponent = true
    if (!exponent) return
  }
  const magnitude = Math.abs(Number(text.slice(start, end)))
  // Every double of 2^53 or more is an integer, so this is the one rule for `9007199254740993`,
  // `9007199254740992.5`, `1e21` and `1e400` alike. NaN (not a number at all) is left to JSON.parse.
  if (magnitude > Number.MAX_SAFE_INTEGER && !(bigNumbersAllowed && magnitude !== Infinity)) {
    throw new UnsafeJson('UNSAFE_NUMBER', 'a number is beyond ±(2^53−1)', start)
  }
}

/**
 * Goes through a string from its first escape to its closing quote.
 * @returns the index of the closing quote, -1 if there is none.
 */
function skipEscaped(text: string, firstEscape: number): number {
  const length = text.length
  for (let at = firstEscape; at < length; at++) {
    const code = text.charCodeAt(at)
    if (code === quote) return at
    if (code !== backslash) continue
    at++
    if (text.charCodeAt(at) !== 0x75) continue
    const unit = hexUnit(text, at + 1)
    if (unit >= 0xd800 && unit <= 0xdfff) {
      const low = text.charCodeAt(at + 5) === backslash && text.charCodeAt(at + 6) === 0x75 ? hexUnit(text, at + 7) : -1
      // A raw half cannot stand beside an escaped one: the text itself is well formed.
      if (unit > 0xdbff || low < 0xdc00 || low > 0xdfff) {
        throw new UnsafeJson('LONE_SURROGATE', 'an escape names half of a surrogate pair', at - 1)
      }
      at += 6
    }
    at += 4
  }
  return -1
}

/** The unit that four hexadecimal digits name; -1 when they are not (JSON.parse refuses those). */
function hexUnit(text: string, at: number): number {
  let unit = 0
  for (let i = at; i < at + 4; i++) {
    const code = text.charCodeAt(i)
    const letter = code | 0x20
    if (code >= zero && code <= nine) unit = unit * 16 + code - zero
    else if (letter >= 0x61 && letter <= 0x66) unit = unit * 16 + letter - 0x57
    else return -1
  }
  return unit
}

/** Keys of all objects in a parsed value. Depth was limited by the scan. */
export function countKeys(value: JsonValue): number {
  if (value === null || typeof value !== 'object') return 0
  let keys = 0
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[])
      if (item !== null && typeof item === 'object') keys += countKeys(item)
    return keys
  }
  for (const item of Object.values(value)) {
    keys++
    if (item !== null && typeof item === 'object') keys += countKeys(item)
  }
  return keys
}
