/**
 * Which rows of a list are ticked: one at a time, or from the last one touched
 * to another with Shift. Pure; a selection is never changed in place.
 */

export type Selection = ReadonlySet<string>

/** Ticks `id`, or unticks it. */
export function toggled(selection: Selection, id: string): Selection {
  const next = new Set(selection)
  if (!next.delete(id)) next.add(id)
  return next
}

/**
 * Ticks every row from `anchor` to `id`, both included, in the order shown.
 * A row that is no longer there is no anchor: `id` alone is ticked.
 */
export function extended(selection: Selection, ids: readonly string[], anchor: string | null, id: string): Selection {
  const to = ids.indexOf(id)
  if (to === -1) return selection
  const from = anchor === null ? -1 : ids.indexOf(anchor)
  const range = from === -1 ? [id] : ids.slice(Math.min(from, to), Math.max(from, to) + 1)
  return new Set([...selection, ...range])
}

/** Ticks all of `ids`, or unticks them when all are ticked. */
export function toggledAll(selection: Selection, ids: readonly string[]): Selection {
  const next = new Set(selection)
  const change = ids.every((id) => selection.has(id)) ? (id: string) => next.delete(id) : (id: string) => next.add(id)
  for (const id of ids) change(id)
  return next
}

/** How much of `ids` is ticked. */
export function share(selection: Selection, ids: readonly string[]): 'none' | 'some' | 'all' {
  const ticked = ids.reduce((n, id) => (selection.has(id) ? n + 1 : n), 0)
  return ticked === 0 ? 'none' : ticked === ids.length ? 'all' : 'some'
}
