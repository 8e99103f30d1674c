/**
 * Lets an agent use a tool, or one action of it.
 *
 * Decisions read grants under the tenant's ledger head, which the receipt of
 * this commit takes: one made before does not see it, one made after does.
 */
import { appendReceipts, rawQuery, type NewReceipt, type Recorded } from '@muster/db'
import { isUuid, newId, type Claims } from '@muster/kernel'
import { sealWords } from '../sealing.ts'
import type { Room } from '../room.ts'
import { grantRefused } from './errors.ts'
import { wantedGrant, type NewGrant } from './grant.ts'
import { liveGrantsMax } from './limits.ts'
import { agentStatus, closeExpired, findGrant, insertGrant, liveGrantCount, type GrantRow } from './store.ts'

/** Throws the refusals of `GrantAccessResult`. */
export async function grantAccess(
  room: Room,
  claims: Claims,
  input: NewGrant,
): Promise<{ grant: GrantRow; receipt: Recorded }> {
  if (claims.agent !== null) throw grantRefused('SELF_GRANT')
  if (!isUuid(input.agentId)) throw grantRefused('UNKNOWN_AGENT')
  const nowMs = room.clock.nowMs()
  const wanted = wantedGrant(input, nowMs)
  // Looked up before anything is sealed: a refused id must not leave a data key under its name.
  if ((await room.run((tx) => agentStatus(tx, wanted.agentId))) === null) throw grantRefused('UNKNOWN_AGENT')
  const words = await sealWords(room, claims.tenant_id, wanted.agentId, { action: wanted.action, tool: wanted.tool })
  const id = newId(nowMs)
  return room.run(async (tx) => {
    const status = await agentStatus(tx, wanted.agentId)
    if (status === null) throw grantRefused('UNKNOWN_AGENT')
    if (status === 'REVOKED') throw grantRefused('AGENT_REVOKED')
    const expired = await closeExpired(tx, wanted)
    if ((await liveGrantCount(tx, wanted.agentId)) >= liveGrantsMax) throw grantRefused('TOO_MANY_GRANTS')
    if (!(await insertGrant(tx, id, wanted, new Date(nowMs)))) throw grantRefused('ALREADY_GRANTED')
    const grant = (await findGrant(tx, id))!
    const given: NewReceipt = {
      type: 'grant.given',
      subject: { type: 'grant', id },
      agentId: grant.agentId,
      data: {
        access: words.commitment,
        agent: grant.agentId,
        everyAction: grant.action === null,
        expiresAt: grant.expiresAt?.toISOString() ?? null,
        grant: id,
        mutates: grant.mutates,
      },
      sealed: words.sealed,
    }
    const closed = expired === null ? [] : [revocation(expired, grant.agentId, 'EXPIRED')]
    const recorded = await appendReceipts(rawQuery(tx), [...closed, given])
    return { grant, receipt: recorded.at(-1)! }
  })
}

/** The receipt that ends a grant. */
export function revocation(grantId: string, agentId: string, reason: 'REVOKED' | 'EXPIRED' | 'REVIEWED'): NewReceipt {
  return {
    type: 'grant.revoked',
    subject: { type: 'grant', id: grantId },
    agentId,
    data: { agent: agentId, grant: grantId, reason },
  }
}
