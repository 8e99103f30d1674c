/** The numbers of a summary. Each says of how many, as of when, and leads to the rows it counts. */
import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { present } from '../frame/search.ts'
import { Badge, type Tone } from '../parts/badge.tsx'
import { Table } from '../parts/table.tsx'
import { Stamp } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { spanWords } from './spanWords.ts'
import type { Summary } from './documents.ts'
import { AgentText } from '../parts/agentText.tsx'

export function Rollup({ summary, unit }: { summary: Summary; unit: string | undefined }) {
  const { agents, active, highRisk, frozen, openIncidents, pendingApprovals, asOf } = summary
  const team = present({ team: unit })
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-6">
      <div className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6">
        <Link to="/agents" search={team} className={tile}>
          <Number name={t.workforce.agents} value={agents} />
        </Link>
        <Link to="/agents" search={{ ...team, status: 'ACTIVE' }} className={tile}>
          <Number name={t.workforce.active} value={active} of={agents} />
        </Link>
        <div className={tile}>
          <Number name={t.workforce.highRisk} value={highRisk} of={agents} tone="text-bad" />
          <span className="block text-[12.5px]">
            {(['HIGH', 'CRITICAL'] as const).map((tier) => (
              <Link key={tier} to="/agents" search={{ ...team, tier }} className="mr-3 text-accent hover:underline">
                {t.workforce.tiers[tier]}
              </Link>
            ))}
          </span>
        </div>
        <Link to="/agents" search={{ ...team, status: 'FROZEN' }} className={tile}>
          <Number name={t.workforce.frozen} value={frozen} of={agents} tone="text-cold" />
        </Link>
        <Link to="/findings" search={{}} className={tile}>
          <Number name={t.workforce.incidents} value={openIncidents} tone="text-bad" />
        </Link>
        <Link to="/approvals" search={{}} className={tile}>
          <Number name={t.workforce.pending} value={pendingApprovals} tone="text-warn" />
        </Link>
      </div>
      <div className="grid gap-6 lg:grid-cols-[3fr_2fr]">
        <Teams byTeam={summary.byTeam} />
        <TopRisk topRisk={summary.topRisk} />
      </div>
      <Times summary={summary} />
      <p className="text-[12.5px] text-muted">
        {t.workforce.asOf} <Stamp instant={asOf} /> UTC
      </p>
    </div>
  )
}

const tile = 'rounded-lg border border-line bg-surface px-4 py-3 hover:border-accent'

function Number({ name, value, of, tone }: { name: string; value: number; of?: number; tone?: string }) {
  return (
    <>
      <span className="block text-muted">{name}</span>
      <span className={`text-2xl font-semibold tabular-nums ${value > 0 ? (tone ?? '') : ''}`}>
        {value.toLocaleString('en')}
      </span>
      {of !== undefined && <span className="ml-1.5 text-[12.5px] text-muted">{t.workforce.of(of)}</span>}
    </>
  )
}

function Teams({ byTeam }: { byTeam: Summary['byTeam'] }) {
  return (
    <Table
      title={t.workforce.byTeam}
      columns={[t.workforce.team, t.workforce.agents, t.workforce.highRisk, t.workforce.incidents]}
      empty={t.workforce.noTeams}
      rows={byTeam.map(({ team, agents, highRisk, incidents }) => ({
        key: team?.id ?? '',
        cells: [
          team === null ? (
            <span className="text-muted">{t.workforce.noTeam}</span>
          ) : (
            <Link to="/agents" search={{ team: team.id }} className="font-medium hover:text-accent hover:underline">
              {team.name}
            </Link>
          ),
          <span className="tabular-nums">{agents}</span>,
          <Counted value={highRisk} tone="bad" />,
          <Counted value={incidents} tone="bad" />,
        ],
      }))}
    />
  )
}

/** A count that matters when it is not zero. */
function Counted({ value, tone }: { value: number; tone: Tone }): ReactNode {
  return value === 0 ? <span className="text-muted tabular-nums">0</span> : <Badge tone={tone}>{String(value)}</Badge>
}

function TopRisk({ topRisk }: { topRisk: Summary['topRisk'] }) {
  return (
    <section aria-label={t.workforce.topRisk}>
      <h2 className="mb-2 font-semibold">{t.workforce.topRisk}</h2>
      <ol className="rounded-lg border border-line bg-surface">
        {topRisk.length === 0 && <li className="px-4 py-3 text-muted">{t.workforce.noRisk}</li>}
        {topRisk.map(({ agent, risk }, at) => (
          <li key={agent?.id ?? at} className="flex items-center gap-3 border-b border-line px-4 py-2 last:border-0">
            <span className="min-w-0 flex-1 truncate">
              {agent === null ? (
                t.none
              ) : (
                <Link
                  to="/agents/$agentId"
                  params={{ agentId: agent.id }}
                  className="hover:text-accent hover:underline"
                >
                  <AgentText text={agent.displayName} />
                </Link>
              )}
            </span>
            <meter min={0} max={100} value={risk} aria-label={t.agents.columns.risk} className="h-2 w-24" />
            <span className="w-8 text-right tabular-nums">{Math.round(risk)}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

function Times({ summary: { approvalSla, mttcSeconds } }: { summary: Summary }) {
  const span = (seconds: number | null): string => (seconds === null ? t.workforce.noTimes : spanWords(seconds))
  const facts = [
    [t.workforce.p50, span(approvalSla.p50Seconds)],
    [t.workforce.p95, span(approvalSla.p95Seconds)],
    [t.workforce.breached, String(approvalSla.breached)],
    [t.workforce.mttc, span(mttcSeconds)],
  ]
  return (
    <section aria-label={t.workforce.sla}>
      <h2 className="mb-2 font-semibold">{t.workforce.sla}</h2>
      <dl className="grid grid-cols-2 gap-3 rounded-lg border border-line bg-surface p-4 md:grid-cols-4">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-[12.5px] text-muted">{name}</dt>
            <dd className="font-medium">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
