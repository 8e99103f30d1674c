/**
 * A timer's work: scores of agents under a tightened tier are computed anew
 * once a day, for evidence fades without anybody reporting. What relaxed is on
 * record like what tightened.
 */
import { appendReceipts } from '@muster/db'
import { findAgents, findProfile } from '../events/store.ts'
import type { Room } from '../room.ts'
import { readProfile } from './profile.ts'
import { lockAgents, rescore } from './rescore.ts'

/** So many a run: the rest is the next run's. */
const agentsARun = 200
const dayMs = 86_400_000

/** In the current request's tenant; answers how many agents changed tiers. */
export async function relaxTiers(room: Room): Promise<number> {
  const nowMs = room.clock.nowMs()
  return room.run(async (tx) => {
    const stale = await tx.query<{ id: string }>(
      `SELECT st.agent_id AS id FROM scoring.standing st
         JOIN scoring.snapshot s ON s.tenant_id = st.tenant_id AND s.id = st.snapshot_id
        WHERE st.tenant_id = (SELECT muster.tenant()) AND st.policy_tier <> 'standard' AND s.created_at < $1::timestamptz
        ORDER BY s.created_at LIMIT ${agentsARun}`,
      [new Date(Math.floor(nowMs / dayMs) * dayMs).toISOString()],
    )
    const ids = stale.map(({ id }) => id)
    if (ids.length === 0) return 0
    await lockAgents(tx, ids)
    const agents = [...(await findAgents(tx, ids)).values()]
    const profile = readProfile(await findProfile(tx))
    const changes = await rescore(tx, { agents, profile, receiptId: null, nowMs })
    await appendReceipts(tx.query, changes)
    return changes.length
  })
}
