/**
 * What is read when a campaign opens: the live grants in scope and what is
 * known of each, in sets. Everything under the opener's claims: what they do
 * not see is not in the list.
 */
import { query, type Tx } from '../room.ts'
import type { Certifier, Verdict } from './campaign.ts'
import { usageDays } from './limits.ts'

export interface ScopeGrant {
  id: string
  agentId: string
  agentSlug: string
  agentStatus: string
  ownerId: string
  teamId: string
  tool: string
  action: string | null
  mutates: boolean
  grantedBy: string
  grantedAt: Date
  expiresAt: Date | null
  /** Other agents of the team with the same grant. */
  peers: number
}

/** Live grants of the agents in a unit and below it, or of all in sight; one more than `limit` tells that there are more. */
export function liveGrants(tx: Tx, unitId: string | null, limit: number): Promise<ScopeGrant[]> {
  return query<ScopeGrant>(
    tx,
    `SELECT g.id, g.agent_id AS "agentId", a.slug AS "agentSlug", a.status AS "agentStatus", a.owner_id AS "ownerId", a.team_id AS "teamId",
            g.tool, g.action, coalesce(m.mutates OR m.state <> 'PINNED', true) AS mutates, g.granted_by AS "grantedBy",
            g.granted_at AS "grantedAt", g.expires_at AS "expiresAt",
            (count(*) OVER (PARTITION BY a.team_id, g.tool, g.action) - 1)::integer AS peers
       FROM workforce.agent_grant g
       JOIN identity.published_agent a ON a.tenant_id = g.tenant_id AND a.id = g.agent_id
       LEFT JOIN passport.published_manifest m ON m.tenant_id = g.tenant_id AND m.tool = g.tool
      WHERE g.tenant_id = (SELECT muster.tenant()) AND g.revoked_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > muster.now())
        AND ($1::uuid IS NULL OR a.team_id IN (SELECT c.descendant_id FROM workforce.org_closure c
              WHERE c.tenant_id = (SELECT muster.tenant()) AND c.ancestor_id = $1::uuid))
      LIMIT ${limit + 1}`,
    [unitId],
  )
}

/** Each team with its ancestors, nearest first. */
export async function unitPaths(tx: Tx, teams: readonly string[]): Promise<Map<string, string[]>> {
  const rows = await query<{ id: string; path: string[] }>(
    tx,
    `SELECT c.descendant_id AS id, array_agg(c.ancestor_id ORDER BY c.depth) AS path FROM workforce.org_closure c
      WHERE c.tenant_id = (SELECT muster.tenant()) AND c.descendant_id = ANY ($1::uuid[]) GROUP BY c.descendant_id`,
    [teams],
  )
  return new Map(rows.map(({ id, path }) => [id, path]))
}

/** Who leads and administers what, as far as the opener sees it, and which of these people and the owners are with the company. */
export async function certifiersAndActive(
  tx: Tx,
  owners: readonly string[],
): Promise<{ certifiers: Certifier[]; active: Set<string> }> {
  const certifiers = await query<Certifier>(
    tx,
    `SELECT r.person_id AS person, r.role, r.unit_id AS unit FROM identity.published_role r
      WHERE r.tenant_id = (SELECT muster.tenant()) AND r.role IN ('team-lead', 'org-admin', 'tenant-admin')
        AND (r.expires_at IS NULL OR r.expires_at > muster.now())`,
  )
  const people = [...new Set([...owners, ...certifiers.map(({ person }) => person)])]
  const active = await query<{ id: string }>(
    tx,
    `SELECT p.id FROM identity.published_person p
      WHERE p.tenant_id = (SELECT muster.tenant()) AND p.status = 'ACTIVE' AND p.id = ANY ($1::uuid[])`,
    [people],
  )
  return { certifiers, active: new Set(active.map(({ id }) => id)) }
}

export interface Usage {
  used: number
  denied: number
  lastUsedAt: Date | null
}

/** Uses and refusals of each grant since it was given, counted as far back as `usageDays`; the last use however old. */
export async function usageOf(tx: Tx, grants: readonly ScopeGrant[], now: Date): Promise<Map<string, Usage>> {
  const since = new Date(now.getTime() - usageDays * 86_400_000)
  const asked = [
    grants.map(({ agentId }) => agentId),
    grants.map(({ tool }) => tool),
    grants.map(({ action }) => action),
    grants.map(({ grantedAt }) => grantedAt.toISOString()),
  ]
  const counts = await query<{ ordinal: number; used: number; denied: number }>(
    tx,
    `SELECT w.o::integer AS ordinal, (count(*) FILTER (WHERE u.outcome = 'ALLOW'))::integer AS used,
            (count(*) FILTER (WHERE u.outcome = 'DENY'))::integer AS denied
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) WITH ORDINALITY AS w (agent, tool, action, given, o)
       JOIN guard.published_usage u ON u.agent_id = w.agent AND u.tool = w.tool
        AND (w.action IS NULL OR u.action = w.action) AND u.decided_at >= w.given
      WHERE u.tenant_id = (SELECT muster.tenant()) AND u.decided_at >= $5::timestamptz
      GROUP BY w.o`,
    [...asked, since.toISOString()],
  )
  const lasts = await query<{ ordinal: number; used_at: Date | null }>(
    tx,
    'SELECT ordinal, used_at FROM guard.last_allowed($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])',
    [...asked, grants.map(() => null)],
  )
  const counted = new Map(counts.map((row) => [row.ordinal, row]))
  const last = new Map(lasts.map((row) => [row.ordinal, row.used_at]))
  return new Map(
    grants.map(({ id }, index) => {
      const { used = 0, denied = 0 } = counted.get(index + 1) ?? {}
      return [id, { used, denied, lastUsedAt: last.get(index + 1) ?? null }]
    }),
  )
}

/** The verdict of the last review that sealed one about the same access of the same agent. */
export async function previousVerdicts(tx: Tx, grants: readonly ScopeGrant[]): Promise<Map<string, Verdict>> {
  const rows = await query<{ ordinal: number; verdict: Verdict }>(
    tx,
    `SELECT DISTINCT ON (w.o) w.o::integer AS ordinal, i.verdict
       FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY AS w (agent, tool, action, o)
       JOIN workforce.review_item i ON i.agent_id = w.agent AND i.tool = w.tool AND i.action IS NOT DISTINCT FROM w.action
      WHERE i.tenant_id = (SELECT muster.tenant()) AND i.sealed_at IS NOT NULL
      ORDER BY w.o, i.sealed_at DESC`,
    [grants.map(({ agentId }) => agentId), grants.map(({ tool }) => tool), grants.map(({ action }) => action)],
  )
  return new Map(rows.map(({ ordinal, verdict }) => [grants[ordinal - 1]!.id, verdict]))
}
