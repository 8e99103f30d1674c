/** Closing findings or an incident: the reason is mandatory and one of four; a note may be sealed beside the receipt. */
import { useState } from 'react'
import { useAct, type Act } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Select } from '../parts/select.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FailureNote, RecordedNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { closeFindings, closeIncident, incidentChanged, manyChanged, type FindingsChanged } from './acts.ts'
import { closeReasons, type CloseReason } from './documents.ts'

interface FormProps {
  title: string
  effect?: string
  confirm: string
  act: Act<unknown>
  /** What is said once it is done, with the receipt's number. */
  done: { words: string; seq: string } | null
  onSend: (reason: CloseReason, note: string | null) => void
  onClose: (isDone: boolean) => void
}

function CloseForm({ title, effect, confirm, act, done, onSend, onClose }: FormProps) {
  const [reason, setReason] = useState<CloseReason>('RESOLVED')
  const [note, setNote] = useState('')
  const send = (): void => {
    if (act.state !== 'recording' && act.state !== 'done') onSend(reason, note.trim() || null)
  }
  return (
    <Dialog title={title} onClose={() => onClose(act.state === 'done')} onConfirm={send}>
      {act.state === 'done' ? (
        <>
          {done !== null && <RecordedNote {...done} />}
          <Button className="mt-4" onClick={() => onClose(true)} autoFocus>
            {t.close}
          </Button>
        </>
      ) : (
        <>
          {effect !== undefined && <p className="mb-4 text-muted">{effect}</p>}
          <Select
            label={t.findings.closeReason}
            value={reason}
            options={closeReasons.map((value) => ({ value, label: t.words(value) }))}
            onValue={(value) => setReason(closeReasons.find((each) => each === value) ?? reason)}
          />
          <label className="mt-4 block">
            <span className="mb-1 block text-muted">{t.findings.note}</span>
            <textarea
              value={note}
              rows={2}
              maxLength={2_000}
              onChange={(event) => setNote(event.target.value)}
              className="w-full rounded-md border border-line bg-canvas px-3 py-2"
            />
          </label>
          {act.state === 'refused' && (
            <div className="mt-3">
              <FailureNote failure={act.failure} />
            </div>
          )}
          <div className="mt-4 flex items-center gap-3">
            <Button look="primary" busy={act.state === 'recording'} onClick={send}>
              {confirm}
            </Button>
            <Button onClick={() => onClose(false)}>{t.cancel}</Button>
            <span className="text-[12.5px] text-muted">{t.approvals.confirmHint}</span>
          </div>
        </>
      )}
    </Dialog>
  )
}

export function CloseDialog({ ids, onClose }: { ids: readonly string[]; onClose: (isDone: boolean) => void }) {
  const [act, run] = useAct(closeFindings, manyChanged)
  return (
    <CloseForm
      title={t.findings.closeTitle(ids.length)}
      confirm={t.findings.confirmClose(ids.length)}
      act={act}
      done={act.state === 'done' ? closedWords(act.result) : null}
      onSend={(reason, note) => void run({ input: { findingIds: ids, reason, note } })}
      onClose={onClose}
    />
  )
}

function closedWords({ changed, refused }: FindingsChanged): { words: string; seq: string } | null {
  const seq = changed.at(-1)?.receipt.seq
  if (seq === undefined) return null
  const [first] = refused
  const words = changed.length === 1 ? t.findings.closed : t.findings.changed(changed.length)
  return {
    words: first === undefined ? words : `${words} ${t.findings.notChanged(refused.length, first.message)}.`,
    seq,
  }
}

interface IncidentProps {
  incident: { id: string; number: number }
  openFindings: number
  onClose: (isDone: boolean) => void
}

export function CloseIncidentDialog({ incident, openFindings, onClose }: IncidentProps) {
  const [act, run] = useAct(closeIncident, incidentChanged)
  return (
    <CloseForm
      title={t.findings.incidentTitle(incident.number)}
      effect={t.findings.incidentEffect(openFindings)}
      confirm={t.findings.confirmIncident}
      act={act}
      done={act.state === 'done' ? { words: t.findings.incidentClosed, seq: act.result.receipt.seq } : null}
      onSend={(reason, note) => void run({ input: { incidentId: incident.id, reason, note } })}
      onClose={onClose}
    />
  )
}
