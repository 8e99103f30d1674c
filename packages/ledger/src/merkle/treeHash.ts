/**
 * The two hashes of the tree (RFC 9162 §2.1.1, the same as RFC 6962): leaves
 * and nodes carry different first bytes, so that neither passes for the other.
 */
import { sha256 } from '@muster/canonical-json'

export const hashLength = 32

/** `SHA-256(0x00 ‖ data)`. */
export function leafHashOf(data: Uint8Array): Uint8Array {
  const input = new Uint8Array(1 + data.length)
  input.set(data, 1)
  return sha256(input)
}

// Filled and hashed without a pause in between, so one buffer serves all nodes.
const nodeInput = new Uint8Array(1 + 2 * hashLength)
nodeInput[0] = 1

/** `SHA-256(0x01 ‖ left ‖ right)`. @throws RangeError unless both are 32 bytes. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  if (left.length !== hashLength || right.length !== hashLength) throw new RangeError('a hash is not 32 bytes')
  nodeInput.set(left, 1)
  nodeInput.set(right, 1 + hashLength)
  return sha256(nodeInput)
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return sha256(new Uint8Array(0))
}

/** The largest power of two smaller than `size` (RFC 9162's k). `size` from 2 to 2^53−1. */
export function splitPoint(size: number): number {
  let power = 1
  // Multiplication, not shifts: sizes go beyond 32 bits.
  while (power * 2 < size) power *= 2
  return power
}

/** True for a tree size or leaf index we can count exactly. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
