/** Signing off: what the one act will do, in numbers, and then its root and the ledger's number. */
import { useAct, type RefusedResult } from '../graph/useAct.ts'
import { Button } from '../parts/button.tsx'
import { Dialog } from '../parts/dialog.tsx'
import { Hash } from '../parts/hash.tsx'
import { FailureNote, RecordedNote } from '../parts/states.tsx'
import { t } from '../texts.ts'
import { signOff, type Review, type SignedOff } from './documents.ts'

const picked = (data: { signed: SignedOff | RefusedResult }): SignedOff | RefusedResult => data.signed

export function SignOffDialog({ review, onClose }: { review: Review; onClose: () => void }) {
  const [act, run] = useAct(signOff, picked)
  const { progress, missedPolicy } = review
  const isDone = act.state === 'done'
  const busy = act.state === 'recording'
  const countOf = (verdict: string): number => progress.byVerdict.find((each) => each.verdict === verdict)?.count ?? 0
  const missing = progress.total - progress.decided
  const lines = [
    [t.reviews.counts.kept, countOf('RECERTIFIED')],
    [t.reviews.counts.against, progress.keptAgainstAdvice],
    [t.reviews.counts.revoked, countOf('REVOKED')],
    [t.reviews.counts.modified, countOf('MODIFIED')],
    ...(missing === 0
      ? []
      : [[missedPolicy === 'KEEP' ? t.reviews.counts.missedKEEP : t.reviews.counts.missedREVOKE, missing] as const]),
  ] as const
  const confirm = (): void => {
    if (!busy && !isDone) void run({ input: { reviewId: review.id } })
  }
  return (
    <Dialog title={t.reviews.signOffTitle} onClose={onClose} onConfirm={confirm}>
      {!isDone && <p className="mb-4 text-muted">{t.reviews.signOffLead}</p>}
      {!isDone && (
        <dl className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1">
          {lines.map(([label, number]) => (
            <div key={label} className="contents">
              <dt>{label}</dt>
              <dd className="text-right font-medium tabular-nums">{number}</dd>
            </div>
          ))}
        </dl>
      )}
      <dl className="mt-4 flex flex-col gap-2">
        <dt className="text-muted">{t.reviews.scopeHash}</dt>
        <dd>
          <Hash whole text={review.scopeHash} />
        </dd>
        {isDone && (
          <>
            <dt className="text-muted">{t.reviews.verdictRoot}</dt>
            <dd>
              <Hash whole text={act.result.review.verdictRoot} />
            </dd>
          </>
        )}
      </dl>
      <div className="mt-4">
        {act.state === 'refused' && <FailureNote failure={act.failure} />}
        {isDone && <RecordedNote words={t.reviews.signedOff} seq={act.result.receipt.seq} />}
      </div>
      <div className="mt-4 flex gap-3">
        {isDone ? (
          <Button autoFocus onClick={onClose}>
            {t.close}
          </Button>
        ) : (
          <>
            <Button autoFocus look="primary" busy={busy} onClick={confirm}>
              {t.reviews.signOffConfirm(progress.total)}
            </Button>
            <Button onClick={onClose}>{t.cancel}</Button>
          </>
        )}
      </div>
    </Dialog>
  )
}
