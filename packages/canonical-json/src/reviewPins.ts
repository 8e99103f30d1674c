/**
 * What an access review is pinned to (docs/specs/access-review.md): the list
 * of grants frozen when it opened, and the text of each sealed verdict.
 *
 * The service that opens and signs off, and the browser that recomputes, call
 * these same functions.
 *
 * INVARIANT (nothing left out): every field is named by hand below, an absent
 * one is an explicit null, and canonicalization refuses `undefined`.
 */
import { canonicalize } from './canonicalize.ts'
import { hashCanonicalText } from './hashCanonical.ts'

/** Never equal to a payload hash or a ledger leaf, whatever is in the list. */
export const reviewScopeDomain = 'muster/review-scope/v1\n'
/** Stands before each verdict in its leaf, so that no receipt's leaf is ever a verdict's. */
export const reviewVerdictDomain = 'muster/review-verdict/v1\n'

/** One grant under review, with what was known of it when the campaign opened. Instants: ISO 8601 in UTC with milliseconds. */
export interface ReviewScopeItem {
  readonly item: string
  readonly grant: string
  readonly agent: string
  readonly agentSlug: string
  readonly tool: string
  /** Null: every action of the tool. */
  readonly action: string | null
  readonly mutates: boolean
  readonly grantedBy: string
  readonly grantedAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly used: number
  readonly denied: number
  readonly peers: number
  readonly previousVerdict: string | null
  readonly advice: string
  readonly adviceReason: string
}

export interface ReviewScope {
  readonly tenant: string
  readonly review: string
  /** Null: everything in the opener's sight. */
  readonly orgUnit: string | null
  /** In the order in which they were frozen. */
  readonly items: readonly ReviewScopeItem[]
}

/** One verdict as it was sealed. */
export interface SealedVerdict {
  readonly review: string
  readonly item: string
  readonly grant: string
  readonly verdict: string
  /** Null: nobody; the campaign's policy for what was missed. */
  readonly decidedBy: string | null
  readonly decidedAt: string
  /** Salted commitment to the words, never the words. */
  readonly justification: string | null
  readonly modifiedAction: string | null
  readonly modifiedExpiresAt: string | null
}

function scopeItem(item: ReviewScopeItem): Record<keyof ReviewScopeItem, unknown> {
  return {
    action: item.action,
    advice: item.advice,
    adviceReason: item.adviceReason,
    agent: item.agent,
    agentSlug: item.agentSlug,
    denied: item.denied,
    expiresAt: item.expiresAt,
    grant: item.grant,
    grantedAt: item.grantedAt,
    grantedBy: item.grantedBy,
    item: item.item,
    lastUsedAt: item.lastUsedAt,
    mutates: item.mutates,
    peers: item.peers,
    previousVerdict: item.previousVerdict,
    tool: item.tool,
    used: item.used,
  }
}

/** The canonical text of a frozen list. */
export function canonicalReviewScope(scope: ReviewScope): string {
  return canonicalize({
    items: scope.items.map(scopeItem),
    orgUnit: scope.orgUnit,
    review: scope.review,
    tenant: scope.tenant,
  } satisfies Record<keyof ReviewScope, unknown>)
}

/** `SHA-256("muster/review-scope/v1\n" ‖ JCS(scope))`, lower-case hex. */
export function reviewScopeHash(scope: ReviewScope): string {
  return hashCanonicalText(reviewScopeDomain, canonicalReviewScope(scope))
}

/** The canonical text of a verdict. */
export function canonicalVerdict(verdict: SealedVerdict): string {
  return canonicalize({
    decidedAt: verdict.decidedAt,
    decidedBy: verdict.decidedBy,
    grant: verdict.grant,
    item: verdict.item,
    justification: verdict.justification,
    modifiedAction: verdict.modifiedAction,
    modifiedExpiresAt: verdict.modifiedExpiresAt,
    review: verdict.review,
    verdict: verdict.verdict,
  } satisfies Record<keyof SealedVerdict, unknown>)
}
