/** Every refusal an access review can give. */
import { Refusal } from '@muster/kernel'
import { dueDaysMax, itemsMax, justificationLengthMax } from './limits.ts'

const refusals = {
  INVALID_NAME: 'a campaign needs a name of 1 to 200 printable characters',
  UNKNOWN_ORG_UNIT: 'there is no such org unit',
  DUE_IN_PAST: 'a campaign is due in the future',
  DUE_TOO_FAR: `a campaign is due within ${dueDaysMax} days`,
  EMPTY_SCOPE: 'there is no live grant in this scope',
  TOO_MANY_ITEMS: `a campaign covers at most ${itemsMax} grants`,
  NO_REVIEWER: 'a grant in this scope has nobody to certify it but who gave it',
  NOT_A_PERSON: 'access is certified by people',
  UNKNOWN_REVIEW: 'there is no such access review',
  UNKNOWN_ITEM: 'there is no such review item',
  UNKNOWN_PERSON: 'there is no such person',
  SIGNED_OFF: 'this access review is signed off',
  NOT_REVIEWER: 'this item is assigned to somebody else',
  SELF_REVIEW: 'nobody certifies a grant they gave',
  STALE_VERSION: 'this item was changed by somebody else since it was read',
  JUSTIFICATION_REQUIRED: 'revoking, and keeping against the recommendation, need a justification',
  INVALID_JUSTIFICATION: `a justification has at most ${justificationLengthMax} characters`,
  NOTHING_MODIFIED: 'a modification narrows the action, the expiry, or both',
  NOT_NARROWER: 'a modification may only narrow a grant',
  INVALID_ACTION: 'an action is named by 1 to 200 printable characters',
  EXPIRY_IN_PAST: 'a grant must expire in the future',
  UNMODIFIED_VERDICT: 'only the verdict `MODIFIED` takes a modification',
  NO_VERDICT: 'this item has no verdict to take back',
  HAS_VERDICT: 'an item with a verdict is not handed over: take the verdict back first',
  NO_FALLBACK: 'there is nobody else to hand this item to: name a person',
  ALREADY_ASSIGNED: 'this item is assigned to that person already',
  NOT_ELIGIBLE: 'only who sees every item of an access review, and its agents, signs it off',
  UNDECIDED_ITEMS: 'items without a verdict are left to the policy only once the review is due',
} as const

export type ReviewRefusalCode = keyof typeof refusals

export function reviewRefused(code: ReviewRefusalCode): Refusal {
  return new Refusal(code, refusals[code])
}

/** The words of a refusal, for the reader who is told beforehand. */
export function refusalWords(code: ReviewRefusalCode): string {
  return refusals[code]
}
