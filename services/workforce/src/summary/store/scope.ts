/**
 * What is summed up, and the SQL that says so: the summary's numbers are
 * counted over the published views under the caller's claims, so nobody is
 * shown a number about what they may not see.
 *
 * Of a unit counts what its lead would see: agents of its teams now, and what
 * happened in it (the stamp) or to those agents. So a CISO who looks at a unit
 * reads the numbers its lead reads.
 */
import type { TimeWindow } from '../timeWindow.ts'

/** A unit's subtree, or everything in scope; over which time. */
export interface SummaryScope extends TimeWindow {
  unitId: string | null
  asOf: Date
}

/** The window before: as long, ending where this one begins. */
export function windowBefore({ from, until }: TimeWindow): TimeWindow {
  return { from: new Date(Math.max(0, 2 * from.getTime() - until.getTime())), until: from }
}

/** Agents of the unit's subtree, or all in sight. `$1` is the unit. */
export const agentsInScope = `agents AS MATERIALIZED (
    SELECT a.id, a.team_id, a.owner_id, a.status, a.risk_tier, a.risk_tier IN ('HIGH', 'CRITICAL') AS high_risk, a.created_at
      FROM identity.published_agent a
     WHERE a.tenant_id = (SELECT muster.tenant())
       AND ($1::uuid IS NULL OR a.team_id IN (SELECT c.descendant_id FROM workforce.org_closure c
             WHERE c.tenant_id = (SELECT muster.tenant()) AND c.ancestor_id = $1::uuid)))`

/** What happened in the unit, or to an agent of it. `$1` is the unit, `x` the row. */
export const inScope = (x: string): string =>
  `($1::uuid IS NULL OR ${x}.unit_path && ARRAY[$1::uuid] OR ${x}.agent_id IN (SELECT id FROM agents))`

/** Approvals that wait for people now. */
export const pendingApprovals = `published_approval p
     WHERE p.tenant_id = (SELECT muster.tenant()) AND p.status = 'PENDING' AND p.expires_at > muster.now() AND ${inScope('p')}`

/** Incidents nobody has closed yet. */
export const openIncidents = `published_incident f
     WHERE f.tenant_id = (SELECT muster.tenant()) AND f.status = 'OPEN' AND ${inScope('f')}`
