/** The filter grammar: what is printed is read back, and what is wrong is named at its place. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ageUnits,
  comparisonsOf,
  freeText,
  parseTokens,
  printTokens,
  valuesOf,
  type FieldGrammar,
  type Token,
} from './grammar.ts'

const tiers = ['low', 'medium', 'high', 'critical']
const fields: FieldGrammar[] = [
  { name: 'owner', kind: 'text', isNegatable: true },
  { name: 'team', kind: 'text', isSingle: true },
  { name: 'tier', kind: 'words', words: tiers, isNegatable: true },
  { name: 'score', kind: 'number', words: ['none'] },
  { name: 'seen', kind: 'age', words: ['never'] },
]
const read = (text: string) => parseTokens(text, fields)

const text = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' })
const anyValues = (field: string, value: fc.Arbitrary<string>, canNegate: boolean, isSingle = false) =>
  fc.record({
    kind: fc.constant('values' as const),
    field: fc.constant(field),
    not: canNegate ? fc.boolean() : fc.constant(false),
    values: fc.uniqueArray(value, { minLength: 1, maxLength: isSingle ? 1 : 3 }),
  })
const anyToken: fc.Arbitrary<Token> = fc.oneof(
  fc.record({ kind: fc.constant('free' as const), text: fc.string({ maxLength: 12 }) }),
  anyValues('owner', text, true),
  anyValues('team', text, false, true),
  anyValues('tier', fc.constantFrom(...tiers), true),
  anyValues('score', fc.constant('none'), false),
  fc.record({
    kind: fc.constant('number' as const),
    field: fc.constant('score'),
    comparison: fc.constantFrom('<', '<=', '>', '>=', '=' as const),
    value: fc.integer({ min: -999_999, max: 999_999 }).map((n) => n / 100 + 0),
  }),
  fc.record({
    kind: fc.constant('age' as const),
    field: fc.constant('seen'),
    comparison: fc.constantFrom('<', '<=', '>', '>=' as const),
    amount: fc.nat(9_999),
    unit: fc.constantFrom(...ageUnits),
  }),
)
const place = (token: Token): string => (token.kind === 'values' ? `${token.not}${token.field}` : '')
const anyQuery = fc.array(anyToken, { maxLength: 6 }).map((tokens) =>
  // The same list twice is a problem, and that is another test's.
  tokens.filter((token, at) => token.kind !== 'values' || tokens.findIndex((t) => place(t) === place(token)) === at),
)

describe('the filter grammar', () => {
  test('reads what an analyst types', () => {
    expect(read('owner:ana@x.example tier:High,critical score<60 seen>30d refund')).toEqual({
      problems: [],
      tokens: [
        { kind: 'values', field: 'owner', not: false, values: ['ana@x.example'] },
        { kind: 'values', field: 'tier', not: false, values: ['high', 'critical'] },
        { kind: 'number', field: 'score', comparison: '<', value: 60 },
        { kind: 'age', field: 'seen', comparison: '>', amount: 30, unit: 'd' },
        { kind: 'free', text: 'refund' },
      ],
    })
  })

  test('reads quoted values, negation, words beside numbers, and quoted text that looks like a filter', () => {
    const { tokens, problems } = read('team:"Data eng" -tier:low score:none seen:never "a:b" -x')
    expect(problems).toEqual([])
    expect(valuesOf(tokens, 'team')).toEqual(['Data eng'])
    expect(valuesOf(tokens, 'tier', true)).toEqual(['low'])
    expect(valuesOf(tokens, 'tier')).toEqual([])
    expect(valuesOf(tokens, 'score')).toEqual(['none'])
    expect(valuesOf(tokens, 'seen')).toEqual(['never'])
    expect(freeText(tokens)).toBe('a:b -x')
  })

  test('a range is two comparisons', () => {
    expect(comparisonsOf(read('score>=20 score<60').tokens, 'score')).toHaveLength(2)
  })

  test('what is printed is read back as the same tokens', () => {
    fc.assert(
      fc.property(anyQuery, (tokens) => {
        expect(read(printTokens(tokens))).toEqual({ tokens, problems: [] })
      }),
      { numRuns: 500 },
    )
  })

  test('any text at all is read, each piece of it once, and every problem lies in the text', () => {
    const noise = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('tier:', 'score<', '"', ',', '\\', ' ', 'seen>3d', '-')),
    )
    fc.assert(
      fc.property(noise, (parts) => {
        const query = parts.join('')
        const { tokens, problems } = read(query)
        for (const { at, end } of problems) {
          expect(at).toBeLessThan(end)
          expect(end).toBeLessThanOrEqual(query.length)
        }
        expect(read(printTokens(tokens))).toEqual({ tokens, problems: [] })
      }),
      { numRuns: 500 },
    )
  })

  test.each([
    ['refund colour:red', 'UNKNOWN_FIELD', 7, 17],
    ['tier:huge', 'UNKNOWN_WORD', 0, 9],
    ['tier:', 'NO_VALUE', 0, 5],
    ['tier:low,', 'NO_VALUE', 0, 9],
    ['score<soon', 'NOT_A_NUMBER', 0, 10],
    ['score:none,none', 'NOT_A_NUMBER', 0, 15],
    ['seen>30', 'NOT_AN_AGE', 0, 7],
    ['seen=30d', 'NOT_AN_AGE', 0, 8],
    ['tier>low', 'NOT_COMPARABLE', 0, 8],
    ['-team:x', 'NO_NEGATION', 0, 7],
    ['team:a,b', 'ONE_VALUE', 0, 8],
    ['tier:low tier:high', 'TWICE', 9, 18],
    ['owner:"ana', 'UNCLOSED', 0, 10],
  ] as const)('`%s` is %s at its place', (query, code, at, end) => {
    expect(read(query).problems).toMatchObject([{ code, at, end }])
  })

  test('a problem leaves the rest of the query standing', () => {
    const { tokens, problems } = read('tier:huge owner:ana score<60')
    expect(problems).toHaveLength(1)
    expect(tokens.map((token) => token.kind)).toEqual(['values', 'number'])
  })
})
