/**
 * One verdict on several actions that would run the same bytes: offered beside
 * the one under review, possible once each was opened and its hashes agreed.
 */
import { useState } from 'react'
import { Link } from '@tanstack/react-router'
import { useAct } from '../graph/useAct.ts'
import { AgentText } from '../parts/agentText.tsx'
import { Badge } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { ReasonField } from '../parts/reasonField.tsx'
import { ReceiptLink } from '../parts/receiptLink.tsx'
import { FailureNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import type { Verdict } from './decideDialog.tsx'
import { decideApprovals, type ApprovalsDecided } from './documents.ts'
import type { Alike } from './seen.ts'

export interface Pin {
  readonly approvalId: string
  readonly actionHash: string
}

interface Props {
  own: Pin
  /** Why the viewer may not decide on the one under review; null when they may. */
  blocked: string | null
  alike: readonly Alike[]
  onDecided: () => void
}

export function AlikePanel({ own, blocked, alike, onDecided }: Props) {
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const [done, setDone] = useState<ApprovalsDecided | null>(null)
  const unseen = alike.filter(({ seen }) => seen === null).length
  const why = blocked ?? (unseen > 0 ? t.approvals.bulkUnseen(unseen) : null)
  const pins = [own, ...alike.flatMap(({ approval, seen }) => pinOf(approval.id, seen?.actionHash))]
  if (alike.length === 0 && done === null) return null
  return (
    <section aria-label={t.approvals.alike(alike.length)} className="mt-6 rounded-lg border border-line bg-surface p-4">
      {alike.length > 0 && (
        <>
          <h3 className="font-semibold">{t.approvals.alike(alike.length)}</h3>
          <p className="text-muted">{t.approvals.alikeHint}</p>
          <ul className="my-3 flex flex-col gap-1">
            {alike.map(({ approval: { id, agent, decision }, seen }) => (
              <li key={id} className="flex flex-wrap items-center gap-2">
                <Badge tone={seen === null ? 'warn' : 'good'}>
                  {seen === null ? t.approvals.unopened : t.approvals.opened}
                </Badge>
                <AgentText text={agent?.displayName ?? t.none} />
                <span className="font-mono text-[13px] text-muted">
                  <AgentText text={decision.tool} />
                </span>
                <Link
                  from="/approvals"
                  to="/approvals"
                  search={(before) => ({ ...before, id })}
                  replace
                  className="text-accent hover:underline"
                >
                  {t.approvals.openIt}
                </Link>
              </li>
            ))}
          </ul>
          <div className="flex flex-wrap items-center gap-3">
            <Button why={why} onClick={() => setVerdict('APPROVE')}>
              {t.approvals.bulkApprove(alike.length + 1)}
            </Button>
            <Button why={why} onClick={() => setVerdict('REJECT')}>
              {t.approvals.bulkReject(alike.length + 1)}
            </Button>
            {why !== null && <span className="text-muted">{why}</span>}
          </div>
        </>
      )}
      {done !== null && <Results results={done.results} />}
      {verdict !== null && why === null && (
        <BulkDialog
          pins={pins}
          verdict={verdict}
          onClose={() => setVerdict(null)}
          onDecided={(result) => {
            setVerdict(null)
            setDone(result)
            onDecided()
          }}
        />
      )}
    </section>
  )
}

const pinOf = (approvalId: string, actionHash: string | undefined): Pin[] =>
  actionHash === undefined ? [] : [{ approvalId, actionHash }]

function Results({ results }: Pick<ApprovalsDecided, 'results'>) {
  const recorded = results.filter((each) => each.__typename === 'ApprovalDecided').length
  return (
    <div role="status" className="mt-3">
      <p className="font-medium">{t.approvals.bulkDone(recorded, results.length)}</p>
      <ul>
        {results.map((each, at) =>
          each.__typename === 'ApprovalDecided' ? (
            <li key={each.receipt.id}>
              {t.recordedAs} <ReceiptLink receipt={each.receipt} />
            </li>
          ) : (
            <li key={at} className="text-bad">
              {t.approvals.refused[each.code] ?? each.message}
            </li>
          ),
        )}
      </ul>
    </div>
  )
}

interface DialogProps {
  pins: readonly Pin[]
  verdict: Verdict
  onClose: () => void
  onDecided: (result: ApprovalsDecided) => void
}

const picked = (data: {
  decideApprovals: ApprovalsDecided | { __typename: 'Refused'; code: string; message: string }
}) => data.decideApprovals

function BulkDialog({ pins, verdict, onClose, onDecided }: DialogProps) {
  const [reason, setReason] = useState('')
  const [asked, setAsked] = useState(false)
  const [act, run] = useAct(decideApprovals, picked)
  const rejecting = verdict === 'REJECT'
  const missing = rejecting && reason.trim() === ''
  const busy = act.state === 'recording'
  const confirm = async (): Promise<void> => {
    setAsked(true)
    if (missing || busy) return
    const next = await run({ input: { approvals: [...pins], verdict, reason: reason.trim() || null } })
    if (next.state === 'done') onDecided(next.result)
  }
  return (
    <Dialog
      title={t.approvals.bulkTitle(pins.length, rejecting)}
      onClose={onClose}
      onConfirm={() => void confirm()}
      wide
    >
      <p className="text-muted">{t.approvals.bulkSent}</p>
      <ul className="mb-4 font-mono text-[13px] break-all">
        {pins.map(({ approvalId, actionHash }) => (
          <li key={approvalId}>{actionHash}</li>
        ))}
      </ul>
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
