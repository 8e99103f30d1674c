/**
 * An incident as it is stored and as the graph shows it.
 *
 * Stored is only whether it is open; whether its agent is contained is read
 * from the agent's standing and its receipts, so that it cannot differ from
 * them. The acts that contain are those of the mean time to contain.
 */
import type { Tx } from '@muster/db'
import type { CloseReason } from '../findings/input.ts'
import type { Severity } from '../findings/rules.ts'

export interface IncidentRow {
  id: string
  number: number
  agent_id: string | null
  severity: Severity
  status: 'OPEN' | 'CONTAINED' | 'CLOSED'
  opened_at: Date
  contained_at: Date | null
  closed_at: Date | null
  close_reason: CloseReason | null
}

const contained = `a.status IN ('FROZEN', 'QUARANTINED', 'REVOKED')`
export const incidentStatus = `CASE WHEN i.status = 'OPEN' AND ${contained} THEN 'CONTAINED' ELSE i.status END`

/**
 * The first containing act while the incident was open. An agent that was contained before, and still is, was so from
 * the start: what it tries comes to nothing.
 */
const containedAt = `coalesce(
  (SELECT min(r.occurred_at) FROM ledger.published_receipt r
    WHERE r.tenant_id = (SELECT muster.tenant()) AND r.agent_id = i.agent_id AND r.type IN ('agent.frozen', 'agent.quarantined', 'agent.revoked')
      AND r.occurred_at >= i.opened_at AND r.occurred_at <= coalesce(i.closed_at, 'infinity')),
  CASE WHEN ${contained} AND a.status_since <= i.opened_at THEN i.opened_at END)`

export const incidentColumns = `i.id, i.number, i.agent_id, i.severity, ${incidentStatus} AS status, i.opened_at, ${containedAt} AS contained_at,
  i.closed_at, i.close_reason`
export const incidentJoins = `guard.incident i LEFT JOIN identity.published_agent a ON a.tenant_id = i.tenant_id AND a.id = i.agent_id`

/** Incidents in sight of the caller, by id. */
export async function incidentsById(tx: Tx, ids: readonly string[]): Promise<Map<string, IncidentRow>> {
  const rows = await tx.query<IncidentRow>(
    `SELECT ${incidentColumns} FROM ${incidentJoins} WHERE i.tenant_id = (SELECT muster.tenant()) AND i.id = ANY ($1::uuid[])`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row]))
}
