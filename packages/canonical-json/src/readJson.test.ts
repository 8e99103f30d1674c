/** What a text means depends on the text alone, not on what was read before it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalize } from './canonicalize.ts'
import { maxBytesDefault, parseStrict } from './parseStrict.ts'
import { readJson } from './readJson.ts'

/** Objects whose keys the engine will guess at afterwards. */
function leadAstray(): void {
  for (const key of ['\\', '\\u', '\\u0', '\\u00', '\\u0062', '\\n', '\\"']) {
    for (const before of ['', '"a":1,', '"a":1,"b":2,']) JSON.parse(`{${before}${JSON.stringify(key)}:2}`)
  }
}

describe('a key written with an escape', () => {
  test.each([
    ['{"a":1,"\\u0062":2}', { a: 1, b: 2 }],
    ['{"\\u0062":2}', { b: 2 }],
    ['{"a":1,"\\n":2}', { a: 1, '\n': 2 }],
    ['{"a":1,"\\"":2}', { a: 1, '"': 2 }],
    ['{"a":1,"\\u0062cd":2}', { a: 1, bcd: 2 }],
    ['{"a":1,"\\u0062" \n\t:2}', { a: 1, b: 2 }],
    ['[{"a":{"a":1,"\\u001f":{"\\\\":3}}}]', [{ a: { a: 1, '\u001f': { '\\': 3 } } }]],
  ])('in %s is read as it is written, whatever was parsed before', (text, value) => {
    leadAstray()
    expect(parseStrict(text)).toEqual(value)
    expect(canonicalize(parseStrict(text))).toBe(canonicalize(value))
  })

  test('escaped at random, after anything, gives the value back', () => {
    const key = fc.string({ unit: 'binary', maxLength: 6 }).map((each) => each.toWellFormed())
    const escaped = (text: string): string =>
      `"${Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 5 }),
        fc.array(key, { maxLength: 5 }),
        fc.array(fc.boolean()),
        (keys, lead, plain) => {
          JSON.parse(JSON.stringify(Object.fromEntries(lead.map((each) => [`\\${each}`, 1]))))
          const text = `{${keys.map((each, at) => `${plain[at] === true ? JSON.stringify(each) : escaped(each)}:${at}`).join(',')}}`
          const read = parseStrict(text) as Record<string, number>
          expect(Object.keys(read).length).toBe(keys.length)
          for (const [at, each] of keys.entries()) expect(Object.getOwnPropertyDescriptor(read, each)?.value).toBe(at)
        },
      ),
    )
  })

  test('and the same key written plainly are one key twice', () => {
    expect(() => parseStrict('{"b":1,"\\u0062":2}')).toThrow(
      expect.objectContaining({ code: 'DUPLICATE_KEY' }) as Error,
    )
    expect(parseStrict('{"b":1,"\\u0062":2,"b":3}', { duplicates: 'allow' })).toEqual({ b: 3 })
  })

  test('of `__proto__` stays data', () => {
    const value = parseStrict('{"\\u005f_proto__":{"x":1}}')
    expect(Object.keys(value as object)).toEqual(['__proto__'])
    expect((value as { x?: number }).x).toBeUndefined()
  })
})

describe('readJson', () => {
  test('reads every text as the engine does', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), fc.constantFrom('', ' ', '\n\t'), (text, space) => {
        expect(readJson(space + text + space)).toEqual(JSON.parse(text))
      }),
    )
  })

  test('refuses what the engine refuses', () => {
    const fragments = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u0062"',
      '"\\x"',
      '"\n"',
      '1',
      '-',
      '01',
      '1.',
      'true',
      'nul',
      ' ',
      '\u00a0',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 7 }), (parts) => {
        const text = parts.join('')
        let accepted = true
        try {
          JSON.parse(text)
        } catch {
          accepted = false
        }
        if (accepted) readJson(text)
        else expect(() => readJson(text)).toThrow(SyntaxError)
      }),
      { numRuns: 2_000 },
    )
  })

  test('takes a text of the largest size in one go', () => {
    const long = 'x'.repeat(maxBytesDefault - 100)
    expect(parseStrict(`{"\\u0062":"${long}"}`)).toEqual({ b: long })
    const quotes = '\\"'.repeat(maxBytesDefault / 2 - 100)
    expect((parseStrict(`{"\\u0062":"${quotes}"}`) as { b: string }).b.length).toBe(maxBytesDefault / 2 - 100)
    const keys = Array.from({ length: 20_000 }, (_, at) => `"\\u0062${at}":${at}`).join(',')
    expect(Object.keys(parseStrict(`{${keys}}`) as object)).toHaveLength(20_000)
  })
})
