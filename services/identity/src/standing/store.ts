/** The one statement that changes standings, and what a plan to do so looks at. */
import type { AgentStatus } from '@muster/kernel'
import { agentColumns, reach, type AgentRow, type HeldAgent } from '../agents/store.ts'
import { query, type Tx } from '../database.ts'

/** Sets the status of agents that are held (`holdAgents`). The clock is the database's, as for every decision. */
export async function setStatus(tx: Tx, agentIds: readonly string[], status: AgentStatus): Promise<AgentRow[]> {
  return query<AgentRow>(
    tx,
    `UPDATE identity.agent a SET status = $2, status_since = muster.now(), updated_at = muster.now(), version = version + 1
      WHERE a.id = ANY ($1::uuid[]) RETURNING ${agentColumns}`,
    [agentIds, status],
  )
}

export type StandingOf = Pick<HeldAgent, 'id' | 'status' | 'inReach'> & { liveKeys: number }

/** Standing, reach and live keys of the visible ones among `ids`, in the order of their slugs. */
export async function standingsOf(tx: Tx, ids: readonly string[]): Promise<StandingOf[]> {
  return query<StandingOf>(
    tx,
    `SELECT a.id, a.status, ${reach} AS "inReach", coalesce(k.live, 0)::int AS "liveKeys"
       FROM identity.agent a
       LEFT JOIN (SELECT agent_id, count(*) AS live FROM identity.api_key
                   WHERE agent_id IS NOT NULL AND is_active GROUP BY agent_id) k ON k.agent_id = a.id
      WHERE a.id = ANY ($1::uuid[]) ORDER BY a.slug`,
    [ids],
  )
}
