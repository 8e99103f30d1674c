/**
 * Leaves a draft verdict on an item, and takes one back. Drafts may change
 * until the campaign is signed off; each change is on record.
 */
import { appendReceipts, rawQuery, type NewReceipt, type Recorded } from '@muster/db'
import type { Claims } from '@muster/kernel'
import { sealWords } from '../sealing.ts'
import type { Room, Tx } from '../room.ts'
import { cannotDecide, draftVerdict, type WantedVerdict } from './campaign.ts'
import { reviewRefused } from './errors.ts'
import { clearDraft, findItem, storeDraft, type ItemRow } from './store.ts'

export interface ReviewVerdictInput extends WantedVerdict {
  itemId: string
  /** The version that was read. */
  expectedVersion: number
}

/** Throws the refusals of `DecideReviewItemResult`. */
export async function decideReviewItem(
  room: Room,
  claims: Claims,
  input: ReviewVerdictInput,
): Promise<{ item: ItemRow; receipt: Recorded }> {
  const nowMs = room.clock.nowMs()
  const before = await room.run((tx) => decidable(tx, claims, input.itemId))
  // What was frozen does not change: the words can be checked, and sealed, before the transaction.
  const draft = draftVerdict(input, before, nowMs)
  const words =
    draft.justification === null
      ? null
      : await sealWords(room, claims.tenant_id, before.agentId, { justification: draft.justification })
  return room.run(async (tx) => {
    const item = await decidable(tx, claims, input.itemId)
    const read = { id: item.id, version: input.expectedVersion }
    if (!(await storeDraft(tx, read, draft, { id: claims.sub, at: new Date(nowMs) }, words)))
      throw reviewRefused('STALE_VERSION')
    return recorded(tx, item, 'review.decided', {
      againstAdvice: draft.verdict === 'RECERTIFIED' && item.advice !== 'KEEP',
      justification: words?.commitment ?? null,
      verdict: draft.verdict,
    })
  })
}

/** Takes a draft verdict back. Throws the refusals of `WithdrawReviewVerdictResult`. */
export async function withdrawReviewVerdict(
  room: Room,
  claims: Claims,
  input: { itemId: string; expectedVersion: number },
): Promise<{ item: ItemRow; receipt: Recorded }> {
  return room.run(async (tx) => {
    const item = await decidable(tx, claims, input.itemId)
    if (item.verdict === null) throw reviewRefused('NO_VERDICT')
    if (!(await clearDraft(tx, { id: item.id, version: input.expectedVersion }))) throw reviewRefused('STALE_VERSION')
    return recorded(tx, item, 'review.withdrawn', {})
  })
}

/** An item this person may leave a verdict on. Throws the reason when they may not. */
async function decidable(tx: Tx, claims: Claims, id: string): Promise<ItemRow> {
  const item = await findItem(tx, id)
  if (item === null) throw reviewRefused('UNKNOWN_ITEM')
  if (claims.kind !== 'person') throw reviewRefused('NOT_A_PERSON')
  const reason = cannotDecide(item, claims.sub)
  if (reason !== null) throw reviewRefused(reason)
  return item
}

async function recorded(
  tx: Tx,
  item: ItemRow,
  type: string,
  data: NewReceipt['data'],
): Promise<{ item: ItemRow; receipt: Recorded }> {
  const after = (await findItem(tx, item.id))!
  const [receipt] = await appendReceipts(rawQuery(tx), [
    {
      type,
      subject: { type: 'review_item', id: item.id },
      agentId: item.agentId,
      data: {
        agent: item.agentId,
        grant: item.grantId,
        item: item.id,
        review: item.campaignId,
        version: after.version,
        ...data,
      },
    },
  ])
  return { item: after, receipt: receipt! }
}
