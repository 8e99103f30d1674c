/** A name for what is on the screen now: for oneself, or for everybody. */
import { useState } from 'react'
import { useAct } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Switch } from '../parts/checkbox.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FailureNote, RecordedNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { saveView, type SavedView } from './savedViews.ts'

interface Props {
  screen: string
  search: string
  /** One's own so far: the same name replaces. */
  names: readonly SavedView[]
  onClose: () => void
}

/** What the server takes. */
const nameMax = 80

export default function SaveViewDialog({ screen, search, names, onClose }: Props) {
  const [name, setName] = useState('')
  const [isShared, setIsShared] = useState(false)
  const [asked, setAsked] = useState(false)
  const [act, run] = useAct(saveView, ({ saved }) => saved)
  const given = name.trim()
  const isMissing = given === ''
  const replaced = names.some((view) => view.name === given)
  const send = (): void => {
    setAsked(true)
    if (isMissing || act.state === 'recording' || act.state === 'done') return
    void run({ input: { name: given, screen, search, isShared } })
  }
  if (act.state === 'done') {
    return (
      <Dialog title={t.views.saveTitle} onClose={onClose} onConfirm={onClose}>
        <RecordedNote words={t.views.saved(act.result.view.name)} seq={act.result.receipt.seq} />
        <Button className="mt-4" onClick={onClose} autoFocus>
          {t.close}
        </Button>
      </Dialog>
    )
  }
  return (
    <Dialog title={t.views.saveTitle} onClose={onClose} onConfirm={send}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <label>
          <span className="mb-1 block font-medium">{t.views.name}</span>
          <input
            value={name}
            maxLength={nameMax}
            autoFocus
            aria-invalid={asked && isMissing}
            onChange={(event) => setName(event.target.value)}
            className="h-9 w-full rounded-md border border-line bg-canvas px-3"
          />
          {asked && isMissing && (
            <span role="alert" className="mt-1 block text-bad">
              {t.views.nameNeeded}
            </span>
          )}
          {replaced && <span className="mt-1 block text-muted">{t.views.replaces}</span>}
        </label>
        <p>
          <span className="mb-1 block font-medium">{t.views.holds}</span>
          <code className="font-mono text-[13px] break-all text-muted">
            {search === '' ? t.views.noFilter : search}
          </code>
        </p>
        <Switch label={t.views.share} checked={isShared} onChecked={setIsShared} />
        <p className="text-[12.5px] text-muted">{t.views.shareHint}</p>
        {act.state === 'refused' && <FailureNote failure={act.failure} />}
        <div className="flex gap-3">
          <Button type="submit" look="primary" busy={act.state === 'recording'}>
            {t.views.confirmSave}
          </Button>
          <Button onClick={onClose}>{t.cancel}</Button>
        </div>
      </form>
    </Dialog>
  )
}
