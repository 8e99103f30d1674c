/**
 * The timer's part: agents nobody took over in time are frozen, through the
 * same use case as every freeze.
 */
import { appendReceipts, rawQuery } from '@muster/db'
import { authorize } from '../caller.ts'
import { query } from '../database.ts'
import type { Room } from '../room.ts'
import { applyAct } from '../standing/applyAct.ts'

const batchSize = 100
const reason = 'its owner left, there is no manager to answer for it, and nobody took it over in time'

/** Freezes what is due in the scope's tenant; how many agents that were. */
export async function freezeOrphans(room: Room): Promise<number> {
  const claims = authorize('agents:status')
  let frozen = 0
  for (;;) {
    const { due, done } = await room.database.run(async (tx) => {
      const rows = await query<{ agentId: string; orphaned: boolean }>(
        tx,
        `SELECT o.agent_id AS "agentId", p.status <> 'ACTIVE' AND a.status IN ('ACTIVE', 'RESTRICTED') AS orphaned
           FROM identity.orphaned_agent o
           JOIN identity.agent a ON a.tenant_id = o.tenant_id AND a.id = o.agent_id
           JOIN identity.person p ON p.tenant_id = a.tenant_id AND p.id = a.owner_id
          WHERE o.freeze_at <= muster.now() ORDER BY o.agent_id LIMIT $1::int`,
        [batchSize],
      )
      const agentIds = rows.filter(({ orphaned }) => orphaned).map(({ agentId }) => agentId)
      const { agents, receipts } = await applyAct(room, tx, {
        tenantId: claims.tenant_id,
        act: 'freeze',
        agentIds,
        reason,
      })
      await query(tx, 'DELETE FROM identity.orphaned_agent WHERE agent_id = ANY ($1::uuid[]) RETURNING agent_id', [
        rows.map(({ agentId }) => agentId),
      ])
      await appendReceipts(rawQuery(tx), receipts)
      return { due: rows.length, done: agents.length }
    })
    frozen += done
    if (due < batchSize) return frozen
  }
}
