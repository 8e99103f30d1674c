/**
 * The frontier before a leaf, out of the leaf's inclusion proof.
 *
 * Every left sibling on a leaf's path is the root of a perfect subtree, and
 * together they cover exactly the leaves before it: what a verifier needs to go
 * on from there. Nothing is proven by it: the root it later leads to is.
 */
import { isHash } from '@muster/canonical-json'
import type { StoredFrontier } from './compactRange.ts'

/** @param proof hashes in lower-case hex, from the leaf upwards. Null when it is none for this place. */
export function frontierOfInclusion(
  leafIndex: number,
  treeSize: number,
  proof: readonly string[],
): StoredFrontier | null {
  if (!Number.isSafeInteger(leafIndex) || leafIndex < 0 || leafIndex >= treeSize) return null
  const left: string[] = []
  let fn = leafIndex
  let sn = treeSize - 1
  for (const sibling of proof) {
    if (sn === 0 || !isHash(sibling)) return null
    if (fn % 2 === 1 || fn === sn) {
      left.push(sibling)
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2)
        sn = Math.floor(sn / 2)
      }
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  // One for each set bit of the size, largest first.
  return sn === 0 && left.length === setBits(leafIndex) ? { size: leafIndex, hashes: left.toReversed() } : null
}

function setBits(value: number): number {
  let count = 0
  for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}
