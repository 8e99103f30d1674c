/** The six numbers: each says of how many and as of when, how it changed, and leads to the rows it counts. */
import { Link } from '@tanstack/react-router'
import { absolute } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { Change } from './change.tsx'
import type { Before, Summary } from './documents.ts'
import { agentsIn, highRiskIn, incidentsIn, pendingIn, type ListLink } from './lists.ts'

const tile =
  'rounded-lg border border-line bg-surface px-4 py-3 hover:border-accent print:break-inside-avoid has-[a:focus-visible]:border-accent'

export function Tiles({ summary, unit }: { summary: Summary; unit: string | undefined }) {
  const { agents, active, highRisk, frozen, openIncidents, pendingApprovals, asOf } = summary
  const before: Partial<Before> = summary.previous ?? {}
  const ofAgents = t.workforce.ofAgents(agents)
  const teams = t.workforce.inTeams(summary.byTeam.length)
  return (
    <ul
      className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-6 print:grid-cols-3"
      aria-label={t.workforce.numbers}
    >
      <Tile
        name={t.workforce.agents}
        value={agents}
        of={teams}
        asOf={asOf}
        before={before.agents}
        link={agentsIn({ unit })}
      />
      <Tile
        name={t.workforce.active}
        value={active}
        of={ofAgents}
        asOf={asOf}
        before={before.active}
        link={agentsIn({ unit }, 'ACTIVE')}
      />
      <Tile
        name={t.workforce.highRisk}
        value={highRisk}
        of={ofAgents}
        tone="text-bad"
        asOf={asOf}
        before={before.highRisk}
        better="less"
        link={highRiskIn({ unit })}
      />
      <Tile
        name={t.workforce.frozen}
        value={frozen}
        of={ofAgents}
        tone="text-cold"
        asOf={asOf}
        before={before.frozen}
        link={agentsIn({ unit }, 'FROZEN')}
      />
      <Tile
        name={t.workforce.incidents}
        value={openIncidents}
        of={t.workforce.among(agents)}
        tone="text-bad"
        asOf={asOf}
        before={before.openIncidents}
        better="less"
        link={incidentsIn({ unit })}
      />
      <Tile
        name={t.workforce.pending}
        value={pendingApprovals}
        of={t.workforce.among(agents)}
        tone="text-warn"
        asOf={asOf}
        before={before.pendingApprovals}
        better="less"
        link={pendingIn({ unit })}
      />
    </ul>
  )
}

interface TileProps {
  name: string
  value: number
  of: string
  asOf: string
  tone?: string
  before?: number | null | undefined
  better?: 'more' | 'less'
  link?: ListLink
}

function Tile({ name, value, of, asOf, tone, before, better, link }: TileProps) {
  const number = (
    <>
      <span className="block text-muted">{name}</span>
      <span className={`text-2xl font-semibold tabular-nums ${value > 0 ? (tone ?? '') : ''}`}>
        {value.toLocaleString('en')}
      </span>
      <span className="ml-1.5 text-[12.5px] text-muted">{of}</span>
    </>
  )
  return (
    <li className={`relative ${tile}`}>
      {link === undefined ? (
        number
      ) : (
        // The whole tile is the link's; what else is on it lies above.
        <Link {...link} className="block after:absolute after:inset-0 after:rounded-lg">
          {number}
        </Link>
      )}
      <Change now={value} before={before} {...(better === undefined ? {} : { better })} />
      <time dateTime={asOf} title={absolute(asOf)} className="block text-[12px] text-muted">
        {t.workforce.asOfTime(asOf.slice(11, 16))}
      </time>
    </li>
  )
}
