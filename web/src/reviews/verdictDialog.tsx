/** A verdict that needs words, or says what is left of a grant: to revoke, to keep against advice, to narrow. */
import { useId, useState } from 'react'
import { useAct, type RefusedResult } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ReasonField } from '../parts/reasonField.tsx'
import { FailureNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { decideItem, type Changed, type ReviewItem, type Verdict } from './documents.ts'
import { grantWords } from './useVerdicts.ts'

type Decided = Changed<'ReviewItemDecided'>
const picked = (data: { changed: Decided | RefusedResult }): Decided | RefusedResult => data.changed

interface Props {
  item: ReviewItem
  verdict: Verdict
  onClose: () => void
  onDecided: (seq: string) => void
}

export function VerdictDialog({ item, verdict, onClose, onDecided }: Props) {
  const [justification, setJustification] = useState('')
  const [action, setAction] = useState('')
  const [day, setDay] = useState('')
  const [asked, setAsked] = useState(false)
  const [act, run] = useAct(decideItem, picked)
  const isNarrowing = verdict === 'MODIFIED'
  const words = justification.trim()
  const missesWords = !isNarrowing && words === ''
  const missesChange = isNarrowing && action.trim() === '' && day === ''
  const busy = act.state === 'recording'
  const confirm = async (): Promise<void> => {
    setAsked(true)
    if (missesWords || missesChange || busy) return
    const next = await run({
      input: {
        itemId: item.id,
        verdict,
        expectedVersion: item.version,
        justification: words === '' ? null : words,
        modification: isNarrowing
          ? {
              action: action.trim() === '' ? null : action.trim(),
              expiresAt: day === '' ? null : new Date(`${day}T23:59:59`).toISOString(),
            }
          : null,
      },
    })
    if (next.state === 'done') onDecided(next.result.receipt.seq)
  }
  return (
    <Dialog title={t.reviews.verdictTitles[verdict] ?? verdict} onClose={onClose} onConfirm={() => void confirm()}>
      <p className="font-mono text-[13px] break-all">{grantWords(item)}</p>
      <p className="mb-4 text-muted">
        {t.reviews.item.advice}: {t.reviews.advice(item.advice)}, {t.reviews.reason(item.adviceReason)}
      </p>
      {isNarrowing && (
        <Narrowing
          item={item}
          action={action}
          onAction={setAction}
          day={day}
          onDay={setDay}
          problem={asked && missesChange}
        />
      )}
      <ReasonField
        label={isNarrowing ? `${t.reviews.justification} (${t.reviews.optional})` : t.reviews.justification}
        value={justification}
        onValue={setJustification}
        isFirst={!isNarrowing || item.action !== null}
        problem={asked && missesWords ? t.reviews.justificationNeeded : null}
      />
      {act.state === 'refused' && (
        <div className="mt-3">
          <FailureNote failure={act.failure} />
        </div>
      )}
      <div className="mt-4 flex items-center gap-3">
        <Button look={verdict === 'REVOKED' ? 'danger' : 'primary'} busy={busy} onClick={() => void confirm()}>
          {t.reviews.confirmVerdicts[verdict] ?? verdict}
        </Button>
        <Button onClick={onClose}>{t.cancel}</Button>
        <span className="text-[12.5px] text-muted">{t.reviews.draftHint}</span>
      </div>
    </Dialog>
  )
}

interface NarrowingProps {
  item: ReviewItem
  action: string
  onAction: (action: string) => void
  day: string
  onDay: (day: string) => void
  problem: boolean
}

function Narrowing({ item, action, onAction, day, onDay, problem }: NarrowingProps) {
  const [actionId, dayId, noteId] = [useId(), useId(), useId()]
  const field = 'h-9 w-full rounded-md border border-line bg-canvas px-3 aria-disabled:opacity-60'
  const isOne = item.action !== null
  return (
    <div className="mb-4 grid grid-cols-2 gap-4">
      <span>
        <label htmlFor={actionId} className="mb-1 block font-medium">
          {t.reviews.onlyAction}
        </label>
        <input
          id={actionId}
          value={action}
          readOnly={isOne}
          aria-disabled={isOne || undefined}
          aria-describedby={isOne ? noteId : undefined}
          autoFocus={!isOne}
          maxLength={200}
          onChange={(event) => onAction(event.target.value)}
          className={field}
        />
        {isOne && (
          <span id={noteId} className="text-[12.5px] text-muted">
            {t.reviews.oneActionAlready}
          </span>
        )}
      </span>
      <span>
        <label htmlFor={dayId} className="mb-1 block font-medium">
          {t.reviews.until}
        </label>
        <input id={dayId} type="date" value={day} onChange={(event) => onDay(event.target.value)} className={field} />
      </span>
      {problem && (
        <span role="alert" className="col-span-2 text-bad">
          {t.reviews.nothingNarrowed}
        </span>
      )}
    </div>
  )
}
