/**
 * How the workforce stood at an instant, counted back from now: an agent's
 * status and tier are those its receipts after that instant say it had before.
 *
 * INVARIANT (same people): it is the agents in scope now as they stood then;
 * who belongs to a unit is judged as of now in both numbers of a comparison.
 */
import { query, type Tx } from '../../room.ts'
import { agentsInScope, inScope } from './scope.ts'

export interface CountsThen {
  agents: number
  active: number
  highRisk: number
  frozen: number
  openIncidents: number
  pendingApprovals: number
}

/** Of the first receipt after the instant (`$2`) that changed it: what it was before. */
const before = (types: string, field: string): string => `
    SELECT DISTINCT ON (r.agent_id) r.agent_id, convert_from(r.body, 'UTF8')::jsonb #>> '${field}' AS was
      FROM ledger.published_receipt r
     WHERE r.tenant_id = (SELECT muster.tenant()) AND r.type IN ${types} AND r.occurred_at > $2::timestamptz
       AND convert_from(r.body, 'UTF8')::jsonb #> '${field}' IS NOT NULL
     ORDER BY r.agent_id, r.seq`

/** The agents in scope that existed at `$2`, with their standing then. After `agentsInScope`. */
export const agentsThen = `agents_then AS MATERIALIZED (
    SELECT a.id, coalesce(s.was, a.status) AS status, coalesce(t.was, a.risk_tier) IN ('HIGH', 'CRITICAL') AS high_risk
      FROM agents a
      LEFT JOIN (${before(`('agent.restricted', 'agent.frozen', 'agent.quarantined', 'agent.reinstated', 'agent.revoked')`, '{data,from}')}) AS s
        ON s.agent_id = a.id
      LEFT JOIN (${before(`('agent.changed')`, '{data,riskTier,from}')}) AS t ON t.agent_id = a.id
     WHERE a.created_at <= $2::timestamptz)`

export async function countThen(tx: Tx, unitId: string | null, at: Date): Promise<CountsThen> {
  const [row] = await query<CountsThen>(
    tx,
    `WITH ${agentsInScope}, ${agentsThen}
     SELECT count(*)::int AS agents,
            (count(*) FILTER (WHERE status = 'ACTIVE'))::int AS active,
            (count(*) FILTER (WHERE high_risk))::int AS "highRisk",
            (count(*) FILTER (WHERE status = 'FROZEN'))::int AS frozen,
            (SELECT count(*) FROM guard.published_incident f
              WHERE f.tenant_id = (SELECT muster.tenant()) AND f.opened_at <= $2::timestamptz
                AND (f.closed_at IS NULL OR f.closed_at > $2::timestamptz) AND ${inScope('f')})::int AS "openIncidents",
            (SELECT count(*) FROM guard.published_approval p
              WHERE p.tenant_id = (SELECT muster.tenant()) AND p.created_at <= $2::timestamptz AND p.expires_at > $2::timestamptz
                AND (p.settled_at IS NULL OR p.settled_at > $2::timestamptz) AND ${inScope('p')})::int AS "pendingApprovals"
       FROM agents_then`,
    [unitId, at.toISOString()],
  )
  return row!
}
