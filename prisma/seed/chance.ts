/**
 * Chance that falls the same way every time: a seeded generator (mulberry32)
 * for the structure of the demo. Secrets, salts and ids never come from here.
 */
export interface Chance {
  /** From 0, below 1. */
  next(): number
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number
  /** True in `share` of all cases. */
  happens(share: number): boolean
  pick<T>(list: readonly T[]): T
  /** A copy in another order. */
  shuffled<T>(list: readonly T[]): T[]
}

/** @param name what it is for: every name has a sequence of its own. */
export function chanceOf(name: string): Chance {
  let state = 0x9e3779b9
  for (const character of name) state = Math.imul(state ^ character.codePointAt(0)!, 0x85ebca6b) >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  return {
    next,
    between,
    happens: (share) => next() < share,
    pick(list) {
      if (list.length === 0) throw new RangeError('nothing to pick from')
      return list[between(0, list.length - 1)]!
    },
    shuffled(list) {
      const copy = [...list]
      for (let at = copy.length - 1; at > 0; at--) {
        const other = between(0, at)
        ;[copy[at], copy[other]] = [copy[other]!, copy[at]!]
      }
      return copy
    },
  }
}
