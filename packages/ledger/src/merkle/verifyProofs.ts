/**
 * Checking proofs: the algorithms of RFC 9162 §2.1.3.2 and §2.1.4.2.
 *
 * INVARIANT (no exception, no doubt): anything malformed, a wrong length, a
 * number that cannot be counted, a hash too many, makes the answer false.
 */
import { sameBytes } from '../bytes.ts'
import { hashLength, isCount, nodeHash } from './treeHash.ts'

export interface InclusionClaim {
  readonly leafIndex: number
  readonly treeSize: number
  readonly leafHash: Uint8Array
  readonly proof: readonly Uint8Array[]
  readonly root: Uint8Array
}

export interface ConsistencyClaim {
  readonly size1: number
  readonly size2: number
  readonly root1: Uint8Array
  readonly root2: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** True when the leaf stands at `leafIndex` (from 0) in the tree with this size and root. */
export function verifyInclusion({ leafIndex, treeSize, leafHash, proof, root }: InclusionClaim): boolean {
  if (!isCount(leafIndex) || !isCount(treeSize) || leafIndex >= treeSize) return false
  if (!allHashes([leafHash, root, ...proof])) return false
  let fn = leafIndex
  let sn = treeSize - 1
  let hash = leafHash
  for (const sibling of proof) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash)
      // Right edge of an unbalanced tree: climb past the levels that have no sibling.
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else {
      hash = nodeHash(hash, sibling)
    }
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 && sameBytes(hash, root)
}

/**
 * True when the tree of `size1` is a prefix of the tree of `size2`. An empty
 * first tree is a prefix of every tree, a claim without content: false.
 */
export function verifyConsistency({ size1, size2, root1, root2, proof }: ConsistencyClaim): boolean {
  if (!isCount(size1) || !isCount(size2) || size1 < 1 || size1 > size2) return false
  // Equal sizes ask for equal roots and nothing else; no hash is computed, so none is looked at.
  if (size1 === size2) return proof.length === 0 && root1.length > 0 && sameBytes(root1, root2)
  if (!allHashes([root1, root2, ...proof])) return false
  const path = isPowerOfTwo(size1) ? [root1, ...proof] : proof
  const seed = path[0]
  if (seed === undefined) return false
  let fn = size1 - 1
  let sn = size2 - 1
  while (fn % 2 === 1) {
    fn = half(fn)
    sn = half(sn)
  }
  let old = seed
  let now = seed
  for (const sibling of path.slice(1)) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      old = nodeHash(sibling, old)
      now = nodeHash(sibling, now)
      while (fn % 2 === 0 && fn !== 0) {
        fn = half(fn)
        sn = half(sn)
      }
    } else {
      now = nodeHash(now, sibling)
    }
    fn = half(fn)
    sn = half(sn)
  }
  return sn === 0 && sameBytes(old, root1) && sameBytes(now, root2)
}

function half(value: number): number {
  return Math.floor(value / 2)
}

function isPowerOfTwo(size: number): boolean {
  while (size % 2 === 0) size /= 2
  return size === 1
}

function allHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash instanceof Uint8Array && hash.length === hashLength)
}
