/**
 * One action under review, in the order it should be read: in words, field by
 * field, byte by byte, hash against hash; the verdict last.
 */
import { useEffect, useMemo, useState } from 'react'
import { Link } from '@tanstack/react-router'
import { useQuery } from 'urql'
import { useKeys } from '../frame/keys.tsx'
import { asFailure } from '../graph/requestFailure.ts'
import { useLive } from '../live/live.tsx'
import { AgentText } from '../parts/agentText.tsx'
import { Badge, Status } from '../parts/badge.tsx'
import { Button } from '../parts/button.tsx'
import { hiddenCount } from '../parts/hiddenCharacters.ts'
import { Empty, FailureNote, Loading, RecordedNote } from '../parts/states.tsx'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { DecideDialog, type Verdict } from './decideDialog.tsx'
import { AlikePanel } from './alike.tsx'
import { ChangesView } from './changesView.tsx'
import { approvalQuery, type ApprovalDecided, type ApprovalDetail, type QueuedApproval } from './documents.ts'
import { Outcome } from './outcome.tsx'
import { Bytes, Pins } from './pinnedBytes.tsx'
import { checkPins } from './pins.ts'
import { Countdown } from './queueRow.tsx'
import { alikeOf, type Seen, type SeenApproval } from './seen.ts'

interface Props {
  id: string
  /** What else waits, for what could be decided together. */
  queue: readonly QueuedApproval[]
  seen: Seen
  /** Stable between renders. */
  onSeen: (id: string, what: SeenApproval) => void
  onDecided: () => void
}

export function ApprovalReview({ id, onDecided, ...rest }: Props) {
  const [{ data, error }, again] = useQuery({ query: approvalQuery, variables: { id } })
  // Somebody else's verdict on what is on the screen is shown at once: nothing moves under the cursor.
  useLive('Approval', (changed) => {
    if (changed === id || changed === null) again({ requestPolicy: 'network-only' })
  })
  if (data?.approval) {
    const reload = (): void => again({ requestPolicy: 'network-only' })
    return (
      <Review
        {...rest}
        approval={data.approval}
        onDecided={() => {
          reload()
          onDecided()
        }}
      />
    )
  }
  if (error !== undefined) {
    return (
      <div className="p-6">
        <FailureNote failure={asFailure(error)} onRetry={() => again({ requestPolicy: 'network-only' })} />
      </div>
    )
  }
  return data === undefined ? <Loading /> : <Empty title={t.approvals.hidden}>{t.failure.nowhereHint}</Empty>
}

interface ReviewProps extends Omit<Props, 'id'> {
  approval: ApprovalDetail
}

function Review({ approval, queue, seen, onSeen, onDecided }: ReviewProps) {
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const [decided, setDecided] = useState<ApprovalDecided | null>(null)
  const pins = useMemo(() => checkPins(approval), [approval])
  const { agent, decision, id, viewerCanDecide } = approval
  const agreed = pins.state === 'agree' ? pins : null
  useEffect(() => {
    if (agreed !== null)
      onSeen(id, { payloadHash: agreed.payloadHash, actionHash: agreed.actionHash, canDecide: viewerCanDecide })
  }, [id, agreed, viewerCanDecide, onSeen])
  const blocked =
    pins.state === 'unseen'
      ? t.approvals.noBytes
      : pins.state === 'disagree'
        ? t.approvals.disagree
        : approval.viewerCanDecide
          ? null
          : (approval.viewerCannotDecideBecause ?? t.approvals.refused['NOT_ELIGIBLE'] ?? '')
  const open = (wanted: Verdict): void => {
    if (blocked === null) setVerdict(wanted)
  }
  useKeys([
    { keys: 'a', label: t.approvals.approve, run: () => open('APPROVE'), why: blocked },
    { keys: 'r', label: t.approvals.reject, run: () => open('REJECT'), why: blocked },
  ])
  const hidden = hiddenCount(`${approval.canonicalPayload ?? ''}${approval.canonicalAction ?? ''}`)
  return (
    <article className="mx-auto max-w-4xl p-6">
      <div className="flex flex-wrap items-center gap-2">
        <Status code={approval.status} />
        <span className="text-muted">{t.approvals.quorum(approval.approvals, approval.required)}</span>
        <span className="text-muted">
          ·{' '}
          {approval.status === 'PENDING' ? (
            <Countdown expiresAt={approval.expiresAt} />
          ) : (
            <>
              {t.approvals.settled} <Ago instant={approval.settledAt ?? approval.expiresAt} />
            </>
          )}
        </span>
      </div>
      <h2 className="mt-2 text-xl font-semibold">
        <AgentText text={t.approvals.summary(agent?.displayName ?? t.none, decision.action, decision.tool)} />
      </h2>
      <p className="mt-3">
        <span className="text-muted">{t.approvals.held}: </span>
        {approval.reason} <code className="font-mono text-[13px] text-muted">{approval.reasonCode}</code>
      </p>
      <p>
        <span className="text-muted">{t.approvals.policy}: </span>
        <span className="font-mono text-[13px]">{decision.determining.join(', ')}</span>
      </p>
      <dl className="my-4 grid grid-cols-[repeat(auto-fit,minmax(11rem,1fr))] gap-x-6 gap-y-3 rounded-lg border border-line bg-surface p-4">
        <Fact name={t.approvals.agent}>
          {agent === null ? (
            t.none
          ) : (
            <Link to="/agents/$agentId" params={{ agentId: agent.id }} className="text-accent hover:underline">
              {agent.slug}
            </Link>
          )}
        </Fact>
        <Fact name={t.approvals.requester}>
          <AgentText text={requesterOf(approval)} />
        </Fact>
        <Fact name={t.approvals.owner}>{agent?.owner?.displayName ?? agent?.owner?.email ?? t.none}</Fact>
        <Fact name={t.approvals.team}>{agent?.team?.name ?? t.none}</Fact>
        <Fact name={t.agents.columns.tier}>{agent === null ? t.none : <Status code={agent.riskTier} />}</Fact>
        <Fact name={t.approvals.trust}>{t.words(decision.effectiveTrust)}</Fact>
        <Fact name={t.approvals.mutates}>{decision.mutates ? t.approvals.yes : t.approvals.no}</Fact>
      </dl>
      {hidden > 0 && (
        <p role="alert" className="mb-4 rounded-md border border-warn/40 bg-warn-soft px-3 py-2 font-medium text-warn">
          {t.approvals.hiddenCharacters(hidden)}
        </p>
      )}
      {pins.state !== 'unseen' && pins.payload !== null && (
        <ChangesView previous={approval.previousCanonicalPayload} payload={pins.payload} />
      )}
      <Bytes approval={approval} pins={pins} />
      <Pins approval={approval} pins={pins} />
      <Outcome approval={approval} />
      {agreed !== null && (
        <AlikePanel
          own={{ approvalId: id, actionHash: agreed.actionHash }}
          blocked={approval.status === 'PENDING' ? blocked : (approval.viewerCannotDecideBecause ?? '')}
          alike={approval.status === 'PENDING' ? alikeOf(id, agreed.payloadHash, queue, seen) : []}
          onDecided={onDecided}
        />
      )}
      <footer className="sticky bottom-0 -mx-6 mt-6 border-t border-line bg-canvas px-6 py-3">
        {decided !== null && (
          <div className="mb-3">
            <RecordedNote
              words={approval.status === 'REJECTED' ? t.approvals.rejected : t.approvals.approved}
              seq={decided.receipt.seq}
            />
          </div>
        )}
        {approval.status === 'PENDING' && (
          <div className="flex flex-wrap items-center gap-3">
            <Button look="primary" why={blocked} onClick={() => open('APPROVE')} aria-keyshortcuts="a">
              {t.approvals.approve}
            </Button>
            <Button look="danger" why={blocked} onClick={() => open('REJECT')} aria-keyshortcuts="r">
              {t.approvals.reject}
            </Button>
            {pins.state === 'agree' && <Badge tone="good">{t.approvals.agreeShort}</Badge>}
            {blocked !== null && <p className="min-w-0 flex-1 basis-60 text-muted">{blocked}</p>}
          </div>
        )}
      </footer>
      {verdict !== null && pins.state === 'agree' && (
        <DecideDialog
          approvalId={approval.id}
          actionHash={pins.actionHash}
          verdict={verdict}
          onClose={() => setVerdict(null)}
          onDecided={(result) => {
            setVerdict(null)
            setDecided(result)
            onDecided()
          }}
        />
      )}
    </article>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-[12.5px] text-muted">{name}</dt>
      <dd className="truncate">{children}</dd>
    </div>
  )
}

/** A person by name, the agent itself, or a key. */
function requesterOf({ requester, requesterId, agent }: ApprovalDetail): string {
  if (requesterId === agent?.id) return t.approvals.itself
  return requester?.displayName ?? requester?.email ?? t.approvals.aKey
}
