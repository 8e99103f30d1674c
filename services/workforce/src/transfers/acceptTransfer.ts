/**
 * Takes an offered agent into a team in the caller's scope.
 *
 * The team is changed by the mover role's function in the database, which
 * checks again what is checked here; the reasons it cannot tell are found
 * here, under a lock on the offer.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, type Claims } from '@muster/kernel'
import type { Room } from '../room.ts'
import { transferRefused } from './errors.ts'
import { acceptOffer, agentPlace, findOffer, lockOffer, unitInSight, type OfferRow } from './store.ts'

/** Throws the refusals of `AcceptTransferResult`. */
export async function acceptTransfer(
  room: Room,
  claims: Claims,
  input: { offerId: string },
): Promise<{ agent: { id: string }; offer: OfferRow; receipt: Recorded }> {
  if (!isUuid(input.offerId)) throw transferRefused('UNKNOWN_OFFER')
  const nowMs = room.clock.nowMs()
  return room.run(async (tx) => {
    await lockOffer(tx, input.offerId)
    const before = await findOffer(tx, input.offerId, nowMs)
    if (before === null) throw transferRefused('UNKNOWN_OFFER')
    if (claims.agent !== null || !(await unitInSight(tx, before.toTeamId))) throw transferRefused('NOT_ELIGIBLE')
    if (before.status === 'EXPIRED') throw transferRefused('EXPIRED')
    if (before.status !== 'OFFERED') throw transferRefused('ALREADY_SETTLED')
    const agentId = await acceptOffer(tx, before.id)
    // Under the lock only this is left: it left the offering team, or it is another instant by the database's clock.
    if (agentId === null) throw transferRefused('AGENT_MOVED')
    // In sight now, whoever accepted.
    if ((await agentPlace(tx, agentId))?.status === 'REVOKED') throw transferRefused('AGENT_REVOKED')
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'transfer.accepted',
        subject: { type: 'transfer', id: before.id },
        agentId,
        data: { agent: agentId, from: before.fromTeamId, offer: before.id, to: before.toTeamId },
      },
    ])
    return { agent: { id: agentId }, offer: (await findOffer(tx, before.id, nowMs))!, receipt: receipt! }
  })
}
