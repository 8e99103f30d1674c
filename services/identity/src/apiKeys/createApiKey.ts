/**
 * A key for a platform, a unit or an agent: shown once, kept as its SHA-256,
 * and never wider than whoever makes it.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { Refusal, capabilities, isUuid, newId, trustLevels } from '@muster/kernel'
import { newApiKey } from '@muster/keys'
import { z } from 'zod'
import { agentRevoked, unknownAgent } from '../agents/errors.ts'
import { holdAgent, unitInScope } from '../agents/store.ts'
import { keyEnvironment } from '../agents/registerAgent.ts'
import { authorize } from '../caller.ts'
import type { CreatedApiKey, NewApiKeyInput } from '../identity.ts'
import { anyId, futureInstant, line, optional, parseInput } from '../input.ts'
import type { Room } from '../room.ts'
import { scopeRequired, unknownUnit } from './errors.ts'
import { rightsWithin } from './keyRights.ts'
import { makerOf } from './maker.ts'
import { keyCreatedReceipt } from './receipts.ts'
import { insertKey, keyById, type ApiKeyRow } from './store.ts'

const createApiKeyInput = (nowMs: number) =>
  z
    .object({
      label: line(1, 200),
      capabilities: z.array(z.enum(capabilities)).min(1, 'a key without capabilities opens nothing'),
      trustCeiling: optional(z.enum(trustLevels)),
      agentId: optional(anyId),
      unitId: optional(anyId),
      expiresAt: optional(futureInstant(nowMs)),
    })
    .refine(({ agentId, unitId }) => agentId === null || unitId === null, {
      path: ['unitId'],
      message: 'a key is for an agent or for a unit, not for both',
    })

/** Makes a key for the scope's caller. Throws the refusals named in apiKeys.graphql. */
export async function createApiKey(room: Room, input: NewApiKeyInput): Promise<CreatedApiKey & { key: ApiKeyRow }> {
  const claims = authorize('apikeys:write')
  const nowMs = room.clock.nowMs()
  const given = parseInput(createApiKeyInput(nowMs), input)
  const { agentId, unitId } = given
  if (agentId === null && unitId === null && !claims.all) throw scopeRequired()
  if (agentId !== null && !isUuid(agentId)) throw unknownAgent()
  if (unitId !== null && !isUuid(unitId)) throw unknownUnit()
  const secret = newApiKey(keyEnvironment)
  const keyId = newId(nowMs)

  return room.database.run(async (tx) => {
    const rights = rightsWithin(await makerOf(tx, claims), {
      capabilities: given.capabilities,
      trustCeiling: given.trustCeiling ?? 'UNKNOWN',
      expiresAt: given.expiresAt,
    })
    if (rights instanceof Refusal) throw rights
    if (unitId !== null && !(await unitInScope(tx, unitId))) throw unknownUnit()
    if (agentId !== null) {
      // Held, so that no key is made for an agent that is being revoked.
      const agent = await holdAgent(tx, agentId)
      if (agent === null) throw unknownAgent()
      if (agent.status === 'REVOKED') throw agentRevoked()
    }
    const row = {
      tenantId: claims.tenant_id,
      id: keyId,
      label: given.label,
      keyPrefix: secret.prefix,
      keyHash: secret.hash,
      agentId,
      unitId,
      createdBy: claims.sub,
      ...rights,
    }
    await insertKey(tx, row)
    const key = await keyById(tx, keyId)
    if (key === null) throw new Error('a key is not visible to whoever made it')
    const [receipt] = await appendReceipts(rawQuery(tx), [keyCreatedReceipt(row)])
    return { keyId, prefix: secret.prefix, apiKey: secret.key.reveal(), key, receipt: receipt as Recorded }
  })
}
