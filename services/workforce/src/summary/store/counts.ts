/** How the workforce stands now: the six numbers, and the riskiest agents. */
import { query, type Tx } from '../../room.ts'
import { agentsInScope, openIncidents, pendingApprovals } from './scope.ts'

export interface StandingCounts {
  agents: number
  active: number
  highRisk: number
  frozen: number
  openIncidents: number
  pendingApprovals: number
}

export async function countStanding(tx: Tx, unitId: string | null): Promise<StandingCounts> {
  const [row] = await query<StandingCounts>(
    tx,
    `WITH ${agentsInScope}
     SELECT count(*)::int AS agents,
            (count(*) FILTER (WHERE status = 'ACTIVE'))::int AS active,
            (count(*) FILTER (WHERE high_risk))::int AS "highRisk",
            (count(*) FILTER (WHERE status = 'FROZEN'))::int AS frozen,
            (SELECT count(*) FROM guard.${openIncidents})::int AS "openIncidents",
            (SELECT count(*) FROM guard.${pendingApprovals})::int AS "pendingApprovals"
       FROM agents`,
    [unitId],
  )
  return row!
}

export interface RiskRow {
  agentId: string
  risk: number
  previous: number | null
}

/**
 * Agents by risk score, highest first, with the score each had at `since`; without evidence there is no score, and a
 * revoked agent runs no risk.
 */
export async function topRisks(tx: Tx, unitId: string | null, since: Date, first: number): Promise<RiskRow[]> {
  return query(
    tx,
    `WITH ${agentsInScope},
     top AS MATERIALIZED (
       SELECT s.agent_id, s.risk_score FROM scoring.published_standing s JOIN agents a ON a.id = s.agent_id
        WHERE s.tenant_id = (SELECT muster.tenant()) AND s.risk_score IS NOT NULL AND a.status <> 'REVOKED'
        ORDER BY s.risk_score DESC, s.agent_id LIMIT $3::int)
     SELECT t.agent_id AS "agentId", t.risk_score AS risk, b.risk_score AS previous
       FROM top t LEFT JOIN scoring.risk_at(ARRAY(SELECT agent_id FROM top), $2::timestamptz) b ON b.agent_id = t.agent_id
      ORDER BY t.risk_score DESC, t.agent_id`,
    [unitId, since.toISOString(), first],
  )
}
