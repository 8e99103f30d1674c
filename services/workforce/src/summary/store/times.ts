/** How long people took within a window: to decide approvals, and to contain an agent that was found out. */
import { query, type Tx } from '../../room.ts'
import { agentsInScope, inScope, type SummaryScope } from './scope.ts'

export interface ApprovalTimes {
  decided: number
  p50Seconds: number | null
  p95Seconds: number | null
  breached: number
}

export async function approvalTimes(tx: Tx, { unitId, from, until }: SummaryScope): Promise<ApprovalTimes> {
  const [row] = await query<ApprovalTimes>(
    tx,
    `WITH ${agentsInScope},
     approvals AS MATERIALIZED (
       SELECT p.status, p.expires_at, p.settled_at, extract(epoch FROM p.settled_at - p.created_at)::float8 AS waited
         FROM guard.published_approval p
        WHERE p.tenant_id = (SELECT muster.tenant()) AND p.expires_at >= $2::timestamptz AND ${inScope('p')})
     SELECT (count(*) FILTER (WHERE ${decided}))::int AS decided,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) FILTER (WHERE ${decided}) AS "p50Seconds",
            percentile_cont(0.95) WITHIN GROUP (ORDER BY waited) FILTER (WHERE ${decided}) AS "p95Seconds",
            (count(*) FILTER (WHERE status IN ('PENDING', 'EXPIRED') AND expires_at <= least($3::timestamptz, muster.now())))::int AS breached
       FROM approvals`,
    [unitId, from.toISOString(), until.toISOString()],
  )
  return row!
}

/** An approval cannot be decided after it expired, so those settled in the window expire after its start. */
const decided = `status IN ('APPROVED', 'REJECTED') AND settled_at BETWEEN $2::timestamptz AND $3::timestamptz`

/** The acts that contain an agent, as receipts name them; the index on receipts knows these. */
const containing = `('agent.frozen', 'agent.quarantined', 'agent.revoked')`

/**
 * Mean seconds from an incident to the containment of its agent, over agents in scope now: all receipts of those are
 * in sight of everybody who counts them. Null when nothing was contained.
 */
export async function meanSecondsToContain(tx: Tx, { unitId, from, until }: SummaryScope): Promise<number | null> {
  const [row] = await query<{ mean: number | null }>(
    tx,
    `WITH ${agentsInScope},
     contained AS MATERIALIZED (
       SELECT DISTINCT r.agent_id FROM ledger.published_receipt r
        WHERE r.tenant_id = (SELECT muster.tenant()) AND r.type IN ${containing}
          AND r.occurred_at BETWEEN $2::timestamptz AND $3::timestamptz)
     SELECT avg(extract(epoch FROM c.at - f.opened_at))::float8 AS mean
       FROM guard.published_incident f
       JOIN contained k ON k.agent_id = f.agent_id
      CROSS JOIN LATERAL (
        SELECT min(r.occurred_at) AS at FROM ledger.published_receipt r
         WHERE r.tenant_id = (SELECT muster.tenant()) AND r.agent_id = f.agent_id AND r.type IN ${containing}
           AND r.occurred_at >= f.opened_at) AS c
      WHERE f.tenant_id = (SELECT muster.tenant()) AND f.agent_id IN (SELECT id FROM agents)
        AND c.at BETWEEN $2::timestamptz AND $3::timestamptz AND (f.closed_at IS NULL OR f.closed_at >= c.at)`,
    [unitId, from.toISOString(), until.toISOString()],
  )
  return row!.mean
}
