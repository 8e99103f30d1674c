/** Filters become SQL of our own constants: whatever the caller writes is a parameter, and nothing else. */
import fc from 'fast-check'
import { stringify, type Filter } from 'scim2-parse-filter'
import { describe, expect, it } from 'vitest'
import { filterSql, type Attributes, type FilterSql } from './filter.ts'
import { ScimError } from './scimError.ts'

const attributes: Attributes = {
  id: { kind: 'id', sql: 't.id' },
  name: { kind: 'text', sql: 't.name' },
  code: { kind: 'text', sql: 't.code', exact: true },
  active: { kind: 'boolean', sql: 't.active' },
  'meta.created': { kind: 'time', sql: 't.created' },
  secret: { kind: 'hash', has: `t.secret = decode($, 'hex')`, present: 'true' },
  sealed: { kind: 'sealed' },
}
const made = (text: string): FilterSql =>
  filterSql(text, { attributes, urns: ['urn:x'], hashOf: (given) => `hash(${given})` })
const refusal = (text: string): unknown => {
  try {
    return made(text)
  } catch (error) {
    return error instanceof ScimError ? error.scimType : error
  }
}

/** Everything SQL of ours may consist of: no quote, and no word that is not in the translation. */
const vocabulary =
  /^(?:\s|\(|\)|,|<>|<=|>=|[=<>]|::|\$\d+|0|''|'hex'|t\.(?:id|name|code|active|created|secret)|AND|OR|NOT|IS|NULL|DISTINCT|FROM|IN|lower|position|starts_with|right|length|decode|text|uuid|boolean|timestamptz|true|false)*$/

const texts = fc.oneof(
  fc.string(),
  fc.constantFrom(`'; DROP TABLE person; --`, `") OR 1=1`, '$1', `\\'`, 'x" or name eq "y'),
)
const comparison: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    op: fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'le'),
    attrPath: fc.constantFrom('name', 'code', 'NAME', 'urn:x:name'),
    compValue: texts,
  }),
  fc.record({ op: fc.constantFrom('eq', 'ne'), attrPath: fc.constantFrom('secret', 'id'), compValue: texts }),
  fc.record({ op: fc.constantFrom('eq', 'ne'), attrPath: fc.constant('active'), compValue: fc.boolean() }),
  fc.record({ op: fc.constant('pr'), attrPath: fc.constantFrom('name', 'active', 'id', 'secret') }),
)
const { filters } = fc.letrec<{ filters: Filter }>((tie) => ({
  filters: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    comparison,
    fc.record({
      op: fc.constantFrom('and', 'or'),
      filters: fc.array(tie('filters'), { minLength: 2, maxLength: 3 }),
    }) as fc.Arbitrary<Filter>,
    fc.record({ op: fc.constant('not'), filter: tie('filters') }) as fc.Arbitrary<Filter>,
  ),
}))

describe('a filter', () => {
  it('never puts a word of the caller into the SQL, and numbers its parameters without a gap', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        let result: FilterSql
        try {
          result = made(stringify(filter))
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError)
          return
        }
        expect(result.sql).toMatch(vocabulary)
        const places = new Set([...result.sql.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place)))
        expect([...places].toSorted((a, b) => a - b)).toEqual(result.values.map((_, index) => index + 1))
      }),
      { numRuns: 300 },
    )
  })

  it('of any text at all is SQL of ours or `invalidFilter`', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((tail) => `name eq ${tail}`),
          fc.string().map((head) => `${head} eq "x"`),
        ),
        (text) => {
          const result = refusal(text)
          if (result === 'invalidFilter') return
          expect((result as FilterSql).sql).toMatch(vocabulary)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('carries values as they are, folds what is compared without case, and hashes what is sealed', () => {
    expect(made('name eq "A\'b"')).toEqual({
      sql: '(t.name IS NOT NULL AND lower(t.name) = $1::text)',
      values: ["a'b"],
    })
    expect(made('code eq "A" and urn:x:secret eq "s"').values).toEqual(['A', 'hash(s)'])
    expect(made('id eq "garbled"')).toEqual({ sql: 'false', values: [] })
  })

  it('is bounded in depth, length and number, and names what is searched here', () => {
    const deep = (n: number): string => `${'('.repeat(n)}active eq true${')'.repeat(n)}`
    expect(refusal(deep(20))).toMatchObject({ values: [true] })
    for (const text of [
      deep(21),
      deep(1_000),
      'not ('.repeat(1_000),
      `name eq "${'x'.repeat(5_000)}"`,
      Array.from({ length: 101 }, () => 'active eq true').join(' or '),
      'sealed eq "x"',
      'secret co "x"',
      'constructor eq "x"',
      'toString pr',
      'name eq "\u0000"',
    ]) {
      expect(refusal(text), text.slice(0, 40)).toBe('invalidFilter')
    }
  })
})
