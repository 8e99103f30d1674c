/**
 * A menu behind a button. An entry that may not be chosen now stays, can be
 * reached by the arrows, and says why in its own line.
 */
import type { ReactNode } from 'react'
import { Menu as Base } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import { buttonLooks, type ButtonLook } from './button.tsx'
import { floating, layer, line } from './layer.ts'

export interface MenuEntry {
  readonly label: string
  readonly run: () => void
  /** Why it may not be chosen now. */
  readonly why?: string | null | undefined
  /** For entries that are switches: whether it is on. Such a menu stays open. */
  readonly checked?: boolean
  /** For switches that lead away: the menu closes all the same. */
  readonly closesOnChoice?: boolean
  readonly danger?: boolean
  /** The key that does the same. */
  readonly hint?: string
  readonly icon?: ReactNode
}

export interface MenuGroup {
  readonly title?: string
  readonly entries: readonly MenuEntry[]
}

interface Props extends ButtonLook {
  /** The button's name, for those who cannot see what it shows. */
  label: string
  /** What the button shows; its name when absent. */
  children?: ReactNode
  groups: readonly MenuGroup[]
  align?: 'start' | 'end'
  side?: 'top' | 'bottom'
  /** Open at once: for a menu that is loaded when it is asked for. */
  startsOpen?: boolean
  className?: string
}

export function Menu({
  label,
  children,
  groups,
  align = 'end',
  side = 'bottom',
  startsOpen = false,
  look,
  size,
  className,
}: Props) {
  const shown = groups.filter(({ entries }) => entries.length > 0)
  return (
    <Base.Root defaultOpen={startsOpen}>
      <Base.Trigger
        aria-label={children === undefined ? undefined : label}
        title={children === undefined ? undefined : label}
        className={buttonLooks({ look, size, className })}
      >
        {children ?? label}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner align={align} side={side} sideOffset={4} className="z-20 outline-none">
          <Base.Popup {...layer} className={`${floating} max-h-(--available-height) min-w-44 overflow-y-auto p-1`}>
            {shown.map(({ title, entries }, at) => (
              <Base.Group key={title ?? at} className={at > 0 ? 'mt-1 border-t border-line pt-1' : ''}>
                {title !== undefined && (
                  <Base.GroupLabel className="px-2.5 py-1 text-[12px] text-muted">{title}</Base.GroupLabel>
                )}
                {entries.map((entry) => (
                  <Entry key={entry.label} entry={entry} />
                ))}
              </Base.Group>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

function Entry({ entry }: { entry: MenuEntry }) {
  const { label, run, why, checked, closesOnChoice = false, danger = false, hint, icon } = entry
  const blocked = why !== null && why !== undefined
  const look = `${line} ${danger && !blocked ? 'text-bad' : ''}`
  const words = (
    <>
      {icon}
      <span className="min-w-0 flex-1">
        {label}
        {blocked && <span className="block text-[12px] text-muted">{why}</span>}
      </span>
      {hint !== undefined && <kbd className="font-mono text-[12px] text-muted">{hint}</kbd>}
    </>
  )
  if (checked === undefined) {
    return (
      <Base.Item disabled={blocked} onClick={run} className={look}>
        {words}
      </Base.Item>
    )
  }
  return (
    <Base.CheckboxItem
      disabled={blocked}
      checked={checked}
      onCheckedChange={run}
      closeOnClick={closesOnChoice}
      className={look}
    >
      <span className="grid size-4 shrink-0 place-items-center">{checked && <Check size={14} aria-hidden />}</span>
      {words}
    </Base.CheckboxItem>
  )
}
