/** What the page and its verifying worker say to each other. */
import type { LedgerVerdict } from '@muster/ledger'
import type { Failure } from '../graph/requestFailure.ts'
import type { SeenCheckpoint } from './checkpointMemory.ts'

export interface VerifyOrder {
  /** What this browser remembers, of whichever logs; the ledger must contain its own. */
  readonly kept: readonly SeenCheckpoint[]
}

export type VerifyNews =
  | { readonly kind: 'progress'; readonly checked: number; readonly total: number }
  | {
      readonly kind: 'done'
      readonly verdict: LedgerVerdict
      readonly origin: string
      readonly total: number
      /** The signed note the head came with, and the name of the key that signed it where one was published. */
      readonly checkpoint: { readonly note: string; readonly size: number; readonly rootHash: string } | null
      readonly signedBy: string | null
      /** What was remembered of this log before. */
      readonly remembered: SeenCheckpoint | null
    }
  | { readonly kind: 'failed'; readonly failure: Failure }
