/**
 * Full tiles out of a growing sequence of leaves (c2sp.org/tlog-tiles).
 * Pure: hashes in, full tiles out, lowest level first.
 *
 * INVARIANT (full and final): a tile is given out once, when its 256th hash
 * arrives, and never changes afterwards.
 */
import { tileRoot, tileWidth } from '@muster/ledger'

export interface FullTile {
  level: number
  index: number
  /** 256 hashes of 32 bytes. */
  hashes: Buffer
  /** The hash that stands for this tile in the one above. */
  root: Uint8Array
}

/** A level's right-most tile so far: which one it is and the hashes it has. */
export interface PartialTile {
  index: number
  hashes: Uint8Array[]
}

export class TileBuilder {
  readonly #levels: PartialTile[]

  /** @param levels the partial tiles to go on from, level 0 first; none for an empty tree. */
  constructor(levels: readonly PartialTile[] = []) {
    this.#levels = levels.map(({ index, hashes }) => ({ index, hashes: [...hashes] }))
  }

  /** Adds the next leaf hash; answers the tiles it completed. */
  push(leaf: Uint8Array): FullTile[] {
    const full: FullTile[] = []
    let hash: Uint8Array | null = leaf
    for (let level = 0; hash !== null; level++) {
      const partial: PartialTile = (this.#levels[level] ??= { index: 0, hashes: [] })
      partial.hashes.push(hash)
      if (partial.hashes.length < tileWidth) return full
      const hashes = Buffer.concat(partial.hashes)
      hash = tileRoot(hashes)
      full.push({ level, index: partial.index, hashes, root: hash })
      this.#levels[level] = { index: partial.index + 1, hashes: [] }
    }
    return full
  }
}

/** Leaves that must be read again to go on building at `size`: from the start of the level 0 tile it stands in. */
export function tileStart(size: number): number {
  return size - (size % tileWidth)
}
