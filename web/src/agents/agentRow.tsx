/** One agent of the directory. Rows are placed by the list, all of one height. */
import { Link } from '@tanstack/react-router'
import { Status } from '../parts/badge.tsx'
import { t } from '../texts.ts'
import type { ListedAgent } from './documents.ts'
import { StandingButton, type StandingAct } from './standing.tsx'

export const rowHeight = 40
export const rowGrid =
  'grid grid-cols-[minmax(14rem,2fr)_7.5rem_6.5rem_6rem_minmax(9rem,1fr)_minmax(10rem,1.2fr)_7rem] items-center gap-3 px-6'

interface Props {
  agent: ListedAgent
  index: number
  top: number
  chosen: boolean
  onAct: (act: StandingAct) => void
}

export function AgentRow({ agent, index, top, chosen, onAct }: Props) {
  const risk = agent.score?.risk.value ?? null
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      style={{ height: rowHeight, transform: `translateY(${top}px)` }}
      className={`${rowGrid} absolute inset-x-0 top-0 border-b border-line hover:bg-raised aria-selected:bg-raised aria-selected:shadow-[inset_3px_0_0] aria-selected:shadow-accent`}
    >
      <span role="cell" className="flex min-w-0 items-baseline gap-2">
        <Link
          to="/agents/$agentId"
          params={{ agentId: agent.id }}
          className="truncate font-medium hover:text-accent hover:underline"
        >
          {agent.displayName}
        </Link>
        <span className="truncate font-mono text-[12px] text-muted">{agent.slug}</span>
      </span>
      <span role="cell">
        <Status code={agent.status} />
      </span>
      <span role="cell">
        <Status code={agent.riskTier} />
      </span>
      <span role="cell" className={risk === null ? 'truncate text-[12.5px] text-muted' : 'tabular-nums'}>
        {risk === null ? t.agents.noEvidence : Math.round(risk)}
      </span>
      <span role="cell" className="truncate">
        {agent.team?.name ?? <span className="text-muted">{t.agents.hiddenTeam}</span>}
      </span>
      <span role="cell" className="truncate" title={agent.owner?.email ?? undefined}>
        {agent.owner?.displayName ?? agent.owner?.email ?? <span className="text-muted">{t.agents.hiddenTeam}</span>}
      </span>
      <span role="cell">
        <StandingButton agent={agent} onOpen={onAct} />
      </span>
    </div>
  )
}
