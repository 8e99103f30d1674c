/**
 * The summary's numbers, counted in SQL over the published views under the
 * caller's claims: nobody is shown a number about what they may not see.
 *
 * Of a unit counts what its lead would see: agents of its teams now, and what
 * happened in it (the stamp) or to those agents. So a CISO who looks at a unit
 * reads the numbers its lead reads.
 */
import { query, type Tx } from '../room.ts'
import type { TimeWindow } from './timeWindow.ts'

/** What is summed up: a unit's subtree, or everything in scope; over which time. */
export interface SummaryScope extends TimeWindow {
  unitId: string | null
  asOf: Date
}

export interface TeamCounts {
  teamId: string
  agents: number
  highRisk: number
  incidents: number
}

export interface SummaryCounts {
  agents: number
  active: number
  highRisk: number
  frozen: number
  openIncidents: number
  pendingApprovals: number
  byTeam: TeamCounts[]
}

/** Agents of the unit's subtree, or all in sight. `$1` is the unit. */
const agentsInScope = `agents AS MATERIALIZED (
    SELECT a.id, a.team_id, a.status, a.risk_tier IN ('HIGH', 'CRITICAL') AS high_risk FROM identity.published_agent a
     WHERE a.tenant_id = (SELECT muster.tenant())
       AND ($1::uuid IS NULL OR a.team_id IN (SELECT c.descendant_id FROM workforce.org_closure c
             WHERE c.tenant_id = (SELECT muster.tenant()) AND c.ancestor_id = $1::uuid)))`

/** What happened in the unit, or to an agent of it. `$1` is the unit, `x` the row. */
const inScope = (x: string): string =>
  `($1::uuid IS NULL OR ${x}.unit_path && ARRAY[$1::uuid] OR ${x}.agent_id IN (SELECT id FROM agents))`

export async function countSummary(tx: Tx, unitId: string | null): Promise<SummaryCounts> {
  const [row] = await query<SummaryCounts>(
    tx,
    `WITH ${agentsInScope},
     incidents AS MATERIALIZED (
       SELECT f.agent_id FROM guard.published_finding f
        WHERE f.tenant_id = (SELECT muster.tenant()) AND f.status <> 'CLOSED' AND ${inScope('f')}),
     teams AS (
       SELECT a.team_id, count(*)::int AS agents, count(*) FILTER (WHERE a.high_risk)::int AS high_risk,
              (SELECT count(*) FROM incidents i JOIN agents m ON m.id = i.agent_id WHERE m.team_id = a.team_id)::int AS incidents
         FROM agents a GROUP BY a.team_id)
     SELECT (SELECT count(*) FROM agents)::int AS agents,
            (SELECT count(*) FROM agents WHERE status = 'ACTIVE')::int AS active,
            (SELECT count(*) FROM agents WHERE high_risk)::int AS "highRisk",
            (SELECT count(*) FROM agents WHERE status = 'FROZEN')::int AS frozen,
            (SELECT count(*) FROM incidents)::int AS "openIncidents",
            (SELECT count(*) FROM guard.published_approval p
              WHERE p.tenant_id = (SELECT muster.tenant()) AND p.status = 'PENDING' AND p.expires_at > muster.now()
                AND ${inScope('p')})::int AS "pendingApprovals",
            coalesce((SELECT json_agg(json_build_object('teamId', t.team_id, 'agents', t.agents, 'highRisk', t.high_risk,
                               'incidents', t.incidents) ORDER BY t.agents DESC, t.team_id) FROM teams t), '[]') AS "byTeam"`,
    [unitId],
  )
  return row!
}

/** Agents by risk score, highest first; without evidence there is no score, and a revoked agent runs no risk. */
export async function topRisks(
  tx: Tx,
  unitId: string | null,
  first: number,
): Promise<{ agentId: string; risk: number }[]> {
  return query(
    tx,
    `WITH ${agentsInScope}
     SELECT s.agent_id AS "agentId", s.risk_score AS risk
       FROM scoring.published_standing s JOIN agents a ON a.id = s.agent_id
      WHERE s.tenant_id = (SELECT muster.tenant()) AND s.risk_score IS NOT NULL AND a.status <> 'REVOKED'
      ORDER BY s.risk_score DESC, s.agent_id LIMIT $2::int`,
    [unitId, first],
  )
}

export interface ApprovalTimes {
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
     SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) FILTER (WHERE ${decided}) AS "p50Seconds",
            percentile_cont(0.95) WITHIN GROUP (ORDER BY waited) FILTER (WHERE ${decided}) AS "p95Seconds",
            (count(*) FILTER (WHERE status IN ('PENDING', 'EXPIRED') AND expires_at <= least($3::timestamptz, muster.now())))::int AS breached
       FROM approvals`,
    [unitId, from.toISOString(), until.toISOString()],
  )
  return row!
}

/** An approval cannot be decided after it expired, so those settled in the window expire after its start. */
const decided = `status IN ('APPROVED', 'REJECTED') AND settled_at BETWEEN $2::timestamptz AND $3::timestamptz`

/** The acts that contain an agent, as receipts name them; the index on receipts knows these and `finding.closed`. */
const containing = `('agent.frozen', 'agent.quarantined', 'agent.revoked')`

/**
 * Mean seconds from a finding to the containment of its agent, over agents in scope now: all receipts of those are in
 * sight of everybody who counts them. Null when nothing was contained.
 */
export async function meanSecondsToContain(tx: Tx, { unitId, from, until }: SummaryScope): Promise<number | null> {
  const [row] = await query<{ mean: number | null }>(
    tx,
    `WITH ${agentsInScope},
     contained AS MATERIALIZED (
       SELECT DISTINCT r.agent_id FROM ledger.published_receipt r
        WHERE r.tenant_id = (SELECT muster.tenant()) AND r.type IN ${containing}
          AND r.occurred_at BETWEEN $2::timestamptz AND $3::timestamptz)
     SELECT avg(extract(epoch FROM c.at - f.first_seen))::float8 AS mean
       FROM guard.published_finding f
       JOIN contained k ON k.agent_id = f.agent_id
      CROSS JOIN LATERAL (
        SELECT min(r.occurred_at) AS at FROM ledger.published_receipt r
         WHERE r.tenant_id = (SELECT muster.tenant()) AND r.agent_id = f.agent_id AND r.type IN ${containing}
           AND r.occurred_at >= f.first_seen) AS c
      WHERE f.tenant_id = (SELECT muster.tenant()) AND f.agent_id IN (SELECT id FROM agents)
        AND c.at BETWEEN $2::timestamptz AND $3::timestamptz
        AND NOT EXISTS (SELECT FROM ledger.published_receipt x
              WHERE x.tenant_id = (SELECT muster.tenant()) AND x.agent_id = f.agent_id AND x.type = 'finding.closed'
                AND x.subject_id = f.id::text AND x.occurred_at < c.at)`,
    [unitId, from.toISOString(), until.toISOString()],
  )
  return row!.mean
}
