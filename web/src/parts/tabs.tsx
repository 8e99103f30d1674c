/** Tabs of one thing; which is open comes from the address and goes back there. */
import type { ReactNode } from 'react'
import { Tabs as Base } from '@base-ui/react/tabs'

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
  return (
    <Base.Root
      value={chosen}
      onValueChange={(name: Name) => name !== chosen && onChoose(name)}
      className="flex min-h-0 flex-1 flex-col"
    >
      <Base.List
        aria-label={label}
        activateOnFocus
        className="flex shrink-0 gap-1 overflow-x-auto border-b border-line bg-surface px-6"
      >
        {tabs.map(({ name, label: words, count }) => (
          <Base.Tab
            key={name}
            value={name}
            className="flex h-9 items-center gap-1.5 border-b-2 border-transparent px-2.5 whitespace-nowrap text-muted -outline-offset-2 hover:text-ink data-active:border-accent data-active:font-medium data-active:text-ink"
          >
            {words}
            {count !== undefined && <span className="rounded-full bg-raised px-1.5 text-[12px]">{count}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map(({ name, content }) => (
        <Base.Panel
          key={name}
          value={name}
          className={`min-h-0 flex-1 overflow-y-auto -outline-offset-2 ${className ?? ''}`}
        >
          {name === chosen && content()}
        </Base.Panel>
      ))}
    </Base.Root>
  )
}
