/** The columns of the directory. Those marked extra are shown when asked for. */
import { Link } from '@tanstack/react-router'
import { AgentText } from '../parts/agentText.tsx'
import { Status } from '../parts/badge.tsx'
import type { DataColumn } from '../parts/dataTableColumns.ts'
import { Ago } from '../parts/time.tsx'
import { t } from '../texts.ts'
import type { ListedAgent } from './directoryDocuments.ts'
import { RowActs, type RowAct } from './rowActs.tsx'

type Column = DataColumn<ListedAgent>

export function columnsOf(onAct: (agent: ListedAgent, act: RowAct) => void): readonly Column[] {
  const { columns } = t.directory
  const score = (id: 'risk' | 'identity' | 'reliability' | 'autonomy'): Column => ({
    id,
    title: columns[id],
    width: 85,
    align: 'end',
    isSortable: id === 'risk',
    isExtra: id !== 'risk',
    cell: ({ score: scores }) => <Score value={scores?.[id].value ?? null} />,
  })
  return [
    {
      id: 'agent',
      title: columns.agent,
      width: 290,
      grows: 2,
      isSortable: true,
      cell: (agent) => <AgentName agent={agent} />,
    },
    {
      id: 'slug',
      title: columns.slug,
      width: 200,
      grows: 1,
      isSortable: true,
      isExtra: true,
      cell: ({ slug }) => <span className="truncate font-mono text-[12px]">{slug}</span>,
    },
    {
      id: 'status',
      title: columns.status,
      width: 125,
      isSortable: true,
      cell: ({ status }) => <Status code={status} />,
    },
    {
      id: 'tier',
      title: columns.tier,
      width: 110,
      isSortable: true,
      cell: ({ riskTier }) => <Status code={riskTier} />,
    },
    score('risk'),
    score('identity'),
    score('reliability'),
    score('autonomy'),
    { id: 'team', title: columns.team, width: 170, grows: 1, cell: ({ team }) => <Seen text={team?.name} /> },
    {
      id: 'owner',
      title: columns.owner,
      width: 160,
      grows: 1,
      cell: ({ owner }) => <Seen text={owner?.displayName ?? owner?.email} />,
    },
    {
      id: 'env',
      title: columns.env,
      width: 120,
      isExtra: true,
      cell: ({ environment }) => <Text text={environment} />,
    },
    { id: 'model', title: columns.model, width: 150, isExtra: true, cell: ({ model }) => <Text text={model} /> },
    {
      id: 'seen',
      title: columns.seen,
      width: 130,
      isSortable: true,
      cell: ({ lastSeenAt }) =>
        lastSeenAt === null ? <span className="text-muted">{t.directory.never}</span> : <Ago instant={lastSeenAt} />,
    },
    {
      id: 'created',
      title: columns.created,
      width: 130,
      isSortable: true,
      isExtra: true,
      cell: ({ createdAt }) => <Ago instant={createdAt} />,
    },
    {
      id: 'acts',
      title: columns.acts,
      width: 145,
      cell: (agent) => <RowActs agent={agent} onAct={(act) => onAct(agent, act)} />,
    },
  ]
}

function AgentName({ agent }: { agent: ListedAgent }) {
  return (
    <>
      <Link
        to="/agents/$agentId"
        params={{ agentId: agent.id }}
        className="max-w-full shrink-0 truncate font-medium hover:text-accent hover:underline"
      >
        <AgentText text={agent.displayName} />
      </Link>
      <span className="ml-2 min-w-0 shrink-9 truncate font-mono text-[12px] text-muted">{agent.slug}</span>
    </>
  )
}

function Score({ value }: { value: number | null }) {
  return value === null ? <span className="truncate text-muted">{t.directory.noEvidence}</span> : Math.round(value)
}

function Seen({ text }: { text: string | null | undefined }) {
  return <span className={`truncate ${text ? '' : 'text-muted'}`}>{text ?? t.directory.hidden}</span>
}

function Text({ text }: { text: string }) {
  return (
    <span className="truncate">
      <AgentText text={text === '' ? t.none : text} />
    </span>
  )
}
