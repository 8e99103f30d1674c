/**
 * Makes checked events ready to be stored: verifies signatures, seals payloads
 * and hashes leaves. No database but for data keys that are not at hand.
 *
 * A thousand signatures take longer than anybody should wait, so the loop steps
 * aside for other requests now and then.
 */
import { setImmediate as otherRequests } from 'node:timers/promises'
import type { JsonValue } from '@muster/canonical-json'
import { newId } from '@muster/kernel'
import { monthOf, newSalt, sealJson, sealJsonSync } from '@muster/keys'
import type { Room } from '../room.ts'
import { eventLeafHash } from './batchCommitment.ts'
import type { CheckedEvent } from './checkEvent.ts'
import { signatureIsValid, type VerifyingKey } from './signature.ts'
import type { KnownAgent, SealedEvent } from './store.ts'

/** About a millisecond of signatures or sealing. */
const eventsATurn = 20
/** Data keys fetched at once: fewer than the pool has connections. */
const keysAtOnce = 4

/** @param agents every agent the events are about. */
export async function sealEvents(
  room: Room,
  tenant: string,
  events: readonly CheckedEvent[],
  agents: ReadonlyMap<string, KnownAgent>,
): Promise<SealedEvent[]> {
  const nowMs = room.clock.nowMs()
  const scopeOf = (subject: string) => ({ tenant, class: 'event', month: monthOf(nowMs), subject })
  const subjects = [...new Set(events.map(({ agentId }) => agentId))]
  for (let at = 0; at < subjects.length; at += keysAtOnce)
    await Promise.all(subjects.slice(at, at + keysAtOnce).map((subject) => room.ring.getOrCreate(scopeOf(subject))))

  const ready: SealedEvent[] = []
  for (const [n, event] of events.entries()) {
    if (n % eventsATurn === eventsATurn - 1) await otherRequests()
    const agent = agents.get(event.agentId)!
    const id = newId(nowMs)
    const salt = newSalt().toString('hex')
    const signatureValid = await validity(event, agent.verifyingKey)
    const value: JsonValue = { payload: event.payload, salt }
    const scope = scopeOf(event.agentId)
    const sealed =
      sealJsonSync(room.ring, scope, value, aadOf(id)) ?? (await sealJson(room.ring, scope, value, aadOf(id)))
    const leafHash = eventLeafHash({ id, eventHash: event.eventHash, salt, signatureValid })
    ready.push({ ...event, id, signatureValid, sealed, unitPath: agent.unitPath, leafHash })
  }
  return ready
}

/** A sealed payload belongs to its row: moved to another one it does not open. */
export function aadOf(rowId: string): Uint8Array {
  return Buffer.from(rowId, 'ascii')
}

async function validity({ signature, eventHash }: CheckedEvent, key: VerifyingKey | null): Promise<boolean | null> {
  if (signature === null) return null
  return key !== null && signatureIsValid(signature, eventHash, key)
}
