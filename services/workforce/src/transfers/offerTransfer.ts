/**
 * Offers an agent in the caller's scope to another team.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { newId, type Claims } from '@muster/kernel'
import type { Room } from '../room.ts'
import { transferRefused } from './errors.ts'
import { offerExpiry } from './offer.ts'
import { agentPlace, closeExpiredOffer, findOffer, insertOffer, unitExists, type OfferRow } from './store.ts'

export interface NewOffer {
  agentId: string
  toTeamId: string
  /** Null or absent: fourteen days from now. */
  expiresAt?: Date | null | undefined
}

/** Throws the refusals of `OfferTransferResult`. */
export async function offerTransfer(
  room: Room,
  claims: Claims,
  input: NewOffer,
): Promise<{ offer: OfferRow; receipt: Recorded }> {
  if (claims.agent !== null) throw transferRefused('SELF_TRANSFER')
  const nowMs = room.clock.nowMs()
  const expiresAt = offerExpiry(input.expiresAt, nowMs)
  const id = newId(nowMs)
  return room.run(async (tx) => {
    const place = await agentPlace(tx, input.agentId)
    if (place === null) throw transferRefused('UNKNOWN_AGENT')
    if (place.status === 'REVOKED') throw transferRefused('AGENT_REVOKED')
    if (!(await unitExists(tx, input.toTeamId))) throw transferRefused('UNKNOWN_TEAM')
    if (place.teamId === input.toTeamId) throw transferRefused('SAME_TEAM')
    await closeExpiredOffer(tx, input.agentId, new Date(nowMs))
    const { agentId, toTeamId } = input
    const row = { id, agentId, fromTeamId: place.teamId, toTeamId, offeredAt: new Date(nowMs), expiresAt }
    if (!(await insertOffer(tx, row))) throw transferRefused('ALREADY_OFFERED')
    const offer = (await findOffer(tx, id, nowMs))!
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'transfer.offered',
        subject: { type: 'transfer', id },
        agentId,
        data: { agent: agentId, expiresAt: expiresAt.toISOString(), from: place.teamId, offer: id, to: toTeamId },
      },
    ])
    return { offer, receipt: receipt! }
  })
}
