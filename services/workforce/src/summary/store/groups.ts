/**
 * The same numbers by department, team and owner.
 *
 * INVARIANT (a row is a summary): the row of a unit holds what the summary of
 * that unit alone would: its agents now, and what happened in it or to them.
 * What happened to an agent that moved since is in both of its teams' rows.
 */
import { query, type Tx } from '../../room.ts'
import { agentsInScope, inScope, openIncidents, pendingApprovals, type SummaryScope } from './scope.ts'

export interface GroupCounts {
  id: string
  agents: number
  highRisk: number
  incidents: number
  pendingApprovals: number
}
export interface UnitCounts extends GroupCounts {
  /** How many departments in sight stand above it. */
  depth: number
}
export interface OwnerCounts extends GroupCounts {
  /** Whether the caller may know who it is. */
  visible: boolean
}

export interface Groups {
  departments: UnitCounts[]
  teams: GroupCounts[]
  owners: OwnerCounts[]
}

/** Each thing once for every unit it happened in or its agent belongs to now. Of rows with `kind`, `agent_id`, `unit_path`, `n`. */
const placed = `placed AS MATERIALIZED (
    SELECT i.kind, u.unit, sum(i.n)::int AS n
      FROM things i
      LEFT JOIN agents a ON a.id = i.agent_id
     CROSS JOIN LATERAL (
       SELECT unnest(i.unit_path) AS unit
        UNION
       SELECT c.ancestor_id FROM workforce.org_closure c
        WHERE c.tenant_id = (SELECT muster.tenant()) AND c.descendant_id = a.team_id) AS u
     GROUP BY i.kind, u.unit),
   owned AS MATERIALIZED (
    SELECT i.kind, a.owner_id, sum(i.n)::int AS n FROM things i JOIN agents a ON a.id = i.agent_id GROUP BY i.kind, a.owner_id)`

const placedIn = (kind: string, unit: string): string =>
  `coalesce((SELECT n FROM placed x WHERE x.kind = '${kind}' AND x.unit = ${unit}), 0)`
const ownedBy = (kind: string, owner: string): string =>
  `coalesce((SELECT n FROM owned x WHERE x.kind = '${kind}' AND x.owner_id = ${owner}), 0)`

export async function countGroups(tx: Tx, { unitId }: SummaryScope): Promise<Groups> {
  const [row] = await query<Groups>(
    tx,
    `WITH ${agentsInScope},
     things AS MATERIALIZED (
       SELECT 'incident' AS kind, f.agent_id, f.unit_path, count(*)::int AS n FROM guard.${openIncidents} GROUP BY 2, 3
       UNION ALL
       SELECT 'approval', p.agent_id, p.unit_path, count(*)::int FROM guard.${pendingApprovals} GROUP BY 2, 3),
     ${placed},
     members AS MATERIALIZED (
       SELECT c.ancestor_id AS unit, c.depth = 0 AS own, a.high_risk
         FROM agents a JOIN workforce.org_closure c ON c.tenant_id = (SELECT muster.tenant()) AND c.descendant_id = a.team_id),
     units AS MATERIALIZED (
       SELECT m.unit AS id, count(*)::int AS agents, (count(*) FILTER (WHERE m.high_risk))::int AS "highRisk", bool_or(m.own) AS own,
              ${placedIn('incident', 'm.unit')} AS incidents, ${placedIn('approval', 'm.unit')} AS "pendingApprovals"
         FROM members m GROUP BY m.unit),
     departments AS MATERIALIZED (
       SELECT u.id, u.agents, u."highRisk", u.incidents, u."pendingApprovals", o.name, o.path
         FROM units u JOIN workforce.org_unit o ON o.tenant_id = (SELECT muster.tenant()) AND o.id = u.id
        WHERE o.kind = 'department' AND ($1::uuid IS NULL OR o.path && ARRAY[$1::uuid])),
     nested AS (
       SELECT d.id, d.agents, d."highRisk", d.incidents, d."pendingApprovals", p.depth, p.names
         FROM departments d CROSS JOIN LATERAL (
           SELECT (count(*) - 1)::int AS depth, array_agg(e.name || '/' || e.id ORDER BY cardinality(e.path)) AS names
             FROM departments e WHERE e.id = ANY (d.path)) AS p),
     owners AS (
       SELECT a.owner_id AS id, count(*)::int AS agents, (count(*) FILTER (WHERE a.high_risk))::int AS "highRisk",
              ${ownedBy('incident', 'a.owner_id')} AS incidents, ${ownedBy('approval', 'a.owner_id')} AS "pendingApprovals",
              EXISTS (SELECT FROM identity.published_person p WHERE p.tenant_id = (SELECT muster.tenant()) AND p.id = a.owner_id) AS visible
         FROM agents a GROUP BY a.owner_id)
     SELECT coalesce((SELECT json_agg(to_json(n) ORDER BY n.names) FROM nested n), '[]') AS departments,
            coalesce((SELECT json_agg(to_json(u) ORDER BY u.agents DESC, u.id) FROM units u WHERE u.own), '[]') AS teams,
            coalesce((SELECT json_agg(to_json(o) ORDER BY o.agents DESC, o.id) FROM owners o), '[]') AS owners`,
    [unitId],
  )
  return row!
}

export interface Denials {
  byUnit: Record<string, number>
  byOwner: Record<string, number>
}

/** How often agents were denied within the window, by unit and by owner. */
export async function countDenials(tx: Tx, { unitId, from, until }: SummaryScope): Promise<Denials> {
  const [row] = await query<Denials>(
    tx,
    `WITH ${agentsInScope},
     things AS MATERIALIZED (
       SELECT 'denial' AS kind, d.agent_id, d.unit_path, count(*)::int AS n FROM guard.published_usage d
        WHERE d.tenant_id = (SELECT muster.tenant()) AND d.decided_at BETWEEN $2::timestamptz AND $3::timestamptz
          AND d.outcome = 'DENY' AND ${inScope('d')}
        GROUP BY 2, 3),
     ${placed}
     SELECT coalesce((SELECT json_object_agg(unit, n) FROM placed), '{}') AS "byUnit",
            coalesce((SELECT json_object_agg(owner_id, n) FROM owned), '{}') AS "byOwner"`,
    [unitId, from.toISOString(), until.toISOString()],
  )
  return row!
}
