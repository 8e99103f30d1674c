/**
 * Casting a verdict: never by one key. The dialog names the hash the verdict is
 * on, takes the reason, and shows either the ledger's number or the refusal.
 */
import { useState } from 'react'
import { useAct } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ReasonField } from '../parts/reasonField.tsx'
import { FailureNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { decideApproval, type ApprovalDecided } from './documents.ts'

export type Verdict = 'APPROVE' | 'REJECT'

interface Props {
  approvalId: string
  /** As this browser computed it. */
  actionHash: string
  verdict: Verdict
  onClose: () => void
  onDecided: (result: ApprovalDecided) => void
}

const picked = (data: { decideApproval: ApprovalDecided | { __typename: 'Refused'; code: string; message: string } }) =>
  data.decideApproval

export function DecideDialog({ approvalId, actionHash, verdict, onClose, onDecided }: Props) {
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const [act, run] = useAct(decideApproval, picked)
  const rejecting = verdict === 'REJECT'
  const missing = rejecting && reason.trim() === ''
  const busy = act.state === 'recording'
  const confirm = async (): Promise<void> => {
    setAsked(true)
    if (missing || busy) return
    const input = { approvalId, actionHash, verdict, reason: reason.trim() === '' ? null : reason.trim() }
    const next = await run({ input })
    if (next.state === 'done') onDecided(next.result)
  }
  return (
    <Dialog
      title={rejecting ? t.approvals.rejectTitle : t.approvals.approveTitle}
      onClose={onClose}
      onConfirm={() => void confirm()}
    >
      <p className="text-muted">{t.approvals.sent}</p>
      <p className="mb-4 font-mono text-[13px] break-all">{actionHash}</p>
      <ReasonField
        value={reason}
        onValue={setReason}
        label={rejecting ? t.approvals.reason : `${t.approvals.reason} (${t.approvals.reasonOptional})`}
        problem={asked && missing ? t.approvals.reasonNeeded : null}
      />
      {act.state === 'refused' && (
        <div className="mt-3">
          <FailureNote
            failure={{ ...act.failure, words: t.approvals.refused[act.failure.code] ?? act.failure.words }}
          />
        </div>
      )}
      <div className="mt-4 flex items-center gap-3">
        <Button look={rejecting ? 'danger' : 'primary'} busy={busy} onClick={() => void confirm()}>
          {rejecting ? t.approvals.confirmReject : t.approvals.confirmApprove}
        </Button>
        <Button onClick={onClose}>{t.cancel}</Button>
        <span className="text-[12.5px] text-muted">{t.approvals.confirmHint}</span>
      </div>
    </Dialog>
  )
}
