/**
 * What is different between the last payload like this one and the held one,
 * as a list of paths with values: text to be read, never markup to be shown.
 *
 * The difference comes from jsondiffpatch, which is fetched when it is needed.
 *
 * INVARIANT (names are data): an agent names the fields. The library asks
 * objects for `valueOf` and reads `_t` as its own, so every name goes in behind
 * a mark and comes out without it.
 */
import type { JsonValue } from '@muster/canonical-json'
import type { Delta } from 'jsondiffpatch'

export interface Change {
  /** `parameters.lines[2].amount`; empty for the whole. */
  readonly path: string
  /** As JSON; absent when it was not there. */
  readonly before?: string
  readonly after?: string
}

export async function changesBetween(before: JsonValue, after: JsonValue): Promise<Change[]> {
  const { create } = await import('jsondiffpatch')
  // By place and by value: a moved line is a line taken out and one put in, and every text is whole.
  const patcher = create({ arrays: { detectMove: false }, objectHash: (item) => JSON.stringify(item) })
  return flattened(patcher.diff(marked(before), marked(after)), '')
}

function flattened(delta: Delta, path: string): Change[] {
  if (delta === undefined) return []
  if (Array.isArray(delta)) return [changeOf(delta, path)]
  const isList = '_t' in delta
  return Object.entries(delta)
    .filter(([name]) => name !== '_t')
    .toSorted(([a], [b]) => (isList ? placeOf(a) - placeOf(b) || (a.startsWith('_') ? -1 : 1) : a < b ? -1 : 1))
    .flatMap(([name, inner]) =>
      flattened(inner as Delta, isList ? `${path}[${placeOf(name)}]` : joined(path, name.slice(1))),
    )
}

/** `[new]`, `[old, new]`, or `[old, 0, 0]`. */
function changeOf(delta: readonly unknown[], path: string): Change {
  const [first, second] = delta
  if (delta.length === 1) return { path, after: shown(first) }
  return delta.length === 2 ? { path, before: shown(first), after: shown(second) } : { path, before: shown(first) }
}

/** A place in the new list, or with `_` before it one in the old. */
const placeOf = (name: string): number => Number(name.replace(/^_/, ''))
const joined = (path: string, name: string): string =>
  `${path}${/^[\w-]+$/.test(name) ? `${path === '' ? '' : '.'}${name}` : `[${JSON.stringify(name)}]`}`
const shown = (value: unknown): string => JSON.stringify(unmarked(value))

const marked = (value: JsonValue): unknown => renamed(value, (name) => `$${name}`)
const unmarked = (value: unknown): unknown => renamed(value, (name) => name.slice(1))

function renamed(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, rename))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [rename(name), renamed(inner, rename)]))
}
