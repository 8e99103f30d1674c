/**
 * Takes an offer back: the offering side's act, hence of whoever sees the agent.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, type Claims } from '@muster/kernel'
import type { Room } from '../room.ts'
import { transferRefused } from './errors.ts'
import { agentPlace, findOffer, lockOffer, withdrawOffer, type OfferRow } from './store.ts'

/** Throws the refusals of `WithdrawTransferResult`. */
export async function withdrawTransfer(
  room: Room,
  claims: Claims,
  input: { offerId: string },
): Promise<{ offer: OfferRow; receipt: Recorded }> {
  if (!isUuid(input.offerId)) throw transferRefused('UNKNOWN_OFFER')
  const nowMs = room.clock.nowMs()
  return room.run(async (tx) => {
    await lockOffer(tx, input.offerId)
    const before = await findOffer(tx, input.offerId, nowMs)
    if (before === null) throw transferRefused('UNKNOWN_OFFER')
    if (claims.agent !== null || (await agentPlace(tx, before.agentId)) === null) throw transferRefused('NOT_ELIGIBLE')
    if (before.status === 'EXPIRED') throw transferRefused('EXPIRED')
    if (before.status !== 'OFFERED') throw transferRefused('ALREADY_SETTLED')
    await withdrawOffer(tx, before.id, claims.sub, new Date(nowMs))
    const offer = (await findOffer(tx, before.id, nowMs))!
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'transfer.withdrawn',
        subject: { type: 'transfer', id: before.id },
        agentId: before.agentId,
        data: { agent: before.agentId, from: before.fromTeamId, offer: before.id, to: before.toTeamId },
      },
    ])
    return { offer, receipt: receipt! }
  })
}
