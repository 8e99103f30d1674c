/**
 * What became of one recorded call.
 *
 * INVARIANT (decided or not): `decision` is set exactly when the server answered
 * with one; everything that follows from a decision hangs on it.
 */
import type { Outcome } from '@muster/kernel'

export interface Decided {
  readonly id: string
  readonly outcome: Outcome
  readonly reasonCode: string
  readonly effectiveTrust: string
  readonly mutates: boolean
  readonly payloadHash: string
  readonly actionHash: string
  readonly receipt: { readonly id: string; readonly seq: number }
}

export type Redemption =
  /** Nothing was permitted, or it still waits for a person. */
  | { readonly kind: 'none' }
  | { readonly kind: 'redeemed'; readonly executionId: string; readonly reported: 'SUCCEEDED' | 'FAILED' | null }
  /** The permit was withdrawn between decision and act. */
  | { readonly kind: 'refused'; readonly code: string }

export interface CallRecord {
  /** `banking/t01.json`. */
  readonly place: string
  readonly index: number
  readonly tool: string
  readonly decision: Decided | null
  /** Why there is none: a stable code. Null with a decision. */
  readonly undecided: string | null
  /** Held and then approved by people. */
  readonly approved: boolean
  readonly redemption: Redemption
  /** What went wrong on the way, one sentence each; the decision stands all the same. */
  readonly faults: readonly string[]
  /** Of `authorizeAction`, milliseconds; null without an answer. */
  readonly elapsedMs: number | null
}

/** A call nobody decided. */
export function undecidedCall(
  place: string,
  { index, tool }: { readonly index: number; readonly tool: string },
  code: string,
  detail: string,
): CallRecord {
  return {
    place,
    index,
    tool,
    decision: null,
    undecided: code,
    approved: false,
    redemption: { kind: 'none' },
    faults: [detail],
    elapsedMs: null,
  }
}
