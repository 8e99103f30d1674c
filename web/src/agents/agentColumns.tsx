/** The columns of the directory. */
import { Link } from '@tanstack/react-router'
import { Status } from '../parts/badge.tsx'
import type { DataColumn } from '../parts/dataTableColumns.ts'
import { t } from '../texts.ts'
import type { ListedAgent } from './documents.ts'
import { StandingButton, type StandingAct } from './standing.tsx'
import { AgentText } from '../parts/agentText.tsx'

export function columnsOf(onAct: (agent: ListedAgent, act: StandingAct) => void): readonly DataColumn<ListedAgent>[] {
  const { columns } = t.agents
  return [
    { id: 'agent', title: columns.agent, width: 260, grows: 2, cell: (agent) => <AgentName agent={agent} /> },
    { id: 'status', title: columns.status, width: 120, cell: ({ status }) => <Status code={status} /> },
    { id: 'tier', title: columns.tier, width: 110, cell: ({ riskTier }) => <Status code={riskTier} /> },
    { id: 'risk', title: columns.risk, width: 100, cell: riskOf },
    { id: 'team', title: columns.team, width: 150, grows: 1, cell: ({ team }) => <Seen text={team?.name} /> },
    {
      id: 'owner',
      title: columns.owner,
      width: 170,
      grows: 1,
      cell: ({ owner }) => <Seen text={owner?.displayName ?? owner?.email} />,
    },
    {
      id: 'acts',
      title: columns.acts,
      width: 130,
      cell: (agent) => <StandingButton agent={agent} onOpen={(act) => onAct(agent, act)} />,
    },
  ]
}

function AgentName({ agent }: { agent: ListedAgent }) {
  return (
    <>
      <Link
        to="/agents/$agentId"
        params={{ agentId: agent.id }}
        className="truncate font-medium hover:text-accent hover:underline"
      >
        <AgentText text={agent.displayName} />
      </Link>
      <span className="ml-2 truncate font-mono text-[12px] text-muted">{agent.slug}</span>
    </>
  )
}

function riskOf({ score }: ListedAgent) {
  const risk = score?.risk.value ?? null
  return risk === null ? <span className="truncate text-muted">{t.agents.noEvidence}</span> : Math.round(risk)
}

function Seen({ text }: { text: string | null | undefined }) {
  return <span className={`truncate ${text ? '' : 'text-muted'}`}>{text ?? t.agents.hiddenTeam}</span>
}
