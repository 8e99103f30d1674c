/**
 * A dialog over the page: it keeps the focus inside, closes on Escape, hides
 * the rest from assistive technology, and gives the focus back where it was.
 */
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { Dialog as Base } from '@base-ui/react/dialog'
import { layer } from './layer.ts'
import { AgentText } from './agentText.tsx'

interface Props {
  title: string
  onClose: () => void
  children: ReactNode
  /** Ctrl-Enter or ⌘-Enter: the confirming act. */
  onConfirm?: () => void
  wide?: boolean
}

export const backdrop = 'fixed inset-0 bg-[rgb(6_9_14/0.55)]'
export const sheet =
  'fixed top-1/2 left-1/2 flex max-h-[calc(100dvh-3rem)] w-[calc(100vw-2rem)] -translate-1/2 flex-col rounded-lg border border-line bg-surface text-ink shadow-xl outline-none'

export function Dialog({ title, onClose, onConfirm, children, wide = false }: Props) {
  const opener = useOpener()
  return (
    <Base.Root open onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup
          {...layer}
          finalFocus={opener}
          onKeyDown={confirmOn(onConfirm)}
          className={`${sheet} ${wide ? 'max-w-2xl' : 'max-w-lg'}`}
        >
          <Base.Title className="px-6 pt-5 pb-3 text-lg font-semibold">
            <AgentText text={title} />
          </Base.Title>
          <div className="-mt-1 min-h-0 overflow-y-auto px-6 pt-1 pb-6">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

/** Where the focus was when the dialog was asked for; a field inside may take it before the dialog itself looks. */
export function useOpener(): () => HTMLElement | true {
  const [opener] = useState(() => document.activeElement)
  return () => (opener instanceof HTMLElement && opener.isConnected && opener !== document.body ? opener : true)
}

export function confirmOn(onConfirm: (() => void) | undefined): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    onConfirm?.()
  }
}
