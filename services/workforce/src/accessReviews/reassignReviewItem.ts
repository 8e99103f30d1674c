/**
 * Hands an undecided item to somebody else: by its reviewer, or by who has its
 * agent in scope. To a person in sight, or back to who stands behind the reviewer.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, type Claims } from '@muster/kernel'
import type { Room } from '../room.ts'
import { reviewRefused } from './errors.ts'
import { activePerson, changeReviewer, findItem, type ItemRow } from './store.ts'

export interface Reassignment {
  itemId: string
  /** Null or absent: the item's fallback. */
  reviewerId?: string | null | undefined
  expectedVersion: number
}

/** Throws the refusals of `ReassignReviewItemResult`. */
export async function reassignReviewItem(
  room: Room,
  claims: Claims,
  input: Reassignment,
): Promise<{ item: ItemRow; receipt: Recorded }> {
  return room.run(async (tx) => {
    const item = await findItem(tx, input.itemId)
    if (item === null) throw reviewRefused('UNKNOWN_ITEM')
    if (claims.kind === 'agent') throw reviewRefused('NOT_A_PERSON')
    if (item.sealedAt !== null) throw reviewRefused('SIGNED_OFF')
    if (item.verdict !== null) throw reviewRefused('HAS_VERDICT')
    const to = input.reviewerId ?? item.fallbackId
    if (to === null) throw reviewRefused('NO_FALLBACK')
    if (to === item.reviewerId) throw reviewRefused('ALREADY_ASSIGNED')
    // The fallback was chosen when the campaign opened and need not be in sight of who hands over.
    if (to !== item.fallbackId && !(isUuid(to) && (await activePerson(tx, to)))) throw reviewRefused('UNKNOWN_PERSON')
    if (to === item.grantedBy) throw reviewRefused('SELF_REVIEW')
    // Who hands it over stands behind the new reviewer, unless they gave the grant.
    const fallbackId = item.reviewerId === item.grantedBy ? null : item.reviewerId
    const read = { id: item.id, version: input.expectedVersion }
    if (!(await changeReviewer(tx, read, { reviewerId: to, fallbackId, by: claims.sub })))
      throw reviewRefused('STALE_VERSION')
    const after = (await findItem(tx, item.id))!
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'review.reassigned',
        subject: { type: 'review_item', id: item.id },
        agentId: item.agentId,
        data: {
          agent: item.agentId,
          from: item.reviewerId,
          grant: item.grantId,
          item: item.id,
          review: item.campaignId,
          to,
          version: after.version,
        },
      },
    ])
    return { item: after, receipt: receipt! }
  })
}
