/** What a tick, a range and the header's box do to a selection. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extended, share, toggled, toggledAll } from './rowSelection.ts'

const list = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 40 })
const listAndSome = list.chain((ids) => fc.tuple(fc.constant(ids), fc.subarray(ids), fc.nat(), fc.nat()))

describe('a selection of rows', () => {
  test('ticking twice changes nothing', () => {
    fc.assert(
      fc.property(listAndSome, ([ids, some, at]) => {
        const id = ids[at % ids.length]!
        const before = new Set(some)
        expect(toggled(toggled(before, id), id)).toEqual(before)
        expect(before).toEqual(new Set(some))
      }),
    )
  })

  test('a range has both its ends, all between, nothing else, and loses nothing', () => {
    fc.assert(
      fc.property(listAndSome, ([ids, some, a, b]) => {
        const [from, to] = [a % ids.length, b % ids.length]
        const after = extended(new Set(some), ids, ids[from]!, ids[to]!)
        const [low, high] = [Math.min(from, to), Math.max(from, to)]
        ids.forEach((id, at) => expect(after.has(id)).toBe(some.includes(id) || (at >= low && at <= high)))
      }),
    )
  })

  test('a range from a row that left the list is the row alone; to one that left it, nothing', () => {
    expect(extended(new Set(), ['a', 'b', 'c'], 'gone', 'c')).toEqual(new Set(['c']))
    expect(extended(new Set(['a']), ['a', 'b', 'c'], 'a', 'gone')).toEqual(new Set(['a']))
    expect(extended(new Set(), ['a', 'b'], null, 'b')).toEqual(new Set(['b']))
  })

  test('the header’s box ticks all that are loaded, then none of them, and leaves the rest alone', () => {
    fc.assert(
      fc.property(listAndSome, ([ids, some]) => {
        const before = new Set([...some, 'elsewhere!'])
        const all = share(before, ids) === 'all' ? before : toggledAll(before, ids)
        expect(share(all, ids)).toBe('all')
        const none = toggledAll(all, ids)
        expect(share(none, ids)).toBe('none')
        expect([...none]).toEqual(['elsewhere!'])
      }),
    )
  })
})
