/** Approvals: the queue by deadline on the left, the action under review on the right. */
import { useEffect, useRef } from 'react'
import { getRouteApi } from '@tanstack/react-router'
import { formatDistanceStrict } from 'date-fns/formatDistanceStrict'
import { useQuery } from 'urql'
import { approvalStatuses, type ApprovalStatus } from '../frame/vocabulary.ts'
import { asFailure } from '../graph/requestFailure.ts'
import { Status } from '../parts/badge.tsx'
import { AgentText } from '../parts/agentText.tsx'
import { CopyQuery } from '../parts/copyQuery.tsx'
import { LivePill } from '../live/live.tsx'
import { Page } from '../parts/page.tsx'
import { Choice } from '../parts/choice.tsx'
import { Empty, FailureNote, Loading } from '../parts/states.tsx'
import { absolute, useNow } from '../parts/time.tsx'
import { useRows } from '../parts/useRows.ts'
import { t } from '../texts.ts'
import { ApprovalReview } from './approvalReview.tsx'
import { queueQuery, type QueuedApproval } from './documents.ts'

const route = getRouteApi('/inside/approvals')

/** A queue longer than this is worked off from its front. */
const queueLength = 100

export function ApprovalsPage() {
  const { status = 'PENDING', id } = route.useSearch()
  const navigate = route.useNavigate()
  const variables = { first: queueLength, filter: { status } }
  const [{ data, error, fetching }, again] = useQuery({ query: queueQuery, variables })
  const nodes = data?.approvals.nodes ?? []
  const choose = (chosen: string): void =>
    void navigate({ search: (before) => ({ ...before, id: chosen }), replace: true })
  useRows({ ids: nodes.map((each) => each.id), chosen: id, onChoose: choose })
  return (
    <Page
      title={t.approvals.title}
      actions={
        <>
          <LivePill typename="Approval" onApply={() => again({ requestPolicy: 'network-only' })} />
          <CopyQuery query={queueQuery} variables={variables} />
          <Choice
            label={t.approvals.status}
            value={status}
            options={approvalStatuses.map((each) => ({ value: each, label: t.words(each) }))}
            onValue={(value) => void navigate({ search: { status: value as ApprovalStatus } })}
          />
        </>
      }
    >
      <div className="grid min-h-0 flex-1 grid-cols-[22rem_minmax(0,1fr)] max-lg:grid-cols-1 max-lg:overflow-y-auto">
        <section
          aria-label={t.approvals.queue}
          className="min-h-0 overflow-y-auto border-r border-line max-lg:overflow-visible"
        >
          {error !== undefined && data === undefined ? (
            <div className="p-4">
              <FailureNote failure={asFailure(error)} onRetry={() => again({ requestPolicy: 'network-only' })} />
            </div>
          ) : data === undefined && fetching ? (
            <Loading />
          ) : nodes.length === 0 ? (
            <Empty title={status === 'PENDING' ? t.approvals.empty : t.approvals.emptyOther}>
              {t.approvals.emptyHint}
            </Empty>
          ) : (
            <ul>
              {nodes.map((each) => (
                <QueueRow key={each.id} approval={each} chosen={each.id === id} onChoose={() => choose(each.id)} />
              ))}
            </ul>
          )}
        </section>
        <section className="min-h-0 overflow-y-auto" tabIndex={-1}>
          {id === undefined ? (
            <Empty title={t.approvals.pick} />
          ) : (
            <ApprovalReview key={id} id={id} onDecided={() => again({ requestPolicy: 'network-only' })} />
          )}
        </section>
      </div>
    </Page>
  )
}

interface RowProps {
  approval: QueuedApproval
  chosen: boolean
  onChoose: () => void
}

function QueueRow({ approval, chosen, onChoose }: RowProps) {
  const { agent, decision, expiresAt, status, approvals, required } = approval
  const now = useNow(10_000)
  const left = Date.parse(expiresAt) - now
  const place = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (chosen) place.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <li>
      <button
        ref={place}
        type="button"
        aria-current={chosen ? 'true' : undefined}
        onClick={onChoose}
        className="block w-full border-b border-line px-4 py-2.5 text-left hover:bg-raised aria-current:bg-raised aria-current:shadow-[inset_3px_0_0] aria-current:shadow-accent"
      >
        <span className="flex items-center justify-between gap-2">
          <span className="truncate font-medium">
            <AgentText text={agent?.displayName ?? t.none} />
          </span>
          {agent !== null && <Status code={agent.riskTier} />}
        </span>
        <span className="block truncate font-mono text-[13px]">
          <AgentText text={`${decision.tool} · ${decision.action}`} />
        </span>
        <span className="flex justify-between gap-2 text-[12.5px] text-muted">
          <span title={absolute(expiresAt)} className={status === 'PENDING' && left < 600_000 ? 'text-bad' : ''}>
            {status !== 'PENDING'
              ? t.words(status)
              : left > 0
                ? t.approvals.left(formatDistanceStrict(Date.parse(expiresAt), now))
                : t.approvals.overdue}
          </span>
          <span>{t.approvals.quorum(approvals, required)}</span>
        </span>
      </button>
    </li>
  )
}
