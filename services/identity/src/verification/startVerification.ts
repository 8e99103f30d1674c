/**
 * A proof is asked for: a token to publish under a domain, or a nonce to sign
 * with the registered key. By whoever may change the agent, or by the agent.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, newId, type Claims } from '@muster/kernel'
import { randomToken, readRegisteredKey } from '@muster/keys'
import { agentRevoked, outOfScope, unknownAgent } from '../agents/errors.ts'
import { holdAgent, type HeldAgent } from '../agents/store.ts'
import { authorize, caller } from '../caller.ts'
import type { Tx } from '../database.ts'
import { parseInput } from '../input.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { noUsableKey, tooManyPending } from './errors.ts'
import { insertVerification, pendingCount, verificationById, type AgentVerification } from './store.ts'
import { challengeOf, challengeTtlMs, domainTtlMs, keyHash, pendingMax, startInput } from './verification.ts'

export interface Started {
  verification: AgentVerification
  challenge: { place: string | null; text: string }
  receipt: Recorded
}

/** Who may have a proof asked for or settled: an agent for itself, everybody else with the right to change agents. */
export function prover(): Claims {
  const claims = caller()
  return claims.agent === null ? authorize('agents:write') : claims
}

/** The agent, held until commit, that the caller may have something proved about. */
export async function holdProvable(tx: Tx, claims: Claims, agentId: string): Promise<HeldAgent> {
  if (claims.agent !== null && claims.agent !== agentId) throw unknownAgent()
  const held = await holdAgent(tx, agentId)
  if (held === null) throw unknownAgent()
  if (!held.inReach && claims.agent === null) throw outOfScope()
  if (held.status === 'REVOKED') throw agentRevoked()
  return held
}

/** Starts a verification. Throws the refusals named in verification.graphql. */
export async function startVerification(room: Room, input: unknown): Promise<Started> {
  const claims = prover()
  const { agentId, method, domain } = parseInput(startInput, input)
  if (!isUuid(agentId)) throw unknownAgent()
  const nowMs = room.clock.nowMs()
  const ttlMs = method === 'CHALLENGE' ? challengeTtlMs : domainTtlMs
  const asked = { id: newId(nowMs), agentId, method, domain, token: randomToken(32) }
  const about = { tenantId: claims.tenant_id, subject: agentId, nowMs }

  return room.database.run(async (tx) => {
    const held = await holdProvable(tx, claims, agentId)
    if (method === 'CHALLENGE' && (held.publicKey === null || readRegisteredKey(held.publicKey) === null))
      throw noUsableKey()
    if ((await pendingCount(tx, agentId, new Date(nowMs))) >= pendingMax) throw tooManyPending()
    // Only now: an agent nobody has here gets no data key.
    const notes = await sealNotes(room.ring, about, domain === null ? {} : { domain })
    const expiresAt = new Date(nowMs + ttlMs)
    await insertVerification(tx, {
      ...asked,
      tenantId: claims.tenant_id,
      keyHash: method === 'CHALLENGE' ? keyHash(held.publicKey!) : null,
      requestedBy: claims.sub,
      requestedAt: new Date(nowMs),
      expiresAt,
    })
    const verification = await verificationById(tx, asked.id)
    if (verification === null) throw unknownAgent()
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'verification.started',
        subject: { type: 'verification', id: asked.id },
        agentId,
        data: { agent: agentId, expiresAt: expiresAt.toISOString(), method, ...notes.commitments },
        sealed: notes.sealed,
      },
    ])
    return { verification, challenge: challengeOf(asked), receipt: receipt as Recorded }
  })
}
