/**
 * A question that must be answered: it does not close by a press beside it,
 * names what will happen, and its confirming button says so in one word.
 */
import type { ReactNode } from 'react'
import { AlertDialog as Base } from '@base-ui/react/alert-dialog'
import { t } from '../texts.ts'
import { Button } from './button.tsx'
import { backdrop, confirmOn, sheet, useOpener } from './dialog.tsx'
import { layer } from './layer.ts'
import { AgentText } from './agentText.tsx'

interface Props {
  title: string
  /** The confirming button's word: what will be done. */
  confirm: string
  onConfirm: () => void
  onCancel: () => void
  /** While it is being recorded. */
  busy?: boolean
  /** Why it may not be confirmed now. */
  why?: string | null
  danger?: boolean
  children: ReactNode
}

export function AlertDialog({ title, confirm, onConfirm, onCancel, busy = false, why, danger, children }: Props) {
  const opener = useOpener()
  const act = (): void => {
    if (!busy && (why === null || why === undefined)) onConfirm()
  }
  return (
    <Base.Root open onOpenChange={(open) => !open && onCancel()}>
      <Base.Portal>
        <Base.Backdrop className={backdrop} />
        <Base.Popup {...layer} finalFocus={opener} onKeyDown={confirmOn(act)} className={`${sheet} max-w-lg`}>
          <Base.Title className="px-6 pt-5 pb-3 text-lg font-semibold">
            <AgentText text={title} />
          </Base.Title>
          <div className="min-h-0 overflow-y-auto px-6">{children}</div>
          <div className="flex gap-3 p-6 pt-4">
            <Button look={danger === true ? 'danger' : 'primary'} busy={busy} why={why} onClick={act}>
              {confirm}
            </Button>
            <Button onClick={onCancel}>{t.cancel}</Button>
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
