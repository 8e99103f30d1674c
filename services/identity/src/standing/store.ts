/** The one statement that changes an agent's standing. */
import type { AgentStatus } from '@muster/kernel'
import { query, type Tx } from '../database.ts'

/** Sets the status of an agent that is held (`holdAgent`). The clock is the database's, as for every decision. */
export async function setStatus(tx: Tx, agentId: string, status: AgentStatus): Promise<void> {
  await query(
    tx,
    `UPDATE identity.agent SET status = $2, status_since = muster.now(), updated_at = muster.now(), version = version + 1
      WHERE id = $1::uuid RETURNING id`,
    [agentId, status],
  )
}
