/** The keys of a list: walk, tick, range, peek, open, back. They work wherever the focus is on its page. */
import { useRef } from 'react'
import { useKeys, type Binding } from '../frame/keys.tsx'
import { t } from '../texts.ts'
import { extended, toggled, toggledAll, type Selection } from './rowSelection.ts'

interface Rows {
  /** In the order shown. */
  readonly ids: readonly string[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
  readonly onOpen: (id: string) => void
  readonly onPeek?: (id: string) => void
  readonly onBack?: () => void
  /** Where `j` and `k` mean something else on the screen, the arrows alone walk. */
  readonly walksByArrows?: boolean
  readonly selection?: Selection
  readonly onSelection?: (selection: Selection) => void
}

export interface RowActs {
  readonly tick: (id: string, withRange: boolean) => void
  readonly tickAll: () => void
}

export function useRowKeys(rows: Rows): RowActs {
  const { ids, chosen, onChoose, onOpen, onPeek, onBack, walksByArrows = false, selection, onSelection } = rows
  /** Where a range begins: the row ticked last. */
  const anchor = useRef<string | null>(null)
  const canTick = selection !== undefined && onSelection !== undefined
  const neighbour = (by: 1 | -1): string | undefined => {
    const at = chosen === undefined ? -1 : ids.indexOf(chosen)
    return at === -1 ? ids[0] : ids[Math.min(Math.max(at + by, 0), ids.length - 1)]
  }
  const step = (by: 1 | -1): void => {
    const next = neighbour(by)
    if (next !== undefined && next !== chosen) onChoose(next)
  }
  const tick = (id: string, withRange: boolean): void => {
    if (!canTick) return
    onSelection(withRange ? extended(selection, ids, anchor.current, id) : toggled(selection, id))
    anchor.current = id
  }
  const tickAll = (): void => {
    if (canTick) onSelection(toggledAll(selection, ids))
  }
  const stretch = (by: 1 | -1): void => {
    const next = neighbour(by)
    if (!canTick || next === undefined) return
    anchor.current ??= chosen ?? next
    onSelection(extended(selection, ids, chosen ?? next, next))
    anchor.current = next
    if (next !== chosen) onChoose(next)
  }
  const withChosen = (run: (id: string) => void) => () => {
    if (chosen !== undefined) run(chosen)
  }
  const back = (): void => {
    if (canTick && selection.size > 0) onSelection(new Set())
    else onBack?.()
  }
  const letters: Binding[] = [
    { keys: 'j', label: t.keys.next, run: () => step(1) },
    { keys: 'k', label: t.keys.previous, run: () => step(-1) },
  ]
  const walking: Binding[] = [
    ...(walksByArrows ? [] : letters),
    { keys: 'ArrowDown', label: t.keys.next, run: () => step(1), isQuiet: !walksByArrows },
    { keys: 'ArrowUp', label: t.keys.previous, run: () => step(-1), isQuiet: !walksByArrows },
    { keys: 'Enter', label: t.keys.open, run: withChosen(onOpen) },
  ]
  const ticking: Binding[] = [
    { keys: 'x', label: t.keys.tick, run: withChosen((id) => tick(id, false)) },
    { keys: 'X', label: t.keys.tickRange, run: withChosen((id) => tick(id, true)) },
    { keys: 'J', label: t.keys.stretch, run: () => stretch(1), isQuiet: true },
    { keys: 'K', label: t.keys.stretch, run: () => stretch(-1), isQuiet: true },
  ]
  const hasBack = canTick || onBack !== undefined
  useKeys([
    ...walking,
    ...(onPeek === undefined ? [] : [{ keys: 'Space', label: t.keys.peek, run: withChosen(onPeek) }]),
    ...(canTick ? ticking : []),
    ...(hasBack ? [{ keys: 'Escape', label: t.keys.back, run: back }] : []),
  ])
  return { tick, tickAll }
}
