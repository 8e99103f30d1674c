/**
 * Which subtrees a proof names, and how each is put together.
 *
 * RFC 9162 gives both proofs as recursions over ranges of leaves: PATH
 * (§2.1.3.1) and PROOF (§2.1.4.1). Here they yield the ranges alone; a reader
 * supplies the hashes of perfect subtrees, from memory, a database or tiles.
 */
import { emptyRoot, isCount, nodeHash, splitPoint } from './treeHash.ts'

/** The perfect subtree over leaves `[index·2^level, (index+1)·2^level)`. */
export interface NodeId {
  readonly level: number
  readonly index: number
}

/** Reads the hashes of perfect subtrees, in the order asked. */
export type ReadNodes = (nodes: readonly NodeId[]) => Promise<readonly Uint8Array[]>

/** Leaves from `start` up to but without `end`. */
interface LeafRange {
  readonly start: number
  readonly end: number
}

/** @throws RangeError unless 0 ≤ leafIndex < treeSize. */
export async function inclusionProof(leafIndex: number, treeSize: number, read: ReadNodes): Promise<Uint8Array[]> {
  if (!isCount(leafIndex) || !isCount(treeSize) || leafIndex >= treeSize) {
    throw new RangeError(`no leaf \`${leafIndex}\` in a tree of size \`${treeSize}\``)
  }
  const path: LeafRange[] = []
  let start = 0
  let end = treeSize
  while (end - start > 1) {
    const middle = start + splitPoint(end - start)
    if (leafIndex < middle) {
      path.push({ start: middle, end })
      end = middle
    } else {
      path.push({ start, end: middle })
      start = middle
    }
  }
  return rootsOf(path.reverse(), read)
}

/** @throws RangeError unless 1 ≤ size1 ≤ size2. */
export async function consistencyProof(size1: number, size2: number, read: ReadNodes): Promise<Uint8Array[]> {
  if (!isCount(size1) || !isCount(size2) || size1 < 1 || size1 > size2) {
    throw new RangeError(`no proof from size \`${size1}\` to size \`${size2}\``)
  }
  const path: LeafRange[] = []
  let start = 0
  let end = size2
  // RFC 9162's b: true while the subtree is one whose root the verifier has already.
  let known = true
  while (size1 !== end) {
    const middle = start + splitPoint(end - start)
    if (size1 <= middle) {
      path.push({ start: middle, end })
      end = middle
    } else {
      path.push({ start, end: middle })
      start = middle
      known = false
    }
  }
  if (!known) path.push({ start, end })
  return rootsOf(path.reverse(), read)
}

/** Root of the tree of the given size. */
export async function rootAt(treeSize: number, read: ReadNodes): Promise<Uint8Array> {
  if (!isCount(treeSize)) throw new RangeError(`not a tree size: \`${String(treeSize)}\``)
  if (treeSize === 0) return emptyRoot()
  return (await rootsOf([{ start: 0, end: treeSize }], read))[0]!
}

/** Perfect subtrees of a range that starts where a subtree of its size may start, largest first. */
export function perfectSubtrees({ start, end }: LeafRange): NodeId[] {
  const nodes: NodeId[] = []
  while (start < end) {
    let level = 0
    while (start + 2 ** (level + 1) <= end) level++
    nodes.push({ level, index: start / 2 ** level })
    start += 2 ** level
  }
  return nodes
}

/** One read for all ranges, then each folded from the right. */
async function rootsOf(ranges: readonly LeafRange[], read: ReadNodes): Promise<Uint8Array[]> {
  const parts = ranges.map(perfectSubtrees)
  const wanted = parts.flat()
  const hashes = await read(wanted)
  if (hashes.length !== wanted.length) throw new RangeError('the reader gave another number of hashes than asked')
  let at = 0
  return parts.map((nodes) => {
    const own = hashes.slice(at, at + nodes.length)
    at += nodes.length
    return own.reduceRight((right, left) => nodeHash(left, right))
  })
}

/** A reader over leaf hashes in memory: for small trees and for tests. */
export function readNodesOf(leafHashes: readonly Uint8Array[]): ReadNodes {
  const hashOf = (level: number, index: number): Uint8Array => {
    if (level > 0) return nodeHash(hashOf(level - 1, index * 2), hashOf(level - 1, index * 2 + 1))
    const leaf = leafHashes[index]
    if (leaf === undefined) throw new RangeError(`no leaf \`${index}\``)
    return leaf
  }
  return async (nodes) => nodes.map(({ level, index }) => hashOf(level, index))
}
