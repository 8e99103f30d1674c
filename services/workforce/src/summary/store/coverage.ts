/** Of how many active agents anything was heard within a window. */
import { query, type Tx } from '../../room.ts'
import { agentsThen } from './before.ts'
import { agentsInScope, type SummaryScope } from './scope.ts'

export interface Coverage {
  active: number
  withEvents: number
  withDecisions: number
  covered: number
}

/** @param activeAt Whether the agents that are active now are meant, or those that were at the window's end. */
export async function countCoverage(
  tx: Tx,
  { unitId, from, until }: SummaryScope,
  activeAt: 'now' | 'end' = 'now',
): Promise<Coverage> {
  const [row] = await query<Coverage>(
    tx,
    `WITH ${agentsInScope}, ${activeAt === 'end' ? agentsThen : 'agents_then AS (SELECT id, status FROM agents)'},
     watched AS MATERIALIZED (SELECT id FROM agents_then WHERE status = 'ACTIVE'),
     told AS MATERIALIZED (
       SELECT id FROM scoring.reported_between(ARRAY(SELECT id FROM watched), $3::timestamptz, $2::timestamptz) AS e (id)),
     acted AS MATERIALIZED (
       SELECT id FROM guard.decided_between(ARRAY(SELECT id FROM watched), $3::timestamptz, $2::timestamptz) AS d (id))
     SELECT (SELECT count(*) FROM watched)::int AS active, (SELECT count(*) FROM told)::int AS "withEvents",
            (SELECT count(*) FROM acted)::int AS "withDecisions",
            (SELECT count(*) FROM (SELECT id FROM told UNION SELECT id FROM acted) AS x)::int AS covered`,
    // The window's end is $2, where the agents of then are asked for.
    [unitId, until.toISOString(), from.toISOString()],
  )
  return row!
}
