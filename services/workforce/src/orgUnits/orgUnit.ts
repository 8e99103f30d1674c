/**
 * Org units as a tree: pure rules over the rows the store gives.
 *
 * A caller may see part of the tree; the highest visible units are its roots
 * then, whatever stands above them.
 */

/** So many units, and a list of all of them, fit one answer. Beyond it is no company but a mistake. */
export const unitsMax = 10_000

export const unitKinds = ['department', 'team'] as const
export type UnitKind = (typeof unitKinds)[number]

/** The kind in either case; null for anything else. */
export function unitKind(text: string): UnitKind | null {
  const lower = text.toLowerCase()
  return unitKinds.find((kind) => kind === lower) ?? null
}

export interface TreeUnit {
  id: string
  parentId: string | null
  name: string
}

/** Names in one order everywhere, whatever the machine's language. */
const byName = new Intl.Collator('en', { numeric: true })

/** The same units, each after its parent, siblings by name, then by id. */
export function inTreeOrder<Unit extends TreeUnit>(units: readonly Unit[]): Unit[] {
  const present = new Set(units.map(({ id }) => id))
  const below = new Map<string | null, Unit[]>()
  for (const unit of units) {
    const parent = unit.parentId !== null && present.has(unit.parentId) ? unit.parentId : null
    below.set(parent, [...(below.get(parent) ?? []), unit])
  }
  const ordered: Unit[] = []
  // A stack and not recursion: the depth of a company is not ours to bound.
  const waiting = sorted(below.get(null) ?? [])
  for (let unit = waiting.pop(); unit !== undefined; unit = waiting.pop()) {
    ordered.push(unit)
    waiting.push(...sorted(below.get(unit.id) ?? []))
  }
  return ordered
}

/** Last first, as a stack wants them. */
function sorted<Unit extends TreeUnit>(units: readonly Unit[]): Unit[] {
  return units.toSorted((a, b) => byName.compare(b.name, a.name) || (a.id < b.id ? 1 : -1))
}

/** A stored path (the unit, then its ancestors up to the top) as it is shown: from the highest visible one down. */
export function shownPath(storedPath: readonly string[], isVisible: (id: string) => boolean): string[] {
  return storedPath.filter(isVisible).toReversed()
}
