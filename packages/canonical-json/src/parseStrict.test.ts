/** One reading a text: what could be read in two ways is refused. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findSyntaxFault } from './findFault.ts'
import { maxBytesDefault, maxDepthDefault, parseStrict, type ParseLimits } from './parseStrict.ts'
import { UnsafeJson } from './unsafeJson.ts'

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

function refusal(input: string | Uint8Array, limits: ParseLimits = {}): UnsafeJson | null {
  try {
    parseStrict(input, limits)
    return null
  } catch (error) {
    if (error instanceof UnsafeJson) return error
    throw error
  }
}

const codeOf = (input: string | Uint8Array, limits: ParseLimits = {}): string =>
  refusal(input, limits)?.code ?? 'ACCEPTED'

describe('duplicate keys', () => {
  test.each([
    ['{"a":1,"a":1}', 7],
    ['{"a":1,"\\u0061":2}', 7],
    ['{"a":1,"b":{"c":1,"d":[{"e":1,"e":2}]}}', 30],
    ['{"":1,"":2}', 6],
    ['{"__proto__":1,"__proto__":2}', 15],
    ['{"\\n":1,"\\u000A":2}', 8],
    ['{"😀":1,"\\ud83d\\ude00":2}', 8],
    ['[{"a":{"a":1}},{"a":1,"a":2}]', 22],
  ])('refuses %s and says where', (text, offset) => {
    expect(refusal(text)).toMatchObject({ code: 'DUPLICATE_KEY', offset })
    expect(refusal(utf8(text))).toMatchObject({ code: 'DUPLICATE_KEY', offset })
  })

  test('accepts the same key in different objects', () => {
    expect(codeOf('[{"a":1},{"a":{"a":[{"a":2}]}}]')).toBe('ACCEPTED')
  })

  test('can be allowed for reading what others wrote; the last one counts', () => {
    expect(parseStrict('{"a":1,"a":2}', { duplicates: 'allow' })).toEqual({ a: 2 })
  })

  test('are found wherever they are planted', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()), fc.nat(), (object, pick) => {
        const keys = Object.keys(object)
        fc.pre(keys.length > 0 && codeOf(JSON.stringify(object), { bigNumbers: 'allow' }) === 'ACCEPTED')
        const key = keys[pick % keys.length]!
        const escaped = `"${Array.from({ length: key.length }, (_, at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
        const text = `${JSON.stringify(object).slice(0, -1)},${escaped}:null}`
        expect(codeOf(text, { bigNumbers: 'allow' })).toBe('DUPLICATE_KEY')
      }),
    )
  })
})

describe('numbers', () => {
  test.each([
    '9007199254740991',
    '-9007199254740991',
    '0',
    '-0',
    '1.5',
    '1e2',
    '1E+2',
    '9007199254740991.4',
    '1e-400',
    '0.1234567890123456789',
  ])('accepts %s', (text) => {
    expect(parseStrict(text)).toBe(Number(text))
    expect(codeOf(`{"a":[${text}]}`)).toBe('ACCEPTED')
  })

  test.each([
    '9007199254740992',
    '9007199254740993',
    '-9007199254740992',
    '9223372036854775807',
    '9223372036854775808',
    '1e21',
    '1E400',
    '-1e400',
    '9007199254740992.0',
    '1.5e300',
    '123456789012345678901234567890',
  ])('refuses %s', (text) => {
    expect(refusal(text)).toMatchObject({ code: 'UNSAFE_NUMBER', offset: 0 })
    expect(refusal(`{"a":[1,${text}]}`)).toMatchObject({ code: 'UNSAFE_NUMBER', offset: 8 })
  })

  test('digits inside a string are no number', () => {
    expect(codeOf('{"a":"99999999999999999999","99999999999999999999":1}')).toBe('ACCEPTED')
  })

  test('beyond 2^53 can be allowed, overflow to infinity never', () => {
    expect(parseStrict('1e21', { bigNumbers: 'allow' })).toBe(1e21)
    expect(codeOf('1e400', { bigNumbers: 'allow' })).toBe('UNSAFE_NUMBER')
  })
})

describe('surrogates and encoding', () => {
  test.each([
    '"\\ud800"',
    '"\\udc00"',
    '"\\ud800\\ud800"',
    '"\\udc00\\ud800"',
    '"\\ud800x"',
    '"\\ud800\\n"',
    '{"\\uDEAD":1}',
    '"a\\\\\\ud83d"',
    '"\\ud83d\\\\ude00"',
  ])('refuses the lone escape %s', (text) => {
    expect(codeOf(text)).toBe('LONE_SURROGATE')
  })

  test.each(['"\\ud83d\\ude00"', '"\\\\ud800"', '"😀"', '"\\uD83D\\uDE00 \\"\\\\"', '"\\u0000"'])(
    'accepts %s',
    (text) => {
      expect(parseStrict(text)).toBe(JSON.parse(text))
    },
  )

  test('refuses a raw half of a pair in text', () => {
    expect(refusal('{"a":"\ud800"}')).toMatchObject({ code: 'LONE_SURROGATE', offset: 6 })
    expect(refusal('"😀\udc00"')).toMatchObject({ code: 'LONE_SURROGATE', offset: 3 })
  })

  test.each([
    [[0x22, 0xff, 0x22], 1],
    [[0x22, 0xed, 0xa0, 0x80, 0x22], 1],
    [[0x22, 0xc0, 0xaf, 0x22], 1],
    [[0x22, 0x61, 0xe2, 0x82], 2],
    [[...utf8('"é'), 0x80, 0x22], 3],
  ])('refuses the bytes %j as UTF-8', (bytes, offset) => {
    expect(refusal(Uint8Array.from(bytes))).toMatchObject({ code: 'INVALID_UTF8', offset })
  })

  test('refuses a byte order mark', () => {
    expect(codeOf(Uint8Array.of(0xef, 0xbb, 0xbf, 0x31))).toBe('SYNTAX')
    expect(codeOf('\ufeff1')).toBe('SYNTAX')
  })
})

describe('limits', () => {
  test(`accepts a depth of ${maxDepthDefault} and refuses one more`, () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(codeOf(nested(maxDepthDefault))).toBe('ACCEPTED')
    expect(codeOf(nested(maxDepthDefault + 1))).toBe('TOO_DEEP')
    expect(codeOf('{"a":'.repeat(100) + '1' + '}'.repeat(100))).toBe('TOO_DEEP')
    expect(codeOf('['.repeat(1_000_000))).toBe('TOO_DEEP')
  })

  test('brackets inside strings and beside each other are not depth', () => {
    expect(codeOf(`[${'[],'.repeat(1000)}"${'['.repeat(1000)}"]`)).toBe('ACCEPTED')
  })

  test('measures the size in bytes, also of decoded text', () => {
    const exact = `"${'a'.repeat(maxBytesDefault - 2)}"`
    expect(codeOf(exact)).toBe('ACCEPTED')
    expect(codeOf(utf8(exact))).toBe('ACCEPTED')
    expect(codeOf(`${exact} `)).toBe('TOO_LARGE')
    expect(codeOf(utf8(`${exact} `))).toBe('TOO_LARGE')
    expect(codeOf('"éé"', { maxBytes: 5 })).toBe('TOO_LARGE')
    expect(codeOf('"éé"', { maxBytes: 6 })).toBe('ACCEPTED')
  })
})

describe('keys that are dangerous elsewhere', () => {
  test('`__proto__` becomes data and changes no prototype', () => {
    const value = parseStrict('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}')
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor'])
    expect('polluted' in {}).toBe(false)
  })
})

describe('the same verdict as JSON.parse on everything else', () => {
  test('for every JSON text', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        fc.pre(codeOf(text, { bigNumbers: 'allow' }) !== 'LONE_SURROGATE')
        expect(parseStrict(text, { bigNumbers: 'allow' })).toEqual(JSON.parse(text))
        expect(parseStrict(utf8(text), { bigNumbers: 'allow' })).toEqual(JSON.parse(text))
        expect(findSyntaxFault(text)).toBeNull()
      }),
      { numRuns: 1000 },
    )
  })

  test('for texts with one character spoiled, and the finder names a place in every refused one', () => {
    const alphabet = fc.constantFrom(...'{}[]:,"\\0123456789.-+eE truefalsn\n\u0000é'.split(''))
    fc.assert(
      fc.property(fc.json(), alphabet, fc.nat(), fc.boolean(), (text, unit, pick, insert) => {
        const at = pick % (text.length + 1)
        const spoiled = text.slice(0, at) + unit + text.slice(insert ? at : at + 1)
        let sound = true
        try {
          JSON.parse(spoiled)
        } catch {
          sound = false
        }
        const lenient: ParseLimits = { bigNumbers: 'allow', duplicates: 'allow' }
        if (sound) {
          expect(['ACCEPTED', 'UNSAFE_NUMBER', 'LONE_SURROGATE']).toContain(codeOf(spoiled, lenient))
          expect(findSyntaxFault(spoiled)?.code ?? 'DUPLICATE_KEY').toBe('DUPLICATE_KEY')
        } else {
          expect(codeOf(spoiled, lenient)).not.toBe('ACCEPTED')
          const fault = findSyntaxFault(spoiled)
          expect(fault).not.toBeNull()
          expect(fault!.offset).toBeLessThanOrEqual(spoiled.length)
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('never takes longer than the text is long: backslashes and quotes anywhere', () => {
    for (const unit of ['\\', '"', '\\"', '"\\', '"\\u', '\\\\"', '{"', '[{']) {
      const started = performance.now()
      expect(codeOf(unit.repeat(200_000), { maxDepth: 1e9 })).not.toBe('ACCEPTED')
      expect(performance.now() - started).toBeLessThan(2000)
    }
  })
})
