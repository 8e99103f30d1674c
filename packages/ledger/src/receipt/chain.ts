/**
 * The chain: each entry's link covers its number, the link before and its leaf
 * (docs/specs/ledger.md). The database computes the same under the head lock.
 *
 * Genesis binds the chain to its origin, so that entries of one tenant's ledger
 * can never continue another's.
 */
import { sha256 } from '@muster/canonical-json'
import { concat, utf8 } from '../bytes.ts'
import { hashLength, leafHashOf } from '../merkle/treeHash.ts'

/** Never equal to a leaf (which starts with 0x00), a node (0x01) or a payload. */
const linkDomain = utf8('muster/link/v1\n')
const genesisDomain = utf8('muster/genesis/v1\n')

/** The input of the next link, filled and hashed without a pause in between, so one buffer serves all. */
const linkInput = concat(linkDomain, new Uint8Array(8 + 2 * hashLength))
const linkView = new DataView(linkInput.buffer)
const seqAt = linkDomain.length

/** The leaf of a receipt: `SHA-256(0x00 ‖ body)`, RFC 9162 §2.1.1. Text is taken as UTF-8. */
export function leafHash(body: Uint8Array | string): Uint8Array {
  // One pass in the engine: the text is encoded and hashed without a copy of ours.
  return typeof body === 'string' ? sha256(`\u0000${body}`) : leafHashOf(body)
}

/** The link of seq 0, before any entry: `SHA-256("muster/genesis/v1\n" ‖ origin)`. */
export function genesisLink(origin: string): Uint8Array {
  return sha256(concat(genesisDomain, utf8(origin)))
}

/**
 * `SHA-256("muster/link/v1\n" ‖ uint64be(seq) ‖ previousLink ‖ leaf)`.
 * @param seq from 1.
 * @throws RangeError for a seq or hash of the wrong shape.
 */
export function linkHash(seq: number, previousLink: Uint8Array, leaf: Uint8Array): Uint8Array {
  if (!Number.isSafeInteger(seq) || seq < 1) throw new RangeError(`not a sequence number: \`${seq}\``)
  if (previousLink.length !== hashLength || leaf.length !== hashLength) throw new RangeError('a hash is not 32 bytes')
  linkView.setUint32(seqAt, Math.floor(seq / 0x1_0000_0000))
  linkView.setUint32(seqAt + 4, seq % 0x1_0000_0000)
  linkInput.set(previousLink, seqAt + 8)
  linkInput.set(leaf, seqAt + 8 + hashLength)
  return sha256(linkInput)
}
