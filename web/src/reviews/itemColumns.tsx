/** The columns of the certify table: one row an agent × grant, an agent's rows beside one another. */
import { Link } from '@tanstack/react-router'
import { AgentText } from '../parts/agentText.tsx'
import { Badge, type Tone } from '../parts/badge.tsx'
import type { DataColumn } from '../parts/dataTableColumns.ts'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import type { ReviewItem, Verdict } from './documents.ts'
import { personWords } from './people.ts'

/** A row with what it needs to know of the list. */
export interface ItemRow extends ReviewItem {
  /** The first of its agent in the list. */
  readonly leads: boolean
  readonly isRecording: boolean
}

const verdictTones: Readonly<Record<Verdict, Tone>> = { RECERTIFIED: 'good', REVOKED: 'bad', MODIFIED: 'warn' }
const adviceTones: Readonly<Record<string, Tone>> = { KEEP: 'plain', REVOKE: 'bad', MODIFY: 'warn' }

export function columnsOf(viewerId: string | undefined): readonly DataColumn<ItemRow>[] {
  const { item } = t.reviews
  return [
    { id: 'agent', title: item.agent, width: 175, grows: 1, cell: (row) => <AgentName row={row} /> },
    { id: 'grant', title: item.grant, width: 265, grows: 2, cell: (row) => <Grant row={row} /> },
    { id: 'verdict', title: item.verdict, width: 115, cell: (row) => <VerdictCell row={row} /> },
    { id: 'advice', title: item.advice, width: 210, grows: 2, cell: (row) => <Advice row={row} /> },
    {
      id: 'lastUsed',
      title: item.lastUsed,
      width: 122,
      cell: ({ lastUsedAt }) =>
        lastUsedAt === null ? <span className="text-muted">{t.reviews.never}</span> : <Ago instant={lastUsedAt} />,
    },
    {
      id: 'usage',
      title: item.usage,
      width: 115,
      align: 'end',
      cell: ({ used, denied }) => (
        <span title={t.reviews.usageTitle}>
          {used} · <span className={denied > 0 ? 'font-medium text-bad' : ''}>{denied}</span>
        </span>
      ),
    },
    {
      id: 'peers',
      title: item.peers,
      width: 64,
      align: 'end',
      cell: ({ peers }) => <span title={t.reviews.peersTitle(peers)}>{peers}</span>,
    },
    {
      id: 'previous',
      title: item.previous,
      width: 80,
      cell: ({ previousVerdict }) =>
        previousVerdict === null ? (
          <span className="text-muted">{t.none}</span>
        ) : (
          t.reviews.verdictOf(previousVerdict, true)
        ),
    },
    {
      id: 'reviewer',
      title: item.reviewer,
      width: 110,
      grows: 1,
      cell: ({ reviewerId, reviewer }) => (
        <span className="truncate">{personWords(reviewerId, reviewer, viewerId)}</span>
      ),
    },
    { id: 'given', title: item.given, width: 130, isExtra: true, cell: ({ grantedAt }) => <Ago instant={grantedAt} /> },
    {
      id: 'expires',
      title: item.expires,
      width: 130,
      isExtra: true,
      cell: ({ expiresAt }) => (expiresAt === null ? t.none : <Ago instant={expiresAt} />),
    },
  ]
}

function AgentName({ row: { agent, agentId, agentSlug, leads } }: { row: ItemRow }) {
  const name = <AgentText text={agent?.displayName ?? agentSlug} />
  const look = leads ? 'truncate font-medium' : 'truncate text-muted'
  if (agent === null) return <span className={look}>{name}</span>
  return (
    <Link
      to="/agents/$agentId"
      params={{ agentId }}
      title={agentSlug}
      className={`${look} hover:text-accent hover:underline`}
    >
      {name}
    </Link>
  )
}

function Grant({ row: { tool, action, mutates } }: { row: ItemRow }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <code className="max-w-full shrink-0 truncate font-mono text-[13px]">
        {tool}
        {action === null ? '' : ` · ${action}`}
      </code>
      {action === null && <span className="truncate text-[12px] text-muted">{t.reviews.everyAction}</span>}
      {mutates && <Badge tone="warn">{t.reviews.changes}</Badge>}
    </span>
  )
}

function Advice({ row: { advice, adviceReason } }: { row: ItemRow }) {
  const reason = t.reviews.reason(adviceReason)
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Badge tone={adviceTones[advice] ?? 'plain'}>{t.reviews.advice(advice)}</Badge>
      <span className="truncate text-muted" title={reason}>
        {reason}
      </span>
    </span>
  )
}

function VerdictCell({ row }: { row: ItemRow }) {
  const { verdict, sealed, effect, decidedBy, isRecording, justification, modifiedAction } = row
  if (isRecording) return <span className="text-muted">{t.recording}</span>
  if (verdict === null) return <span className="text-muted">{t.reviews.undecided}</span>
  const note =
    effect === 'ALREADY_ENDED'
      ? t.reviews.alreadyEnded
      : decidedBy === null
        ? t.reviews.byPolicy
        : sealed
          ? null
          : t.reviews.draft
  return (
    <span className="flex min-w-0 items-center gap-1.5" title={justification ?? modifiedAction ?? undefined}>
      <Badge tone={verdictTones[verdict]}>{t.reviews.verdictOf(verdict, sealed)}</Badge>
      {note !== null && <span className="truncate text-[12px] text-muted">{note}</span>}
    </span>
  )
}
