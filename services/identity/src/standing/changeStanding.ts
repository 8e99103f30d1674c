/**
 * Freeze, quarantine, restrict, reinstate, revoke: one use case, five acts.
 *
 * INVARIANT (lock order): the agent's row, then its keys by id, then the
 * ledger's head, taken by the receipts and held to the commit. Decisions take
 * the head first and read standings after it: a freeze that committed cannot
 * be overtaken by a decision that commits later.
 */
import { appendReceipts, rawQuery, type NewReceipt, type Recorded } from '@muster/db'
import { isUuid, newId } from '@muster/kernel'
import { z } from 'zod'
import { agentById, holdAgent, type AgentRow } from '../agents/store.ts'
import { outOfScope, unknownAgent } from '../agents/errors.ts'
import { keyRevokedReceipt } from '../apiKeys/receipts.ts'
import { deactivateKeys, holdLiveKeysOf } from '../apiKeys/store.ts'
import { authorize } from '../caller.ts'
import { anyId, parseInput, reason } from '../input.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { illegalTransition } from './errors.ts'
import { setStatus } from './store.ts'
import { nextStatus, standingReceipt, whyNot, type StandingAct } from './standing.ts'

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
  const nowMs = room.clock.nowMs()
  const receiptId = newId(nowMs)

  return room.database.run(async (tx) => {
    const held = await holdAgent(tx, given.agentId)
    if (held === null) throw unknownAgent()
    if (!held.inReach) throw outOfScope()
    const to = nextStatus(held.status, act)
    if (to === null) throw illegalTransition(whyNot(held.status, act) ?? 'not possible now')

    // INVARIANT (lock order)
    const keys = act === 'revoke' ? await holdLiveKeysOf(tx, held.id) : []
    const notes = await sealNotes(
      room.ring,
      { tenantId: claims.tenant_id, subject: held.id, nowMs },
      { reason: given.reason },
    )
    await setStatus(tx, held.id, to)
    await deactivateKeys(tx, keys)
    const agent = await agentById(tx, held.id)
    if (agent === null) throw unknownAgent()

    const changed: NewReceipt = {
      id: receiptId,
      type: standingReceipt[act],
      subject: { type: 'agent', id: held.id },
      agentId: held.id,
      data: { from: held.status, keysRevoked: keys.length, to, version: agent.version, ...notes.commitments },
      sealed: notes.sealed,
    }
    const closed = keys.map((id) => keyRevokedReceipt({ id, agentId: held.id }, { data: { with: receiptId } }))
    const receipts = await appendReceipts(rawQuery(tx), [changed, ...closed])
    return { agent, receipt: receipts[0] as Recorded }
  })
}
