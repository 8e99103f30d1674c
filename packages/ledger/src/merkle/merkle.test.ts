/** Roots, inclusion and consistency proofs agree with each other at every size. */
import { sha256 } from '@muster/canonical-json'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, toHex, utf8 } from '../bytes.ts'
import { CompactRange, merkleRoot } from './compactRange.ts'
import { consistencyProof, inclusionProof, readNodesOf, rootAt, type ReadNodes } from './proofPaths.ts'
import { emptyRoot, leafHashOf, nodeHash } from './treeHash.ts'
import { verifyConsistency, verifyInclusion } from './verifyProofs.ts'

const leaves = Array.from({ length: 65 }, (_, index) => leafHashOf(utf8(`leaf ${index}`)))

/** MTH exactly as RFC 9162 §2.1.1 writes it, for comparison only. */
function definition(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return sha256(new Uint8Array(0))
  if (hashes.length === 1) return hashes[0]!
  let k = 1
  while (k * 2 < hashes.length) k *= 2
  return nodeHash(definition(hashes.slice(0, k)), definition(hashes.slice(k)))
}

const roots = Array.from({ length: 66 }, (_, size) => definition(leaves.slice(0, size)))

describe('the tree', () => {
  test('hashes leaves and nodes as RFC 9162 defines', () => {
    expect(toHex(leafHashOf(utf8('L123456')))).toBe('395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56')
    expect(toHex(nodeHash(leafHashOf(utf8('a')), leafHashOf(utf8('b'))))).toBe(
      toHex(sha256(concat(Uint8Array.of(1), leafHashOf(utf8('a')), leafHashOf(utf8('b'))))),
    )
    expect(toHex(emptyRoot())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  test('a frontier gives the defined root at every size, also after being stored and restored', () => {
    let range = new CompactRange()
    expect(toHex(range.root())).toBe(toHex(roots[0]!))
    for (const [index, leaf] of leaves.entries()) {
      range.append(leaf)
      range = CompactRange.restore(JSON.parse(JSON.stringify(range.store())))
      expect(range.size).toBe(index + 1)
      expect(toHex(range.root())).toBe(toHex(roots[index + 1]!))
    }
  })

  test('a frontier that does not fit its size is refused', () => {
    const stored = (() => {
      const range = new CompactRange()
      for (const leaf of leaves.slice(0, 7)) range.append(leaf)
      return range.store()
    })()
    expect(() => CompactRange.restore({ ...stored, size: 8 })).toThrow(RangeError)
    expect(() => CompactRange.restore({ ...stored, hashes: stored.hashes.slice(1) })).toThrow(RangeError)
    expect(() => CompactRange.restore({ size: 1, hashes: ['ab'] })).toThrow(RangeError)
    expect(() => CompactRange.restore({ size: -1, hashes: [] })).toThrow(RangeError)
  })

  test('nodes of anything but 32 bytes are refused', () => {
    expect(() => nodeHash(new Uint8Array(31), leaves[0]!)).toThrow(RangeError)
  })
})

describe('proofs in every tree up to 64 leaves', () => {
  test('every leaf is proven included, and by no other index, size, leaf or root', async () => {
    for (let treeSize = 1; treeSize <= 64; treeSize++) {
      const read = readNodesOf(leaves.slice(0, treeSize))
      expect(toHex(await rootAt(treeSize, read))).toBe(toHex(roots[treeSize]!))
      for (let leafIndex = 0; leafIndex < treeSize; leafIndex++) {
        const proof = await inclusionProof(leafIndex, treeSize, read)
        const claim = { leafIndex, treeSize, leafHash: leaves[leafIndex]!, proof, root: roots[treeSize]! }
        expect(verifyInclusion(claim)).toBe(true)
        expect(verifyInclusion({ ...claim, leafHash: leaves[leafIndex + 1]! })).toBe(false)
        expect(verifyInclusion({ ...claim, root: roots[treeSize + 1]! })).toBe(false)
        expect(verifyInclusion({ ...claim, proof: [...proof, leaves[0]!] })).toBe(false)
        if (proof.length > 0) expect(verifyInclusion({ ...claim, proof: proof.slice(1) })).toBe(false)
        if (leafIndex > 0) expect(verifyInclusion({ ...claim, leafIndex: leafIndex - 1 })).toBe(false)
      }
    }
  })

  test('every size is proven a prefix of every later one, and of no other root', async () => {
    for (let size2 = 1; size2 <= 64; size2++) {
      const read = readNodesOf(leaves.slice(0, size2))
      for (let size1 = 1; size1 <= size2; size1++) {
        const proof = await consistencyProof(size1, size2, read)
        const claim = { size1, size2, root1: roots[size1]!, root2: roots[size2]!, proof }
        expect(verifyConsistency(claim)).toBe(true)
        expect(verifyConsistency({ ...claim, root1: roots[size1 + 1]! })).toBe(false)
        expect(verifyConsistency({ ...claim, root2: roots[size2 + 1]! })).toBe(false)
        expect(verifyConsistency({ ...claim, proof: [...proof, leaves[0]!] })).toBe(false)
        if (proof.length > 0) expect(verifyConsistency({ ...claim, proof: proof.slice(0, -1) })).toBe(false)
      }
    }
  })

  test('one flipped bit anywhere in a proof spoils it', async () => {
    const read = readNodesOf(leaves)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 64 }),
        fc.nat(),
        fc.nat(),
        fc.nat({ max: 255 }),
        async (size, a, b, bit) => {
          const leafIndex = a % size
          const inclusion = await inclusionProof(leafIndex, size, read)
          const claim = { leafIndex, treeSize: size, leafHash: leaves[leafIndex]!, root: roots[size]! }
          expect(verifyInclusion({ ...claim, proof: flip(inclusion, b, bit) })).toBe(false)
          const size1 = 1 + (a % (size - 1))
          const consistency = await consistencyProof(size1, size, read)
          const both = { size1, size2: size, root1: roots[size1]!, root2: roots[size]! }
          expect(verifyConsistency({ ...both, proof: flip(consistency, b, bit) })).toBe(false)
        },
      ),
    )
  })

  test('what cannot be counted is refused, not thrown', () => {
    const base = { leafHash: leaves[0]!, root: roots[1]!, proof: [] }
    for (const bad of [-1, 0.5, Number.NaN, 2 ** 53, Infinity]) {
      expect(verifyInclusion({ ...base, leafIndex: bad, treeSize: 1 })).toBe(false)
      expect(verifyInclusion({ ...base, leafIndex: 0, treeSize: bad })).toBe(false)
      const claim = { root1: roots[1]!, root2: roots[1]!, proof: [] }
      expect(verifyConsistency({ ...claim, size1: bad, size2: bad })).toBe(false)
    }
    expect(verifyInclusion({ ...base, leafIndex: 0, treeSize: 1, leafHash: new Uint8Array(0) })).toBe(false)
  })

  test('an empty tree is consistent with nothing: the claim would say nothing', () => {
    expect(verifyConsistency({ size1: 0, size2: 0, root1: roots[0]!, root2: roots[0]!, proof: [] })).toBe(false)
    expect(verifyConsistency({ size1: 0, size2: 1, root1: roots[0]!, root2: roots[1]!, proof: [] })).toBe(false)
  })

  test('sizes beyond 32 bits are counted exactly', async () => {
    // A tree of 2^40+1 leaves that are all the same: each level has one hash.
    const same: Uint8Array[] = [leaves[0]!]
    for (let level = 1; level <= 40; level++) same.push(nodeHash(same[level - 1]!, same[level - 1]!))
    const read: ReadNodes = async (nodes) => nodes.map(({ level }) => same[level]!)
    const treeSize = 2 ** 40 + 1
    const root = nodeHash(same[40]!, leaves[0]!)
    expect(toHex(await rootAt(treeSize, read))).toBe(toHex(root))
    for (const leafIndex of [0, 2 ** 33 + 5, 2 ** 40 - 1, 2 ** 40]) {
      const proof = await inclusionProof(leafIndex, treeSize, read)
      expect(verifyInclusion({ leafIndex, treeSize, leafHash: leaves[0]!, proof, root })).toBe(true)
    }
    const proof = await consistencyProof(2 ** 40, treeSize, read)
    expect(verifyConsistency({ size1: 2 ** 40, size2: treeSize, root1: same[40]!, root2: root, proof })).toBe(true)
  })

  test('a proof that cannot exist is refused before anything is read', async () => {
    const read = readNodesOf(leaves)
    await expect(inclusionProof(3, 3, read)).rejects.toThrow(RangeError)
    await expect(consistencyProof(0, 3, read)).rejects.toThrow(RangeError)
    await expect(consistencyProof(4, 3, read)).rejects.toThrow(RangeError)
  })

  test('a root over no leaves is the empty root', () => {
    expect(toHex(merkleRoot([]))).toBe(toHex(emptyRoot()))
  })
})

function flip(proof: readonly Uint8Array[], pick: number, bit: number): Uint8Array[] {
  return proof.map((hash, at) => {
    const copy = Uint8Array.from(hash)
    if (at === pick % proof.length) copy[bit >> 3]! ^= 1 << (bit & 7)
    return copy
  })
}
