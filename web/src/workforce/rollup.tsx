/** A summary as a page: the six numbers, the teams, the riskiest agents, what happened over time, who changed. */
import { Link } from '@tanstack/react-router'
import { minute, Stamp } from '../parts/time.tsx'
import { t } from '../texts.ts'
import { DecisionsOverTime } from './decisionsOverTime.tsx'
import type { Summary } from './documents.ts'
import { Evidence } from './evidence.tsx'
import { Facts, Lifecycles } from './facts.tsx'
import { Groups, type Grouping } from './groups.tsx'
import { Tiles } from './tiles.tsx'
import { TopRisk } from './topRisk.tsx'

interface Props {
  summary: Summary
  unit: string | undefined
  by: Grouping
  onBy: (by: Grouping) => void
  shown: 'chart' | 'table'
  onShown: (shown: 'chart' | 'table') => void
  onWindow: (window: string) => void
  zoomOut: string | null
}

export function Rollup({ summary, unit, by, onBy, ...chart }: Props) {
  const { previous, byOwner } = summary
  return (
    <div className="mx-auto flex max-w-7xl flex-col gap-6">
      <Evidence summary={summary} />
      <div className="flex flex-col gap-2">
        <Tiles summary={summary} unit={unit} />
        {previous !== undefined && (
          <p className="text-[12.5px] text-muted">
            {t.workforce.comparedWith(minute(new Date(previous.from)), minute(new Date(previous.until)))}
          </p>
        )}
      </div>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,5fr)_minmax(0,3fr)] print:block print:space-y-4">
        <Groups summary={summary} by={by} onBy={onBy} />
        <TopRisk topRisk={summary.topRisk} />
      </div>
      <p className="-mt-3 flex flex-wrap gap-x-4 text-muted">
        {t.workforce.accountability(summary.agents, byOwner.length)}
        <span className="flex gap-x-4 print:hidden">
          <button type="button" className="text-accent hover:underline" onClick={() => onBy('owner')}>
            {t.workforce.toOwners}
          </button>
          <Link to="/records" className="text-accent hover:underline">
            {t.workforce.toLedger}
          </Link>
        </span>
      </p>
      <DecisionsOverTime summary={summary} {...chart} />
      <Facts summary={summary} />
      <Lifecycles summary={summary} />
      <p className="text-[12.5px] text-muted">
        {t.workforce.asOf} <Stamp instant={summary.asOf} /> UTC
      </p>
    </div>
  )
}
