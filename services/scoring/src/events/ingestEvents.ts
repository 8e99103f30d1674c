/**
 * Takes in a batch of events: check, find the agents, seal, then one
 * transaction for rows, totals, scores and the receipt.
 *
 * INVARIANT (together or not at all): no event is stored without its receipt,
 * and none is scored by a batch that was not committed.
 */
import { appendReceipts, type NewReceipt, type Recorded } from '@muster/db'
import { newId, type Claims } from '@muster/kernel'
import type { Room } from '../room.ts'
import { readProfile } from '../scores/profile.ts'
import { lockAgents, rescore } from '../scores/rescore.ts'
import { batchRoot } from './batchCommitment.ts'
import {
  checkEvent,
  isRejected,
  unknownAgent,
  type CheckedEvent,
  type EventInput,
  type RejectedEvent,
} from './checkEvent.ts'
import { batchMax, ingestRefused } from './errors.ts'
import { sealEvents } from './sealEvents.ts'
import { findAgents, findProfile, storeEvents, type KnownAgent, type SealedEvent } from './store.ts'

export interface Ingested {
  accepted: number
  duplicates: number
  rejected: RejectedEvent[]
  receipt: Recorded
}

/** Throws TOO_MANY and NO_EVENTS; what is wrong with single events is in the answer. */
export async function ingestEvents(room: Room, claims: Claims, inputs: readonly EventInput[]): Promise<Ingested> {
  if (inputs.length > batchMax) throw ingestRefused('TOO_MANY')
  if (inputs.length === 0) throw ingestRefused('NO_EVENTS')
  const nowMs = room.clock.nowMs()
  const checked = inputs.map((input) => checkEvent(input, { ownAgent: claims.agent }, nowMs))
  const wanted = [...new Set(checked.filter((one) => !isRejected(one)).map((one) => (one as CheckedEvent).agentId))]
  const { agents, profile } = await room.run(async (tx) => ({
    agents: wanted.length === 0 ? new Map<string, KnownAgent>() : await findAgents(tx, wanted),
    profile: readProfile(await findProfile(tx)),
  }))
  const { fresh, rejected, repeated } = sortOut(checked, agents)
  const sealed = await sealEvents(room, claims.tenant_id, fresh, agents)

  return room.run(async (tx) => {
    const receiptId = newId(nowMs)
    await lockAgents(tx, [...agents.keys()])
    const stored = sealed.length === 0 ? new Set<string>() : await storeEvents(tx, sealed, receiptId, nowMs)
    const accepted = sealed.filter(({ id }) => stored.has(id))
    const touched = new Set(accepted.map(({ agentId }) => agentId))
    const changes = await rescore(tx, {
      agents: [...agents.values()].filter(({ id }) => touched.has(id)),
      profile,
      receiptId,
      nowMs,
    })
    const duplicates = repeated + sealed.length - accepted.length
    const [receipt] = await appendReceipts(tx.query, [
      batchReceipt(receiptId, accepted, duplicates, rejected),
      ...changes,
    ])
    return { accepted: accepted.length, duplicates, rejected, receipt: receipt! }
  })
}

interface Sorted {
  fresh: CheckedEvent[]
  rejected: RejectedEvent[]
  /** Events that stand in the call more than once, beyond the first. */
  repeated: number
}

function sortOut(checked: readonly (CheckedEvent | RejectedEvent)[], agents: ReadonlyMap<string, KnownAgent>): Sorted {
  const sorted: Sorted = { fresh: [], rejected: [], repeated: 0 }
  const seen = new Set<string>()
  for (const one of checked) {
    if (isRejected(one)) sorted.rejected.push(one)
    else if (!agents.has(one.agentId)) sorted.rejected.push(unknownAgent(one.eventId))
    else if (seen.has(`${one.agentId} ${one.eventId}`)) sorted.repeated += 1
    else {
      seen.add(`${one.agentId} ${one.eventId}`)
      sorted.fresh.push(one)
    }
  }
  return sorted
}

function batchReceipt(
  id: string,
  accepted: readonly SealedEvent[],
  duplicates: number,
  rejected: readonly RejectedEvent[],
): NewReceipt {
  const about = [...new Set(accepted.map(({ agentId }) => agentId))]
  return {
    id,
    type: 'events.ingested',
    subject: { type: 'event_batch', id },
    agentId: about.length === 1 ? about[0]! : null,
    data: {
      accepted: accepted.length,
      agents: about.length,
      duplicates,
      rejected: countBy(rejected, ({ code }) => code),
      root: batchRoot(accepted.map((event) => ({ id: event.id, hash: event.leafHash }))),
      types: countBy(accepted, ({ type }) => type),
    },
  }
}

function countBy<Item>(items: readonly Item[], name: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const item of items) counts[name(item)] = (counts[name(item)] ?? 0) + 1
  return counts
}
