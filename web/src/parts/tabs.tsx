/**
 * Tabs of one thing; which is open comes from the address and goes back there.
 *
 * By hand, unlike the other parts: the first screen has tabs, and the library's
 * weigh a twentieth of what a first load may. Arrows, Home and End move and
 * open, one of them is in the Tab order, as the pattern for tabs has it.
 */
import { useId, useRef, type KeyboardEvent, type ReactNode } from 'react'

export interface Tab<Name extends string> {
  readonly name: Name
  readonly label: string
  /** A number beside the label: how much is behind it. */
  readonly count?: number
  /** Drawn only while open. */
  readonly content: () => ReactNode
}

interface Props<Name extends string> {
  label: string
  tabs: readonly Tab<Name>[]
  chosen: Name
  onChoose: (name: Name) => void
  /** Of the place below the tabs. */
  className?: string
}

export function Tabs<Name extends string>({ label, tabs, chosen, onChoose, className }: Props<Name>) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const at = Math.max(
    tabs.findIndex(({ name }) => name === chosen),
    0,
  )
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = tabs.length - 1
    const to = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[
      event.key
    ]
    const next = to === undefined ? undefined : tabs[to]
    if (to === undefined || next === undefined) return
    event.preventDefault()
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[to]?.focus()
    if (next.name !== chosen) onChoose(next.name)
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div
        ref={list}
        role="tablist"
        aria-label={label}
        onKeyDown={onKeyDown}
        className="flex shrink-0 gap-1 overflow-x-auto border-b border-line bg-surface px-6"
      >
        {tabs.map(({ name, label: words, count }, index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-tab-${name}`}
            aria-selected={index === at}
            aria-controls={`${id}-panel`}
            tabIndex={index === at ? 0 : -1}
            onClick={() => name !== chosen && onChoose(name)}
            className="flex h-9 items-center gap-1.5 border-b-2 border-transparent px-2.5 whitespace-nowrap text-muted -outline-offset-2 hover:text-ink aria-selected:border-accent aria-selected:font-medium aria-selected:text-ink"
          >
            {words}
            {count !== undefined && <span className="rounded-full bg-raised px-1.5 text-[12px]">{count}</span>}
          </button>
        ))}
      </div>
      <div
        role="tabpanel"
        id={`${id}-panel`}
        aria-labelledby={`${id}-tab-${tabs[at]?.name ?? ''}`}
        tabIndex={0}
        className={`min-h-0 flex-1 overflow-y-auto -outline-offset-2 ${className ?? ''}`}
      >
        {tabs[at]?.content()}
      </div>
    </div>
  )
}
