/** Two payloads, and every place where they differ: nothing left out, nothing that is the same. */
import type { JsonValue } from '@muster/canonical-json'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changesBetween } from './changes.ts'

test('names what was added, taken away and changed, by path', async () => {
  const before = { amount: 12, note: 'a', lines: [{ sku: 1 }, { sku: 2 }], gone: true, 'a b': 1 }
  const after = { amount: 13, note: 'a', lines: [{ sku: 1 }, { sku: 3 }], added: null, 'a b': 2 }
  expect(await changesBetween(before, after)).toEqual([
    { path: '["a b"]', before: '1', after: '2' },
    { path: 'added', after: 'null' },
    { path: 'amount', before: '12', after: '13' },
    { path: 'gone', before: 'true' },
    { path: 'lines[1]', before: '{"sku":2}' },
    { path: 'lines[1]', after: '{"sku":3}' },
  ])
})

test('shows texts whole, however long and however like each other', async () => {
  const [before, after] = [`${'x'.repeat(500)}a`, `${'x'.repeat(500)}b`]
  expect(await changesBetween({ note: before }, { note: after })).toEqual([
    { path: 'note', before: JSON.stringify(before), after: JSON.stringify(after) },
  ])
})

test('takes every name for a name', async () => {
  for (const name of ['valueOf', 'constructor', '__proto__', '_t', '_0', '$', '', 'a.b']) {
    const held = JSON.parse(`{${JSON.stringify(name)}:{"_t":"a","0":[1]}}`) as JsonValue
    const changes = await changesBetween({}, held)
    expect(changes).toHaveLength(1)
    expect(changes[0]!.after).toBe('{"0":[1],"_t":"a"}')
    expect(await changesBetween(held, held)).toEqual([])
  }
})

test('is empty for the same, and never for what differs', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (one, other) => {
      const [a, b] = [{ value: one as JsonValue }, { value: other as JsonValue }]
      expect(await changesBetween(a, structuredClone(a))).toEqual([])
      const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
      expect((await changesBetween(a, b)).length === 0).toBe(isSame)
    }),
  )
})

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}
