/** The table of facts is the schema, no more and no less; its key is injective. */
import { schemaToJson } from '@cedar-policy/cedar-wasm/nodejs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseDecision } from '../cases/base.ts'
import { schemaText } from '../cedar/schema.ts'
import { arbitraryFacts } from '../decision/arbitraryFacts.ts'
import { derive } from '../decision/decide.ts'
import { factKey, factTable, type FactRow } from './policyFacts.ts'

function schemaAttributes(): string[] {
  const answer = schemaToJson(schemaText)
  if (answer.type === 'failure') throw new Error('the schema does not parse')
  const muster = answer.json['Muster']!
  const attributesOf = (type: unknown): Record<string, { required?: boolean }> =>
    (type as { attributes: Record<string, { required?: boolean }> }).attributes
  const shape = (name: string): unknown => (muster.entityTypes[name] as { shape?: unknown }).shape
  const parts = {
    principal: attributesOf(shape('Agent')),
    resource: attributesOf(shape('Tool')),
    context: attributesOf(muster.actions['call']!.appliesTo!.context),
  }
  return Object.entries(parts).flatMap(([source, attributes]) =>
    Object.entries(attributes).map(([attr, { required }]) => {
      // INVARIANT of the schema: a policy never meets a missing attribute.
      expect(required ?? true, `${source}.${attr}`).toBe(true)
      return `${source}.${attr}`
    }),
  )
}

describe('the table of facts', () => {
  it('names exactly the attributes of the schema', () => {
    const named = factTable.filter(({ attr }) => !attr.startsWith('$')).map(({ source, attr }) => `${source}.${attr}`)
    expect(named.toSorted()).toEqual(schemaAttributes().toSorted())
  })
  it('counts the days of the week from Monday', () => {
    const weekday = factTable.find(({ attr }) => attr === 'weekday')!
    const at = (iso: string): unknown => weekday.read({ ...baseDecision, nowMs: Date.parse(iso) }, derive(baseDecision))
    expect([at('2026-01-05T00:00:00Z'), at('2026-01-10T23:59:59Z'), at('2026-01-11T12:00:00Z')]).toEqual([1, 6, 7])
  })
})

describe('the key over facts', () => {
  it('is equal exactly for equal values', () => {
    const values = (facts: Parameters<FactRow['read']>[0]) => factTable.map((row) => row.read(facts, derive(facts)))
    fc.assert(
      fc.property(arbitraryFacts(), arbitraryFacts(), (a, b) => {
        const equal = JSON.stringify(values(a)) === JSON.stringify(values(b))
        expect(factKey(factTable, a, derive(a)) === factKey(factTable, b, derive(b))).toBe(equal)
      }),
      { numRuns: 500 },
    )
  })
  it('does not run neighbouring texts together', () => {
    const row = (value: string): FactRow => ({ source: 'context', attr: 'x', read: () => value })
    const key = (...texts: string[]): string => factKey(texts.map(row), baseDecision, derive(baseDecision))
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), fc.array(fc.string(), { maxLength: 4 }), (a, b) => {
        fc.pre(a.length === b.length)
        expect(key(...a) === key(...b)).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
    )
    expect(key('a1:b', '')).not.toBe(key('a', 'b'))
    expect(key('1', '')).not.toBe(key('', '1'))
  })
})
