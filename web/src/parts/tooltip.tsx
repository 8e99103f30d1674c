/** A few words over what one points at or focuses; never the only place where something is said. */
import type { ReactElement } from 'react'
import { Tooltip as Base } from '@base-ui/react/tooltip'

interface Props {
  /** Lines are kept. */
  words: string
  /** What is pointed at: one element that can hold the focus. */
  children: ReactElement
}

export function Tooltip({ words, children }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} className="z-30">
          <Base.Popup className="max-w-xs rounded-md bg-ink px-2.5 py-1.5 text-[12.5px] whitespace-pre-line text-canvas shadow-lg">
            {words}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
