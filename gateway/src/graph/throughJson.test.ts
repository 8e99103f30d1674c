/** What crosses from a service to the gateway is what was sent, whatever crossed before. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { throughJson } from './throughJson.ts'

test('keys that need an escape arrive as they are, after others of the same shape', () => {
  for (const sent of [
    { a: 1, '\\': 2 },
    { a: 1, '\n': 2 },
    { a: 1, '"': 2 },
    { a: 1, '\\u0062': 2 },
    { a: 1, b: '\\' },
    { a: 1, '\u0000': { '\\': [{ '"': '\ud800' }] } },
  ]) {
    expect(throughJson({ data: sent })).toEqual({ data: sent })
    expect(throughJson({ data: sent })).toEqual({ data: sent })
  }
})

test('every answer crosses unchanged, in any order', () => {
  const key = fc.string({ unit: fc.constantFrom('a', '\\', '"', '\n', 'b', 'u0062', '__proto__') })
  const answers = fc.array(fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true }), { maxLength: 6 })
  fc.assert(
    fc.property(answers, (sent) => {
      for (const each of sent) expect(JSON.stringify(throughJson(each))).toBe(JSON.stringify(each))
    }),
  )
})

test('dates and absent members cross as the wire has them', () => {
  expect(throughJson({ at: new Date(0), gone: undefined, said: '"' })).toEqual({
    at: '1970-01-01T00:00:00.000Z',
    said: '"',
  })
})
