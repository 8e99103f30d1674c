/**
 * Grants and what is known about their use.
 *
 * Whether a tool mutates comes from its pinned manifest; when a grant was last
 * used, from the guard's decisions. Both are read under the caller's claims.
 */
import type { SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import { query, type Room, type Tx } from '../room.ts'
import type { WantedGrant } from './grant.ts'
import { liveGrantsMax } from './limits.ts'

export interface GrantRow {
  id: string
  agentId: string
  tool: string
  action: string | null
  mutates: boolean
  grantedBy: string
  grantedAt: Date
  expiresAt: Date | null
  revokedAt: Date | null
  revokedBy: string | null
  version: number
}

/** A tool without a pinned manifest mutates, and so does one whose manifest is quarantined. */
const columns = `g.id, g.agent_id AS "agentId", g.tool, g.action, coalesce(m.mutates OR m.state <> 'PINNED', true) AS mutates,
  g.granted_by AS "grantedBy", g.granted_at AS "grantedAt", g.expires_at AS "expiresAt", g.revoked_at AS "revokedAt",
  g.revoked_by AS "revokedBy", g.version`
const manifest = 'LEFT JOIN passport.published_manifest m ON m.tenant_id = g.tenant_id AND m.tool = g.tool'

/** Grants of each agent, newest first; also ended ones when asked. At most a live grant's limit an agent. */
async function grantsOfAgents(tx: Tx, agentIds: readonly string[], includeEnded: boolean): Promise<GrantRow[]> {
  return query<GrantRow>(
    tx,
    `SELECT ${columns}
       FROM unnest($1::uuid[]) AS a (id)
      CROSS JOIN LATERAL (
        SELECT * FROM workforce.agent_grant l
         WHERE l.tenant_id = (SELECT muster.tenant()) AND l.agent_id = a.id
           AND ($2::boolean OR (l.revoked_at IS NULL AND (l.expires_at IS NULL OR l.expires_at > muster.now())))
         ORDER BY l.granted_at DESC, l.id DESC LIMIT ${liveGrantsMax}) AS g
       ${manifest}
      ORDER BY g.agent_id, g.granted_at DESC, g.id DESC`,
    [agentIds, includeEnded],
  )
}

export function grantsLoader(
  room: Room,
  context: SubgraphContext,
  includeEnded: boolean,
): DataLoader<string, GrantRow[]> {
  return context.loader(
    includeEnded ? 'grantsWithEnded' : 'grants',
    () =>
      new DataLoader<string, GrantRow[]>(async (agentIds) => {
        const rows = await room.run((tx) => grantsOfAgents(tx, agentIds, includeEnded))
        const byAgent = Map.groupBy(rows, ({ agentId }) => agentId)
        return agentIds.map((id) => byAgent.get(id) ?? [])
      }),
  )
}

/** When each grant was last used while it was live; null = never. One statement for all grants of a request. */
export function lastUseLoader(room: Room, context: SubgraphContext): DataLoader<GrantRow, Date | null> {
  return context.loader(
    'lastUse',
    () =>
      new DataLoader<GrantRow, Date | null>(async (grants) => {
        const rows = await room.run((tx) =>
          query<{ ordinal: number; used_at: Date | null }>(
            tx,
            'SELECT ordinal, used_at FROM guard.last_allowed($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[])',
            [
              grants.map(({ agentId }) => agentId),
              grants.map(({ tool }) => tool),
              grants.map(({ action }) => action),
              grants.map(({ grantedAt }) => grantedAt.toISOString()),
              grants.map(({ revokedAt }) => revokedAt?.toISOString() ?? null),
            ],
          ),
        )
        const used = new Map(rows.map((row) => [row.ordinal, row.used_at]))
        return grants.map((_, index) => used.get(index + 1) ?? null)
      }),
  )
}

export async function findGrant(tx: Tx, id: string): Promise<GrantRow | null> {
  const [row] = await query<GrantRow>(
    tx,
    `SELECT ${columns} FROM workforce.agent_grant g ${manifest} WHERE g.tenant_id = (SELECT muster.tenant()) AND g.id = $1::uuid`,
    [id],
  )
  return row ?? null
}

/** The status of an agent in sight; null for any other. */
export async function agentStatus(tx: Tx, agentId: string): Promise<string | null> {
  const [row] = await query<{ status: string }>(
    tx,
    'SELECT status FROM identity.published_agent WHERE tenant_id = (SELECT muster.tenant()) AND id = $1::uuid',
    [agentId],
  )
  return row?.status ?? null
}

export async function liveGrantCount(tx: Tx, agentId: string): Promise<number> {
  return tx.agentGrant.count({ where: { agentId, revokedAt: null } })
}

/** Closes an expired grant of the same access, which would stand in the way of a new one. Answers its id. */
export async function closeExpired(tx: Tx, wanted: WantedGrant): Promise<string | null> {
  const [row] = await query<{ id: string }>(
    tx,
    `UPDATE workforce.agent_grant SET revoked_at = muster.now(), revoked_by = muster.subject(), version = version + 1
      WHERE tenant_id = (SELECT muster.tenant()) AND agent_id = $1::uuid AND tool = $2 AND action IS NOT DISTINCT FROM $3::text
        AND revoked_at IS NULL AND expires_at <= muster.now()
      RETURNING id`,
    [wanted.agentId, wanted.tool, wanted.action],
  )
  return row?.id ?? null
}

/** False when the agent has this grant already. */
export async function insertGrant(tx: Tx, id: string, wanted: WantedGrant, grantedAt: Date): Promise<boolean> {
  const rows = await query(
    tx,
    `INSERT INTO workforce.agent_grant (tenant_id, id, agent_id, tool, action, granted_by, granted_at, expires_at)
     VALUES (muster.tenant(), $1::uuid, $2::uuid, $3, $4::text, muster.subject(), $5::timestamptz, $6::timestamptz)
     ON CONFLICT DO NOTHING RETURNING id`,
    [id, wanted.agentId, wanted.tool, wanted.action, grantedAt, wanted.expiresAt],
  )
  return rows.length > 0
}

/** False when there is no such live grant in sight. */
export async function closeGrant(tx: Tx, id: string): Promise<boolean> {
  const rows = await query(
    tx,
    `UPDATE workforce.agent_grant SET revoked_at = muster.now(), revoked_by = muster.subject(), version = version + 1
      WHERE tenant_id = (SELECT muster.tenant()) AND id = $1::uuid AND revoked_at IS NULL RETURNING id`,
    [id],
  )
  return rows.length > 0
}
