/**
 * One act on any number of agents, in the caller's transaction: what `freezeAgent`
 * does to one, and a bulk act to a hundred at a time.
 *
 * INVARIANT (lock order): the agents' rows by id, then their keys by id, then the
 * ledger's head, taken by the receipts and held to the commit. Decisions take
 * the head first and read standings after it: a freeze that committed cannot
 * be overtaken by a decision that commits later.
 */
import type { NewReceipt } from '@muster/db'
import { newId, type Refusal } from '@muster/kernel'
import { outOfScope, unknownAgent } from '../agents/errors.ts'
import { holdAgents, type AgentRow, type HeldAgent } from '../agents/store.ts'
import { keyRevokedReceipt } from '../apiKeys/receipts.ts'
import { deactivateKeys, holdLiveKeysOf } from '../apiKeys/store.ts'
import type { Tx } from '../database.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { illegalTransition } from './errors.ts'
import { nextStatus, standingReceipt, whyNot, type StandingAct } from './standing.ts'
import { setStatus } from './store.ts'

export interface Applied {
  /** Those the act was done to, as they are now, by id. */
  agents: AgentRow[]
  /** For the caller to append, last in this transaction: an agent's own, then its keys'. */
  receipts: NewReceipt[]
  refused: { agentId: string; refusal: Refusal }[]
}

/** Performs `act` on those of `agentIds` it is possible for, and says of the others why not. */
export async function applyAct(
  room: Room,
  tx: Tx,
  {
    tenantId,
    act,
    agentIds,
    reason,
  }: { tenantId: string; act: StandingAct; agentIds: readonly string[]; reason: string },
): Promise<Applied> {
  const nowMs = room.clock.nowMs()
  const held = new Map((await holdAgents(tx, agentIds)).map((agent) => [agent.id, agent]))
  const refused = agentIds.flatMap((agentId) => {
    const refusal = refusalOf(held.get(agentId), act)
    return refusal === null ? [] : [{ agentId, refusal }]
  })
  for (const { agentId } of refused) held.delete(agentId)
  const chosen = [...held.values()]
  if (chosen.length === 0) return { agents: [], receipts: [], refused }

  const ids = chosen.map(({ id }) => id)
  const keys = act === 'revoke' ? await holdLiveKeysOf(tx, ids) : []
  const notes = await Promise.all(
    chosen.map(({ id }) => sealNotes(room.ring, { tenantId, subject: id, nowMs }, { reason })),
  )
  const agents = new Map((await setStatus(tx, ids, nextStatus(chosen[0]!.status, act)!)).map((row) => [row.id, row]))
  await deactivateKeys(
    tx,
    keys.map(({ id }) => id),
  )
  const receipts = chosen.flatMap((before, index): NewReceipt[] => {
    const receiptId = newId(nowMs)
    const own = keys.filter(({ agentId }) => agentId === before.id)
    const after = agents.get(before.id)!
    return [
      {
        id: receiptId,
        type: standingReceipt[act],
        subject: { type: 'agent', id: before.id },
        agentId: before.id,
        data: {
          from: before.status,
          keysRevoked: own.length,
          to: after.status,
          version: after.version,
          ...notes[index]!.commitments,
        },
        sealed: notes[index]!.sealed,
      },
      ...own.map((key) => keyRevokedReceipt(key, { data: { with: receiptId } })),
    ]
  })
  return { agents: ids.map((id) => agents.get(id)!), receipts, refused }
}

/** Why `act` is not for this agent; null when it is. */
export function refusalOf(agent: Pick<HeldAgent, 'status' | 'inReach'> | undefined, act: StandingAct): Refusal | null {
  if (agent === undefined) return unknownAgent()
  if (!agent.inReach) return outOfScope()
  const because = whyNot(agent.status, act)
  return because === null ? null : illegalTransition(because)
}
