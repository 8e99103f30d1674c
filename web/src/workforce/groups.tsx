/** The numbers by department, team or owner: one table, three ways to cut it, each cell the list it counts. */
import type { ReactNode } from 'react'
import { Link } from '@tanstack/react-router'
import { Badge } from '../parts/badge.tsx'
import { Tabs } from '../parts/tabs.tsx'
import { t } from '../texts.ts'
import type { Counts, Summary } from './documents.ts'
import { agentsIn, highRiskIn, incidentsIn, pendingIn, type ListLink, type Place } from './lists.ts'

export const groupings = ['team', 'department', 'owner'] as const
export type Grouping = (typeof groupings)[number]

interface Row extends Counts {
  key: string
  /** Where it leads; null where the caller may not see whose row it is. */
  place: Place | null
  name: string | null
  depth?: number
}

interface Props {
  summary: Summary
  by: Grouping
  onBy: (by: Grouping) => void
}

export function Groups({ summary: { byTeam, byDepartment, byOwner }, by, onBy }: Props) {
  const rows: Record<Grouping, Row[]> = {
    team: byTeam.map(({ team, ...counts }, at) => ({
      ...counts,
      key: team?.id ?? String(at),
      place: team === null ? null : { unit: team.id },
      name: team?.name ?? null,
    })),
    department: byDepartment.map(({ department, ...counts }) => ({
      ...counts,
      key: department.id,
      place: { unit: department.id },
      name: department.name,
    })),
    owner: byOwner.map(({ owner, ...counts }, at) => ({
      ...counts,
      key: owner?.id ?? String(at),
      place: owner === null ? null : { owner: owner.email ?? owner.id },
      name: owner === null ? null : (owner.displayName ?? owner.email ?? owner.id),
    })),
  }
  return (
    <section
      aria-label={t.workforce.groups}
      className="flex min-w-0 flex-col overflow-hidden rounded-lg border border-line bg-surface"
    >
      <Tabs
        label={t.workforce.groups}
        chosen={by}
        onChoose={onBy}
        tabs={groupings.map((name) => ({
          name,
          label: t.workforce.by[name],
          count: rows[name].length,
          content: () => <GroupTable by={name} rows={rows[name]} />,
        }))}
      />
    </section>
  )
}

function GroupTable({ by, rows }: { by: Grouping; rows: readonly Row[] }) {
  if (rows.length === 0) return <p className="px-6 py-4 text-muted">{t.workforce.noGroup[by]}</p>
  const columns = [
    t.workforce.agents,
    t.workforce.highRisk,
    t.workforce.incidents,
    t.workforce.pendingShort,
    t.workforce.denials,
  ]
  return (
    <div
      className="max-h-110 overflow-auto print:max-h-none"
      tabIndex={0}
      role="region"
      aria-label={t.workforce.by[by]}
    >
      <table className="w-full text-left">
        <thead className="sticky top-0 bg-surface shadow-[0_1px_0_var(--color-line)]">
          <tr className="text-[12.5px] text-muted">
            <th scope="col" className="py-2 pr-3 pl-6 font-normal">
              {t.workforce.head[by]}
            </th>
            {columns.map((column) => (
              <th key={column} scope="col" className="px-3 py-2 text-right font-normal last:pr-6">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <GroupRow key={row.key} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

const cell = 'px-3 py-1.5 text-right tabular-nums last:pr-6'
const link = 'hover:text-accent hover:underline'

function GroupRow({
  row: { place, name, depth = 0, agents, highRisk, incidents, pendingApprovals, denials },
}: {
  row: Row
}) {
  const leads = (to: (place: Place) => ListLink, of: string, shown: ReactNode) =>
    place === null ? (
      shown
    ) : (
      <Link {...to(place)} className={link} aria-label={of}>
        {shown}
      </Link>
    )
  const words = (n: number, what: string): string => `${name ?? t.workforce.noTeam}: ${n} ${what}`
  return (
    <tr className="h-(--row) border-b border-line last:border-0">
      <th scope="row" className="py-1.5 pr-3 pl-6 text-left font-medium">
        <span aria-hidden>{'\u2003'.repeat(depth)}</span>
        {place === null || name === null ? (
          <span className="font-normal text-muted">{t.workforce.noTeam}</span>
        ) : (
          <Link {...agentsIn(place)} className={link}>
            {name}
          </Link>
        )}
      </th>
      <td className={cell}>{leads(agentsIn, words(agents, t.workforce.agents), agents)}</td>
      <td className={cell}>
        {highRisk === 0 ? (
          <span className="text-muted">{t.workforce.noneHigh}</span>
        ) : (
          leads(
            highRiskIn,
            words(highRisk, t.workforce.highRisk),
            <Badge tone="bad">{t.workforce.high(highRisk)}</Badge>,
          )
        )}
      </td>
      <td className={cell}>
        {place?.unit === undefined ? (
          <Counted value={incidents} />
        ) : (
          leads(incidentsIn, words(incidents, t.workforce.incidents), <Counted value={incidents} />)
        )}
      </td>
      <td className={cell}>
        {place?.unit === undefined ? (
          <Counted value={pendingApprovals} />
        ) : (
          leads(pendingIn, words(pendingApprovals, t.workforce.pending), <Counted value={pendingApprovals} />)
        )}
      </td>
      <td className={cell}>
        <Counted value={denials} />
      </td>
    </tr>
  )
}

/** A zero is there, and quiet. */
function Counted({ value }: { value: number }) {
  return <span className={value === 0 ? 'text-muted' : ''}>{value.toLocaleString('en')}</span>
}
