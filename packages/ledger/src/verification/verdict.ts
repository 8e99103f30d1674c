/**
 * What a verification can find, as data. `reason` is stable and closed: the
 * console, the command line and an auditor's script branch on it.
 */

/** One entry as it is published; `body` is null where the reader may not see it. */
export interface LedgerEntry {
  /** From 1. GraphQL carries it as a number or a decimal string. */
  readonly seq: number | string
  /** Lower-case hex, like `link` and `previousLink`. */
  readonly leafHash: string
  readonly link: string
  readonly previousLink?: string | null
  /** The canonical text exactly as hashed. */
  readonly body: string | null
  /** Labels beside the body; where given with a body they must say what it says. */
  readonly type?: string | null
  readonly id?: string | null
  readonly occurredAt?: string | null
}

export const breakReasons = [
  /** A field is missing or of the wrong form. */
  'MALFORMED_ENTRY',
  /** Another number stands where this one was due: an entry is missing, doubled or out of order. */
  'OUT_OF_SEQUENCE',
  /** The body does not hash to the leaf. */
  'LEAF_MISMATCH',
  /** The body is hashed faithfully but is no receipt. */
  'BAD_BODY',
  /** The body says something else than the labels beside it, or is another tenant's. */
  'BODY_DISAGREES',
  /** The entry names another predecessor than the one before it. */
  'PREVIOUS_LINK_MISMATCH',
  /** The link does not follow from number, predecessor and leaf. */
  'LINK_MISMATCH',
  /** A checkpoint is no signed note of this log, or its signature fails. */
  'BAD_CHECKPOINT',
  /** The entries up to a checkpoint's size do not give its root. */
  'CHECKPOINT_MISMATCH',
  /** A later checkpoint covers fewer entries, or the same with another root. */
  'CHECKPOINT_REWOUND',
  /** A checkpoint or the head covers entries that are not there. */
  'TRUNCATED',
  /** The head named beside the entries is not the one they lead to. */
  'HEAD_MISMATCH',
] as const
export type BreakReason = (typeof breakReasons)[number]

export interface Break {
  readonly reason: BreakReason
  /** The first sequence number without a sound entry; for checkpoints the first it can no longer vouch for. */
  readonly seq: number
  /** Last number of the range that is in doubt, where one entry cannot be singled out. */
  readonly lastSeq: number
  /** One sentence: lower case, no full stop. */
  readonly detail: string
}

export interface LedgerVerdict {
  readonly intact: boolean
  /** Entries found sound, from the start and without a gap. */
  readonly checked: number
  readonly firstBrokenSeq: number | null
  /** `[first, last]` in doubt; null when intact. */
  readonly brokenRange: readonly [number, number] | null
  readonly reason: BreakReason | null
  readonly detail: string | null
  /** Last sound entry; 0 for an empty ledger. */
  readonly headSeq: number
  /** Link and root at `headSeq`, lower-case hex. */
  readonly headLink: string
  readonly rootHash: string
  /** Entries whose body was readable and hashed to its leaf. */
  readonly bodiesChecked: number
  /** Checkpoints whose root the entries give. */
  readonly checkpointsMatched: number
  /** Of those, how many carry a verified signature of a trusted key. */
  readonly checkpointsVerified: number
}
