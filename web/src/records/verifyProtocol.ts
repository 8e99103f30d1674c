/** What the page and its verifying worker say to each other. */
import type { LedgerVerdict } from '@muster/ledger'
import type { Failure } from '../graph/requestFailure.ts'
import type { SeenCheckpoint } from './checkpointMemory.ts'

export interface VerifyRange {
  readonly first: number
  readonly last: number
}

export interface VerifyOrder {
  /** What this browser remembers, of whichever logs; the ledger must contain its own. */
  readonly kept: readonly SeenCheckpoint[]
  /** Both included; null for everything. */
  readonly range: VerifyRange | null
}

export type VerifyNews =
  | { readonly kind: 'progress'; readonly checked: number; readonly total: number }
  | {
      readonly kind: 'done'
      readonly verdict: LedgerVerdict
      readonly origin: string
      readonly total: number
      /** What was asked for; null for everything. */
      readonly range: VerifyRange | null
      /** The signed note the head came with, and the name of the key that signed it where one was published. */
      readonly checkpoint: { readonly note: string; readonly size: number; readonly rootHash: string } | null
      readonly signedBy: string | null
      /** What was remembered of this log before. */
      readonly remembered: SeenCheckpoint | null
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
