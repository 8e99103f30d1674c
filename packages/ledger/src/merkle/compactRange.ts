/**
 * The frontier of a growing tree: roots of its perfect subtrees, largest first,
 * one for each set bit of its size. Enough to append for ever and to give the
 * root at every size, in memory that grows with the logarithm.
 *
 * INVARIANT (one hash per bit): `hashes.length` is the number of ones in `size`.
 */
import { fromHex, toHex } from '../bytes.ts'
import { emptyRoot, hashLength, isCount, nodeHash } from './treeHash.ts'

/** What is stored of a frontier; hashes in lower-case hex. */
export interface StoredFrontier {
  readonly size: number
  readonly hashes: readonly string[]
}

export class CompactRange {
  #size = 0
  #hashes: Uint8Array[] = []

  /** @throws RangeError when the hashes do not fit the size. */
  static restore(stored: StoredFrontier): CompactRange {
    if (!isCount(stored.size) || stored.hashes.length !== onesOf(stored.size)) {
      throw new RangeError(`a frontier of size \`${stored.size}\` cannot have ${stored.hashes.length} hashes`)
    }
    const range = new CompactRange()
    range.#size = stored.size
    range.#hashes = stored.hashes.map((text) => {
      const hash = fromHex(text)
      if (hash.length !== hashLength) throw new RangeError('a frontier hash is not 32 bytes')
      return hash
    })
    return range
  }

  get size(): number {
    return this.#size
  }

  /** Adds the next leaf's hash (not its data). */
  append(leafHash: Uint8Array): void {
    let hash = leafHash
    // Each trailing one of the size is a finished subtree that joins with the new one.
    for (let rest = this.#size; rest % 2 === 1; rest = Math.floor(rest / 2)) hash = nodeHash(this.#hashes.pop()!, hash)
    this.#hashes.push(hash)
    this.#size++
  }

  /** Root over all leaves so far. */
  root(): Uint8Array {
    const hashes = this.#hashes
    let root = hashes.at(-1)
    if (root === undefined) return emptyRoot()
    for (let at = hashes.length - 2; at >= 0; at--) root = nodeHash(hashes[at]!, root)
    return root
  }

  store(): StoredFrontier {
    return { size: this.#size, hashes: this.#hashes.map(toHex) }
  }
}

function onesOf(size: number): number {
  let ones = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) ones += rest % 2
  return ones
}

/** Root over the given leaf hashes. */
export function merkleRoot(leafHashes: Iterable<Uint8Array>): Uint8Array {
  const range = new CompactRange()
  for (const hash of leafHashes) range.append(hash)
  return range.root()
}
