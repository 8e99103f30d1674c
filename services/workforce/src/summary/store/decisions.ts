/** What was decided within a window, by outcome and over time. */
import { query, type Tx } from '../../room.ts'
import { agentsInScope, inScope, type SummaryScope } from './scope.ts'

export interface Outcomes {
  allowed: number
  held: number
  denied: number
}
export interface DecisionCounts extends Outcomes {
  stepSeconds: number
  series: (Outcomes & { at: string })[]
}

const hourS = 3_600
const dayS = 24 * hourS
const weekS = 7 * dayS

/** Hours for a window of a few days, days for a year, weeks beyond: never more bars than a screen has pixels. */
export function stepOf(from: Date, until: Date): number {
  const days = (until.getTime() - from.getTime()) / 1_000 / dayS
  return days <= 3 ? hourS : days <= 400 ? dayS : weekS
}

/** A Monday: weeks begin where the window's grammar lets them begin. */
const origin = `'1970-01-05T00:00:00Z'::timestamptz`

export async function countDecisions(tx: Tx, { unitId, from, until }: SummaryScope): Promise<DecisionCounts> {
  const stepSeconds = stepOf(from, until)
  const rows = await query<Outcomes & { at: string }>(
    tx,
    `WITH ${agentsInScope},
     decided AS MATERIALIZED (
       SELECT date_bin(make_interval(secs => $4::int), d.decided_at, ${origin}) AS at, d.outcome, count(*)::int AS n
         FROM guard.published_usage d
        WHERE d.tenant_id = (SELECT muster.tenant()) AND d.decided_at BETWEEN $2::timestamptz AND $3::timestamptz AND ${inScope('d')}
        GROUP BY 1, 2)
     SELECT to_char(b.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
            coalesce(sum(d.n) FILTER (WHERE d.outcome = 'ALLOW'), 0)::int AS allowed,
            coalesce(sum(d.n) FILTER (WHERE d.outcome = 'REVIEW'), 0)::int AS held,
            coalesce(sum(d.n) FILTER (WHERE d.outcome = 'DENY'), 0)::int AS denied
       FROM generate_series(date_bin(make_interval(secs => $4::int), $2::timestamptz, ${origin}), $3::timestamptz,
                            make_interval(secs => $4::int)) AS b (at)
       LEFT JOIN decided d ON d.at = b.at
      GROUP BY b.at ORDER BY b.at`,
    [unitId, from.toISOString(), until.toISOString(), stepSeconds],
  )
  const sum = (outcome: keyof Outcomes): number => rows.reduce((all, row) => all + row[outcome], 0)
  return { stepSeconds, series: rows, allowed: sum('allowed'), held: sum('held'), denied: sum('denied') }
}
