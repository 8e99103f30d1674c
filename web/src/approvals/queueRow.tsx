/** One row of the queue: who, what, why it was held, and how long it still waits. */
import { useEffect, useRef } from 'react'
import { languageTag } from '../frame/language.ts'
import { AgentText } from '../parts/agentText.tsx'
import { Status } from '../parts/badge.tsx'
import { duration } from '../parts/duration.ts'
import { absolute, useNow } from '../parts/time.tsx'
import { t } from '../texts.ts'
import type { QueuedApproval } from './documents.ts'

/** From here on seconds count. */
const closeMs = 600_000

/** How long an action still waits, told every second once it is close. */
export function Countdown({ expiresAt }: { expiresAt: string }) {
  const isClose = Date.parse(expiresAt) - Date.now() < closeMs
  const now = useNow(isClose ? 1_000 : 10_000)
  const left = Date.parse(expiresAt) - now
  return (
    <time
      dateTime={expiresAt}
      title={absolute(expiresAt)}
      className={`shrink-0 whitespace-nowrap ${left < closeMs ? 'text-bad' : ''}`}
    >
      {left > 0 ? t.approvals.left(duration(left, languageTag())) : t.approvals.overdue}
    </time>
  )
}

interface RowProps {
  approval: QueuedApproval
  chosen: boolean
  onChoose: () => void
}

export function QueueRow({ approval, chosen, onChoose }: RowProps) {
  const { agent, decision, expiresAt, status, approvals, required, reason } = approval
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
        <span className="flex items-baseline justify-between gap-3">
          <span className="max-w-full shrink-0 truncate font-mono text-[13px]">
            <AgentText text={`${decision.tool} · ${decision.action}`} />
          </span>
          <span className="truncate text-[12.5px] text-muted">{agent?.team?.name}</span>
        </span>
        <span className="block truncate text-[12.5px] text-muted" title={reason}>
          {reason}
        </span>
        <span className="mt-0.5 flex items-baseline justify-between gap-3 text-[12.5px] text-muted">
          {status === 'PENDING' ? <Countdown expiresAt={expiresAt} /> : <span>{t.words(status)}</span>}
          <span className="whitespace-nowrap">{t.approvals.quorum(approvals, required)}</span>
        </span>
      </button>
    </li>
  )
}
