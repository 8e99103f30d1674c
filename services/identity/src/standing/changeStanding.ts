/**
 * Freeze, quarantine, restrict, reinstate, revoke one agent: one use case, five
 * acts. What it takes and in which order is said in `applyAct.ts`.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { z } from 'zod'
import { unknownAgent } from '../agents/errors.ts'
import type { AgentRow } from '../agents/store.ts'
import { authorize } from '../caller.ts'
import { anyId, parseInput, reason } from '../input.ts'
import type { Room } from '../room.ts'
import { applyAct } from './applyAct.ts'
import type { StandingAct } from './standing.ts'

const changeStandingInput = z.object({ agentId: anyId, reason })

/** Performs `act` on an agent. Throws the refusals named in standing.graphql. */
export async function changeStanding(
  room: Room,
  act: StandingAct,
  input: { agentId: string; reason: string },
): Promise<{ agent: AgentRow; receipt: Recorded }> {
  const claims = authorize('agents:status')
  const given = parseInput(changeStandingInput, input)
  if (!isUuid(given.agentId)) throw unknownAgent()

  return room.database.run(async (tx) => {
    const { agents, receipts, refused } = await applyAct(room, tx, {
      tenantId: claims.tenant_id,
      act,
      agentIds: [given.agentId],
      reason: given.reason,
    })
    if (refused[0] !== undefined) throw refused[0].refusal
    const [receipt] = await appendReceipts(rawQuery(tx), receipts)
    return { agent: agents[0]!, receipt: receipt as Recorded }
  })
}
