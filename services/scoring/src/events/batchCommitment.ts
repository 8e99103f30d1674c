/**
 * What the receipt of a batch says about its events: a Merkle root (RFC 9162)
 * over one salted leaf an event, so that whoever holds an event and its salt can
 * show that it came with this receipt, and nobody else can guess.
 *
 *   leaf = SHA-256(0x00 ‖ JCS{eventHash, id, salt, signatureValid})
 *
 * The salt lies in the event's sealed payload: destroying its key leaves a hash
 * that tells nothing. Leaves stand in the order of `id`.
 */
import { canonicalize } from '@muster/canonical-json'
import { CompactRange, leafHashOf, toHex, utf8 } from '@muster/ledger'

export interface EventLeaf {
  /** The row's id: its place in the tree. */
  id: string
  eventHash: string
  /** 32 hexadecimal characters. */
  salt: string
  signatureValid: boolean | null
}

/** Hash of one leaf. */
export function eventLeafHash({ eventHash, id, salt, signatureValid }: EventLeaf): Uint8Array {
  return leafHashOf(utf8(canonicalize({ eventHash, id, salt, signatureValid })))
}

/** Root over leaves, lower-case hex; of no leaf the root of the empty tree. */
export function batchRoot(leaves: readonly { id: string; hash: Uint8Array }[]): string {
  const range = new CompactRange()
  for (const { hash } of leaves.toSorted((a, b) => (a.id < b.id ? -1 : 1))) range.append(hash)
  return toHex(range.root())
}
