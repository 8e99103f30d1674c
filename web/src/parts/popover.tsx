/** A small form or an explanation that opens at its button and leaves the page in sight. */
import { useState, type ReactNode } from 'react'
import { Popover as Base } from '@base-ui/react/popover'
import { buttonLooks, type ButtonLook } from './button.tsx'
import { floating, layer } from './layer.ts'

interface Props extends ButtonLook {
  /** Names the button and what opens. */
  label: string
  /** What the button shows; its name when absent. */
  button?: ReactNode
  children: (close: () => void) => ReactNode
  align?: 'start' | 'end'
  className?: string
  /** For one that was loaded because its button was pressed. */
  startsOpen?: boolean
}

export function Popover({ label, button, children, align = 'end', look, size, className, startsOpen = false }: Props) {
  const [open, setOpen] = useState(startsOpen)
  return (
    <Base.Root open={open} onOpenChange={setOpen}>
      <Base.Trigger
        aria-label={button === undefined ? undefined : label}
        className={buttonLooks({ look, size, className })}
      >
        {button ?? label}
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner align={align} sideOffset={4} className="z-20">
          <Base.Popup
            {...layer}
            aria-label={label}
            className={`${floating} max-h-(--available-height) overflow-y-auto p-4`}
          >
            {children(() => setOpen(false))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
