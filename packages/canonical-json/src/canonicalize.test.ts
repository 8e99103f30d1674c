/** One canonical text a value, checked against RFC 8785 and an independent implementation. */
import canonicalizePackage from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalDepthMax, canonicalize } from './canonicalize.ts'
import { parseStrict } from './parseStrict.ts'
import { UnsafeJson } from './unsafeJson.ts'

function codeOf(value: unknown): string {
  try {
    canonicalize(value)
    return 'ACCEPTED'
  } catch (error) {
    if (error instanceof UnsafeJson) return error.code
    throw error
  }
}

describe('canonical form', () => {
  test('agrees with the `canonicalize` package on every JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 5 }), (value) => {
        fc.pre(codeOf(value) === 'ACCEPTED')
        expect(canonicalize(value)).toBe(canonicalizePackage(value))
      }),
      { numRuns: 2000 },
    )
  })

  test('agrees with the package on strings and keys of any code units', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (value) => {
        expect(canonicalize(value)).toBe(canonicalizePackage(value))
      }),
    )
  })

  test('is a fixed point: parsing and canonicalizing again changes nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        fc.pre(codeOf(value) === 'ACCEPTED')
        const text = canonicalize(value)
        expect(canonicalize(parseStrict(text, { bigNumbers: 'allow' }))).toBe(text)
      }),
    )
  })

  test('does not depend on the order in which keys were set', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.string(), fc.integer()), { selector: ([key]) => key }), (pairs) => {
        const there = Object.fromEntries(pairs)
        const back = Object.fromEntries([...pairs].reverse())
        expect(canonicalize(there)).toBe(canonicalize(back))
      }),
    )
  })

  test('orders keys by UTF-16 units, as RFC 8785 section 3.2.3 shows', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
    expect(canonicalize(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}')
  })

  test('writes negative zero as zero', () => {
    expect(canonicalize([-0, 0, 1e21, 1e-7, 4.5])).toBe('[0,0,1e+21,1e-7,4.5]')
  })

  test('keeps a key called `__proto__` as data', () => {
    expect(canonicalize(JSON.parse('{"__proto__":{"a":1},"b":2}'))).toBe('{"__proto__":{"a":1},"b":2}')
  })

  test('accepts an object without prototype, as GraphQL arguments are', () => {
    expect(canonicalize(Object.assign(Object.create(null), { b: 1, a: 2 }))).toBe('{"a":2,"b":1}')
  })
})

describe('what has no canonical form', () => {
  const cyclic: unknown[] = []
  cyclic.push(cyclic)

  test.each([
    ['undefined', undefined, 'NOT_JSON'],
    ['an undefined member', { a: undefined }, 'NOT_JSON'],
    ['a hole in an array', Array.from({ length: 2 }).concat([1]), 'NOT_JSON'],
    ['a function', { a: () => 1 }, 'NOT_JSON'],
    ['a symbol', Symbol('a'), 'NOT_JSON'],
    ['a bigint', { a: 1n }, 'NOT_JSON'],
    ['not a number', Number.NaN, 'NOT_JSON'],
    ['infinity', [Infinity], 'NOT_JSON'],
    ['a date', new Date(0), 'NOT_JSON'],
    ['a map', { a: new Map() }, 'NOT_JSON'],
    ['a boxed string', new String('a'), 'NOT_JSON'],
    ['an object with toJSON', { toJSON: () => 1 }, 'NOT_JSON'],
    ['half a surrogate pair', ['\ud800'], 'LONE_SURROGATE'],
    ['half a surrogate pair in a key', { '\udc00': 1 }, 'LONE_SURROGATE'],
    ['a cycle', cyclic, 'TOO_DEEP'],
  ])('refuses %s', (_, value, code) => {
    expect(codeOf(value)).toBe(code)
  })

  test('refuses what is deeper than the limit and accepts what is not', () => {
    const nested = (depth: number): unknown => {
      let value: unknown = 1
      for (let level = 0; level < depth; level++) value = [value]
      return value
    }
    expect(codeOf(nested(canonicalDepthMax))).toBe('ACCEPTED')
    expect(codeOf(nested(canonicalDepthMax + 1))).toBe('TOO_DEEP')
  })
})
