/** Closing a finding: the reason is mandatory, and one of four. */
import { useState } from 'react'
import { useAct } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Choice } from '../parts/choice.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { FailureNote, RecordedNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { changedFinding, closeFinding, closeReasons, type CloseReason, type Finding } from './documents.ts'

export function CloseDialog({ finding, onClose }: { finding: Finding; onClose: () => void }) {
  const [reason, setReason] = useState<CloseReason>('RESOLVED')
  const [act, run] = useAct(closeFinding, changedFinding)
  const send = (): void => {
    if (act.state !== 'recording' && act.state !== 'done') void run({ input: { findingId: finding.id, reason } })
  }
  return (
    <Dialog title={t.findings.closeTitle} onClose={onClose} onConfirm={send}>
      <p className="mb-4">{finding.summary}</p>
      {act.state === 'done' ? (
        <>
          <RecordedNote words={t.findings.closed} seq={act.result.receipt.seq} />
          <Button className="mt-4" onClick={onClose} autoFocus>
            {t.close}
          </Button>
        </>
      ) : (
        <>
          <Choice
            label={t.findings.closeReason}
            value={reason}
            options={closeReasons.map((value) => ({ value, label: t.words(value) }))}
            onValue={(value) => setReason(closeReasons.find((each) => each === value) ?? reason)}
          />
          {act.state === 'refused' && (
            <div className="mt-3">
              <FailureNote failure={act.failure} />
            </div>
          )}
          <div className="mt-4 flex gap-3">
            <Button look="primary" busy={act.state === 'recording'} onClick={send}>
              {t.findings.confirmClose}
            </Button>
            <Button onClick={onClose}>{t.cancel}</Button>
          </div>
        </>
      )}
    </Dialog>
  )
}
