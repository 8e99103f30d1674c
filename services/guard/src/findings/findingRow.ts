/**
 * A finding as it is stored and as the graph shows it.
 *
 * Exposure is what the triage list is ordered by: how bad it is times how much
 * the agent may do. What concerns no agent concerns the whole tenant.
 */
import type { Recorded, Tx } from '@muster/db'
import { isUuid } from '@muster/kernel'
import type { CloseReason } from './input.ts'
import type { Severity } from './rules.ts'

export interface FindingRow {
  id: string
  agent_id: string | null
  finding_type: string
  severity: Severity
  status: 'OPEN' | 'ACKNOWLEDGED' | 'CLOSED'
  dedupe_key: string
  summary: string
  count: number
  evidence: Recorded[]
  first_seen: Date
  last_seen: Date
  assignee_id: string | null
  tags: string[]
  incident_id: string | null
  close_reason: CloseReason | null
  closed_at: Date | null
  exposure: number
}

const severityRank = `array_position(ARRAY['info', 'low', 'medium', 'high', 'critical'], f.severity)`
const tierRank = `coalesce(array_position(ARRAY['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'], a.risk_tier), 4)`
export const exposure = `(${severityRank} * ${tierRank})`

/** Columns of a finding `f` beside its agent `a`. */
export const findingColumns = `f.id, f.agent_id, f.finding_type, f.severity, f.status, f.dedupe_key, f.summary, f.count, f.evidence, f.first_seen,
  f.last_seen, f.assignee_id, f.tags, f.incident_id, f.close_reason, f.closed_at, ${exposure} AS exposure`
export const findingJoins = `guard.finding f LEFT JOIN identity.published_agent a ON a.tenant_id = f.tenant_id AND a.id = f.agent_id`

/** Findings in sight of the caller, by id. */
export async function findingsById(tx: Tx, ids: readonly string[]): Promise<Map<string, FindingRow>> {
  const rows = await tx.query<FindingRow>(
    `SELECT ${findingColumns} FROM ${findingJoins} WHERE f.tenant_id = (SELECT muster.tenant()) AND f.id = ANY ($1::uuid[])`,
    [ids.filter(isUuid)],
  )
  return new Map(rows.map((row) => [row.id, row]))
}
