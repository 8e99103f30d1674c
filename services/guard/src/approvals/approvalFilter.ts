/**
 * Which approvals a list is about, as one constant statement: a part of the
 * filter that was not given is NULL and matches everything.
 *
 * INVARIANT (the clock expires): what is past its deadline counts as expired
 * from that instant on, whether or not the timer has come by.
 */
import { isUuid, type RiskTier } from '@muster/kernel'
import type { ApprovalStatus } from './approvalRow.ts'

export interface ApprovalFilter {
  status?: ApprovalStatus | null
  statuses?: readonly ApprovalStatus[] | null
  agentId?: string | null
  orgUnit?: string | null
  text?: string | null
  tool?: string | null
  riskTier?: RiskTier | null
  mine?: boolean | null
  since?: Date | null
  until?: Date | null
}

// $1 statuses, $2 agent, $3 unit, $4 pattern, $5 tool, $6 risk tier, $7 since, $8 until, $9 the ids of `mine`.
// The unit itself must be visible: a path may name ancestors outside the caller's scope.
export const matching = `
      ($1::text[] IS NULL OR CASE WHEN a.status = 'PENDING' AND a.expires_at <= muster.now() THEN 'EXPIRED' ELSE a.status END = ANY ($1))
  AND ($2::uuid IS NULL OR a.agent_id = $2)
  AND ($3::uuid IS NULL OR (EXISTS (SELECT FROM workforce.published_unit v WHERE v.id = $3) AND (a.unit_path && ARRAY[$3]
        OR a.agent_id IN (SELECT g.id FROM identity.published_agent g JOIN workforce.published_unit u ON u.id = g.team_id WHERE $3 = ANY (u.path)))))
  AND ($4::text IS NULL
        OR a.decision_id IN (SELECT d.id FROM guard.decision d WHERE d.outcome = 'REVIEW' AND (d.tool ILIKE $4 OR d.action ILIKE $4))
        OR a.agent_id IN (SELECT g.id FROM identity.published_agent g WHERE g.slug ILIKE $4 OR g.display_name ILIKE $4))
  AND ($5::text IS NULL OR a.decision_id IN (SELECT d.id FROM guard.decision d WHERE d.outcome = 'REVIEW' AND d.tool = $5))
  AND ($6::text IS NULL OR a.agent_id IN (SELECT g.id FROM identity.published_agent g WHERE g.risk_tier = $6))
  AND ($7::timestamptz IS NULL OR a.created_at >= $7)
  AND ($8::timestamptz IS NULL OR a.created_at < $8)
  AND ($9::uuid[] IS NULL OR a.id = ANY ($9))`

/** The first eight values of `matching`; null when nothing can match. A garbled id is an unknown one. */
export function matchValues(filter: ApprovalFilter): unknown[] | null {
  const { status = null, statuses = null, agentId = null, orgUnit = null, tool = null } = filter
  const wanted = statuses === null ? (status === null ? null : [status]) : [...statuses]
  const both = wanted === null || status === null ? wanted : wanted.filter((each) => each === status)
  if ((agentId !== null && !isUuid(agentId)) || (orgUnit !== null && !isUuid(orgUnit))) return null
  const text = filter.text?.trim() ?? ''
  const pattern = text === '' ? null : containing(text)
  if (![pattern, tool].every((each) => each === null || isStorable(each))) return null
  return [both, agentId, orgUnit, pattern, tool, filter.riskTier ?? null, filter.since ?? null, filter.until ?? null]
}

/** An ILIKE pattern for "contains `text`", every wildcard of the text taken literally. */
function containing(text: string): string {
  return `%${text.normalize('NFC').replace(/[\\%_]/g, (character) => `\\${character}`)}%`
}

/** PostgreSQL stores neither NUL nor half a surrogate pair, so nothing there contains one. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}
