/**
 * Signs a campaign off: one sealed act. The verdicts get their Merkle root,
 * what was missed its policy, and the grants what was decided about them, all
 * in one commit with its receipts. Decisions see it from this commit on.
 *
 * INVARIANT (sealed): the root is over the verdicts as they stand when every item is locked.
 */
import { appendReceipts, rawQuery, type NewReceipt, type Recorded } from '@muster/db'
import { isUuid, newId, type Claims } from '@muster/kernel'
import { toHex, verdictRoot } from '@muster/ledger'
import { revocation } from '../grants/grantAccess.ts'
import { sealWords, type SealedWords } from '../sealing.ts'
import type { Room, Tx } from '../room.ts'
import { cannotSignOff, missedVerdict, narrowed, type Effect } from './campaign.ts'
import { reviewRefused } from './errors.ts'
import {
  closeCampaign,
  closeGrants,
  grantStates,
  insertNarrowed,
  lockCampaign,
  lockItems,
  sealItems,
  type NarrowGrant,
} from './signOffStore.ts'
import { findCampaign, sealedVerdict, type CampaignRow, type ItemRow } from './store.ts'

/** A narrower grant and the words of its receipt. */
type Successor = NarrowGrant & { words: SealedWords }

/** Throws the refusals of `SignOffReviewResult`. */
export async function signOffReview(
  room: Room,
  claims: Claims,
  input: { reviewId: string },
): Promise<{ review: CampaignRow; receipt: Recorded }> {
  const { reviewId } = input
  if (!isUuid(reviewId)) throw reviewRefused('UNKNOWN_REVIEW')
  const nowMs = room.clock.nowMs()
  const successors = await prepareSuccessors(room, claims, reviewId, nowMs)
  return room.run(async (tx) => {
    const campaign = await lockCampaign(tx, reviewId)
    if (campaign === null) throw await notLockable(tx, reviewId)
    if (claims.agent !== null) throw reviewRefused('NOT_A_PERSON')
    const items = await lockItems(tx, reviewId)
    const decided = items.filter(({ verdict }) => verdict !== null).length
    const reason = cannotSignOff(campaign, { total: items.length, decided }, nowMs)
    if (reason !== null) throw reviewRefused(reason)

    const at = new Date(nowMs)
    const missed = missedVerdict(campaign.missedPolicy)
    const final = items.map((item) => (item.verdict === null ? { ...item, verdict: missed, decidedAt: at } : item))
    const root = verdictRoot(final.map(sealedVerdict))
    const { effects, receipts } = await settleGrants(tx, final, successors, campaign.id, at)
    const sealings = items.map((item, index) => ({
      item: item.id,
      missed: item.verdict === null ? missed : null,
      effect: effects[index]!,
    }))
    if ((await sealItems(tx, reviewId, sealings, at)) !== items.length) throw reviewRefused('NOT_ELIGIBLE')
    const receiptId = newId(nowMs)
    await closeCampaign(tx, reviewId, { root, person: claims.sub, at, receipt: receiptId })
    const review = (await findCampaign(tx, reviewId))!
    const signed: NewReceipt = {
      id: receiptId,
      type: 'review.signed_off',
      subject: { type: 'review', id: reviewId },
      data: {
        counts: countsOf(final, effects),
        items: items.length,
        missed: items.length - decided,
        missedPolicy: campaign.missedPolicy,
        review: reviewId,
        scopeHash: Buffer.from(campaign.scopeHash).toString('hex'),
        verdictRoot: toHex(root),
      },
    }
    const recorded = await appendReceipts(rawQuery(tx), [...receipts, signed])
    return { review, receipt: recorded.at(-1)! }
  })
}

/** Why there was no campaign to lock: hidden, signed off (perhaps while waiting for the lock), or not the caller's to sign. */
async function notLockable(tx: Tx, reviewId: string): Promise<Error> {
  const seen = await findCampaign(tx, reviewId)
  if (seen === null) return reviewRefused('UNKNOWN_REVIEW')
  return reviewRefused(seen.status === 'OPEN' ? 'NOT_ELIGIBLE' : 'SIGNED_OFF')
}

/** The grants that modified ones become, sealed before the transaction that gives them (INVARIANT: seal first). */
async function prepareSuccessors(
  room: Room,
  claims: Claims,
  reviewId: string,
  nowMs: number,
): Promise<Map<string, Successor>> {
  const items = (await room.run((tx) =>
    tx.reviewItem.findMany({ where: { campaignId: reviewId, verdict: 'MODIFIED', sealedAt: null } }),
  )) as ItemRow[]
  const successors = new Map<string, Successor>()
  for (const item of items) {
    const change = { action: item.modifiedAction, expiresAt: item.modifiedExpiresAt }
    const next = narrowed({ action: item.action, expiresAt: item.expiresAt }, change, nowMs)
    if (next === null) continue
    const words = await sealWords(room, claims.tenant_id, item.agentId, { action: next.action, tool: item.tool })
    successors.set(draftOf(item), {
      id: newId(nowMs),
      agent: item.agentId,
      tool: item.tool,
      action: next.action,
      expiresAt: next.expiresAt?.toISOString() ?? null,
      words,
    })
  }
  return successors
}

/** Names one draft of one item: a later draft is another. */
const draftOf = (item: ItemRow): string => `${item.id}/${item.version}`

/** Revokes and narrows what the verdicts say; what happened to each grant, and the receipts that say so. */
async function settleGrants(
  tx: Tx,
  items: readonly ItemRow[],
  successors: ReadonlyMap<string, Successor>,
  reviewId: string,
  at: Date,
): Promise<{ effects: Effect[]; receipts: NewReceipt[] }> {
  const states = await grantStates(
    tx,
    items.map(({ grantId }) => grantId),
  )
  // An agent that left the signer's scope took its grants along: silently leaving them would not be what was signed.
  if (states.size < items.length) throw reviewRefused('NOT_ELIGIBLE')
  const isLive = ({ grantId }: ItemRow): boolean => states.get(grantId)!.isLive
  const ending = items.filter((item) => item.verdict !== 'RECERTIFIED' && isLive(item))
  const closed = await closeGrants(
    tx,
    ending.map(({ grantId }) => grantId),
  )
  const mayGet = (item: ItemRow): boolean => states.get(item.grantId)!.agentStatus !== 'REVOKED'
  const next = ending.filter((item) => item.verdict === 'MODIFIED' && mayGet(item) && successors.has(draftOf(item)))
  const given = await insertNarrowed(
    tx,
    next.map((item) => {
      const { words: _sealed, ...grant } = successors.get(draftOf(item))!
      return grant
    }),
    at,
  )
  const receipts = ending
    .filter(({ grantId }) => closed.has(grantId))
    .flatMap((item) => {
      const ended = revocation(item.grantId, item.agentId, 'REVIEWED')
      const successor = successors.get(draftOf(item))
      const end = { ...ended, data: { ...ended.data, item: item.id, review: reviewId } }
      return successor !== undefined && given.has(successor.id) ? [end, gift(item, successor, reviewId)] : [end]
    })
  const effects = items.map((item): Effect => {
    if (!isLive(item)) return 'ALREADY_ENDED'
    if (item.verdict === 'RECERTIFIED') return 'KEPT'
    return item.verdict === 'MODIFIED' && successors.has(draftOf(item)) && mayGet(item) ? 'NARROWED' : 'REVOKED'
  })
  return { effects, receipts }
}

function gift(item: ItemRow, successor: Successor, reviewId: string): NewReceipt {
  return {
    type: 'grant.given',
    subject: { type: 'grant', id: successor.id },
    agentId: item.agentId,
    data: {
      access: successor.words.commitment,
      agent: item.agentId,
      everyAction: successor.action === null,
      expiresAt: successor.expiresAt,
      grant: successor.id,
      item: item.id,
      mutates: item.mutates,
      review: reviewId,
    },
    sealed: successor.words.sealed,
  }
}

function countsOf(items: readonly ItemRow[], effects: readonly Effect[]): Record<string, number> {
  const verdicts = (verdict: string): number => items.filter((item) => item.verdict === verdict).length
  const ended = (effect: Effect): number => effects.filter((one) => one === effect).length
  return {
    alreadyEnded: ended('ALREADY_ENDED'),
    modified: verdicts('MODIFIED'),
    narrowed: ended('NARROWED'),
    recertified: verdicts('RECERTIFIED'),
    revoked: verdicts('REVOKED'),
  }
}
