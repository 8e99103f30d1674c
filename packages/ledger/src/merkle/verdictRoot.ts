/**
 * The root over the verdicts of an access review (docs/specs/access-review.md),
 * by the ledger's own tree: one leaf a verdict, in the order of the frozen list.
 */
import { canonicalVerdict, reviewVerdictDomain, type SealedVerdict } from '@muster/canonical-json'
import { utf8 } from '../bytes.ts'
import { merkleRoot } from './compactRange.ts'
import { leafHashOf } from './treeHash.ts'

/** Root of the tree whose leaves are `SHA-256(0x00 ‖ "muster/review-verdict/v1\n" ‖ JCS(verdict))`. */
export function verdictRoot(verdicts: readonly SealedVerdict[]): Uint8Array {
  return merkleRoot(verdicts.map((verdict) => leafHashOf(utf8(reviewVerdictDomain + canonicalVerdict(verdict)))))
}
