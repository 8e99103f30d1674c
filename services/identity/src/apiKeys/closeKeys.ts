/**
 * The end of a key: switched off, or succeeded by another with the same rights.
 *
 * INVARIANT (lock order): the agent's row, then the key's, then the ledger's
 * head; revoking an agent takes them in the same order.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { Fault, Refusal, isUuid, newId, type Claims } from '@muster/kernel'
import { newApiKey } from '@muster/keys'
import { z } from 'zod'
import { agentRevoked } from '../agents/errors.ts'
import { keyEnvironment } from '../agents/registerAgent.ts'
import { holdAgent } from '../agents/store.ts'
import { authorizeAny } from '../caller.ts'
import type { Tx } from '../database.ts'
import type { CreatedApiKey } from '../identity.ts'
import { anyId, optional, parseInput, reason } from '../input.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { alreadyRevoked, unknownKey } from './errors.ts'
import { rightsWithin } from './keyRights.ts'
import { makerOf, renewing } from './maker.ts'
import { keyRevokedReceipt, keyRotatedReceipt } from './receipts.ts'
import { deactivateKeys, endKeyAt, holdKey, insertKey, keyById, type ApiKeyRow } from './store.ts'

/** A week: long enough to roll a fleet, short enough that a leaked key does not linger. */
const overlapSecondsMax = 7 * 24 * 3600

const revokeInput = z.object({ keyId: anyId, reason: optional(reason) })
const rotateInput = z.object({
  keyId: anyId,
  overlapSeconds: optional(z.int().min(0).max(overlapSecondsMax, `at most ${overlapSecondsMax} seconds`)),
})

/** Switches a key off. Throws the refusals named in apiKeys.graphql. */
export async function revokeApiKey(room: Room, input: unknown): Promise<{ key: ApiKeyRow; receipt: Recorded }> {
  const claims = authorizeAny(['apikeys:write', 'agents:write'])
  const given = parseInput(revokeInput, input)
  if (!isUuid(given.keyId)) throw unknownKey()
  const nowMs = room.clock.nowMs()
  return room.database.run(async (tx) => {
    const { key: held } = await holdKeyToEnd(tx, claims, given.keyId)
    if (!held.isActive) throw alreadyRevoked()
    const about = { tenantId: claims.tenant_id, subject: held.agentId ?? held.id, nowMs }
    const notes = given.reason === null ? null : await sealNotes(room.ring, about, { reason: given.reason })
    await deactivateKeys(tx, [held.id])
    const part = { data: { ...notes?.commitments }, sealed: notes?.sealed ?? null }
    const [receipt] = await appendReceipts(rawQuery(tx), [keyRevokedReceipt(held, part)])
    return { key: { ...held, isActive: false }, receipt: receipt as Recorded }
  })
}

/** Makes the successor of a key. Throws the refusals named in apiKeys.graphql. */
export async function rotateApiKey(room: Room, input: unknown): Promise<CreatedApiKey & { key: ApiKeyRow }> {
  const claims = authorizeAny(['apikeys:write', 'agents:write'])
  const given = parseInput(rotateInput, input)
  if (!isUuid(given.keyId)) throw unknownKey()
  const nowMs = room.clock.nowMs()
  const secret = newApiKey(keyEnvironment)
  const keyId = newId(nowMs)
  const overlapMs = (given.overlapSeconds ?? 0) * 1000
  return room.database.run(async (tx) => {
    const { key: old, agentRevokedMeanwhile } = await holdKeyToEnd(tx, claims, given.keyId)
    if (agentRevokedMeanwhile) throw agentRevoked()
    if (!old.isActive || (old.expiresAt !== null && old.expiresAt.getTime() <= nowMs)) throw alreadyRevoked()
    const maker = await makerOf(tx, claims)
    const rights = rightsWithin(old.agentId === null ? maker : renewing(maker, claims), old)
    if (rights instanceof Refusal) throw rights

    const row = {
      tenantId: old.tenantId,
      id: keyId,
      label: old.label,
      keyPrefix: secret.prefix,
      keyHash: secret.hash,
      agentId: old.agentId,
      unitId: old.unitId,
      createdBy: claims.sub,
      ...rights,
    }
    await insertKey(tx, row)
    const endsAt = new Date(Math.min(nowMs + overlapMs, old.expiresAt?.getTime() ?? Infinity))
    if (overlapMs === 0) await deactivateKeys(tx, [old.id])
    else await endKeyAt(tx, old.id, endsAt)
    const key = await keyById(tx, keyId)
    if (key === null) throw new Error('a key is not visible to whoever made it')
    const [receipt] = await appendReceipts(rawQuery(tx), [keyRotatedReceipt(row, old.id, endsAt)])
    return { keyId, prefix: secret.prefix, apiKey: secret.key.reveal(), key, receipt: receipt as Recorded }
  })
}

/** Locks a key the caller may close: any with `apikeys:write`, an agent's own with `agents:write`. */
export async function holdKeyToEnd(
  tx: Tx,
  claims: Claims,
  keyId: string,
): Promise<{ key: ApiKeyRow; agentRevokedMeanwhile: boolean }> {
  const seen = await keyById(tx, keyId)
  if (seen === null) throw unknownKey()
  if (seen.agentId === null && !claims.caps.includes('apikeys:write')) {
    throw new Fault('FORBIDDEN', 'this credential lacks `apikeys:write`')
  }
  // INVARIANT (lock order)
  const agent = seen.agentId === null ? null : await holdAgent(tx, seen.agentId)
  if (seen.agentId !== null && (agent === null || !agent.inReach)) throw unknownKey()
  const key = await holdKey(tx, keyId)
  if (key === null) throw unknownKey()
  return { key, agentRevokedMeanwhile: agent?.status === 'REVOKED' }
}
