/**
 * A dialog over the page: the browser's own `<dialog>`, which keeps the focus
 * inside, closes on Escape and hides the rest from assistive technology.
 */
import { useEffect, useId, useRef, type ReactNode } from 'react'

interface Props {
  title: string
  onClose: () => void
  children: ReactNode
  /** Ctrl-Enter or ⌘-Enter: the confirming act. */
  onConfirm?: () => void
  wide?: boolean
}

export function Dialog({ title, onClose, onConfirm, children, wide = false }: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
        event.preventDefault()
        onConfirm?.()
      }}
      className={`m-auto w-full rounded-lg border border-line bg-surface p-6 text-ink shadow-xl ${wide ? 'max-w-2xl' : 'max-w-lg'}`}
    >
      <h2 id={titleId} className="mb-3 text-lg font-semibold">
        {title}
      </h2>
      {children}
    </dialog>
  )
}
