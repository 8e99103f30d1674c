/**
 * The reader's own check of a review: the hash over the frozen list and the
 * root over the sealed verdicts, computed here from the items as they are
 * shown (docs/specs/access-review.md). Pure.
 */
import { hashesAgree, reviewScopeHash, type SealedVerdict } from '@muster/canonical-json'
import { toHex, verdictRoot } from '@muster/ledger'
import type { SealedItem } from './documents.ts'

export interface PinnedReview {
  readonly id: string
  readonly scopeId: string | null
  readonly itemCount: number
  readonly scopeHash: string
  /** Null while it is open. */
  readonly verdictRoot: string | null
}

export type SealVerdict =
  /** Some items are out of the viewer's sight: there is nothing to compare. */
  | { readonly state: 'partial'; readonly seen: number }
  | {
      readonly state: 'agree' | 'disagree'
      readonly scopeHash: string
      readonly verdictRoot: string | null
    }

/** @param items every item in sight, in the order of the list. */
export function checkSeal(tenant: string, review: PinnedReview, items: readonly SealedItem[]): SealVerdict {
  if (items.length !== review.itemCount) return { state: 'partial', seen: items.length }
  const scopeHash = reviewScopeHash({
    tenant,
    review: review.id,
    orgUnit: review.scopeId,
    items: items.map((item) => ({ ...item, item: item.id, grant: item.grantId, agent: item.agentId })),
  })
  const root = review.verdictRoot === null ? null : rootOf(review.id, items)
  const agrees =
    hashesAgree(scopeHash, review.scopeHash) && (review.verdictRoot === null || hashesAgree(root, review.verdictRoot))
  return { state: agrees ? 'agree' : 'disagree', scopeHash, verdictRoot: root }
}

/** Null when an item has no verdict, which no sealed one is without. */
function rootOf(review: string, items: readonly SealedItem[]): string | null {
  const verdicts: SealedVerdict[] = []
  for (const item of items) {
    const { id, grantId, verdict, decidedAt, decidedBy, justificationCommitment, modifiedAction, modifiedExpiresAt } =
      item
    if (verdict === null || decidedAt === null) return null
    verdicts.push({
      review,
      item: id,
      grant: grantId,
      verdict,
      decidedAt,
      decidedBy,
      justification: justificationCommitment,
      modifiedAction,
      modifiedExpiresAt,
    })
  }
  return toHex(verdictRoot(verdicts))
}
