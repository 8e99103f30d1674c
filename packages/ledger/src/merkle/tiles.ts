/**
 * The tree as tiles (c2sp.org/tlog-tiles): 256 consecutive hashes of one level,
 * immutable once full, enough to build every proof without asking the log.
 *
 * The n-th tile at level l holds `MTH(D[(n·256+i)·256^l : (n·256+i+1)·256^l])`
 * for i from 0 to 255. The right-most ones are partial and are named by width.
 */
import type { NodeId, ReadNodes } from './proofPaths.ts'
import { hashLength, isCount, nodeHash } from './treeHash.ts'

export const tileWidth = 256
/** Levels of a perfect subtree that one tile spans. */
const tileHeight = 8

/** One tile; `width` is 256 for a full one, 1 to 255 for a partial one. */
export interface TileId {
  readonly level: number
  readonly index: number
  readonly width: number
}

/** Reads a tile's bytes (width × 32), or an entry bundle's. */
export type ReadTile = (tile: TileId) => Promise<Uint8Array>

/** The tile with this level and index in a tree of `treeSize`; null when it would be empty. */
export function tileIn(treeSize: number, level: number, index: number): TileId | null {
  const hashes = Math.floor(treeSize / tileWidth ** level)
  const width = Math.min(hashes - index * tileWidth, tileWidth)
  return width > 0 ? { level, index, width } : null
}

/** Every tile of a tree of `treeSize` that a tree of `knownSize` does not have in full yet, lowest level first. */
export function newTiles(knownSize: number, treeSize: number): TileId[] {
  const tiles: TileId[] = []
  for (let level = 0; Math.floor(treeSize / tileWidth ** level) > 0; level++) {
    const known = Math.floor(knownSize / tileWidth ** level)
    const now = Math.floor(treeSize / tileWidth ** level)
    if (known === now) continue
    for (let index = Math.floor(known / tileWidth); index * tileWidth < now; index++) {
      tiles.push({ level, index, width: Math.min(now - index * tileWidth, tileWidth) })
    }
  }
  return tiles
}

/** Root of a full tile: the hash that stands for it in the tile above. */
export function tileRoot(bytes: Uint8Array): Uint8Array {
  if (bytes.length !== tileWidth * hashLength) throw new RangeError('only a full tile has a root')
  return foldTile(bytes, 0, tileHeight)
}

/**
 * A reader of perfect subtrees over the tiles of a tree of `treeSize`. Each
 * tile is read once per call. What tiles say is not trusted: the proof that
 * comes out verifies against a signed root, or does not.
 */
export function readNodesFromTiles(treeSize: number, readTile: ReadTile): ReadNodes {
  return async (nodes) => {
    const tiles = new Map<string, Promise<Uint8Array>>()
    const read = ({ level, index }: NodeId): Promise<Uint8Array> => {
      const tileLevel = Math.floor(level / tileHeight)
      const height = level % tileHeight
      const first = index * 2 ** height
      const tile = tileIn(treeSize, tileLevel, Math.floor(first / tileWidth))
      if (tile === null) throw new RangeError(`a tree of size \`${treeSize}\` has no node ${level}/${index}`)
      const path = tilePath(tile)
      const bytes = tiles.get(path) ?? readWhole(tile, readTile)
      tiles.set(path, bytes)
      return bytes.then((whole) => foldTile(whole, first % tileWidth, height))
    }
    return Promise.all(nodes.map(read))
  }
}

async function readWhole(tile: TileId, readTile: ReadTile): Promise<Uint8Array> {
  const bytes = await readTile(tile)
  if (bytes.length !== tile.width * hashLength) {
    throw new RangeError(`tile \`${tilePath(tile)}\` has ${bytes.length} bytes, not ${tile.width * hashLength}`)
  }
  return bytes
}

/** Hash of the perfect subtree of `height` over the tile's hashes from `first` on. */
function foldTile(bytes: Uint8Array, first: number, height: number): Uint8Array {
  if ((first + 2 ** height) * hashLength > bytes.length) throw new RangeError('a tile is too narrow for the node asked')
  let row: Uint8Array[] = []
  for (let at = 0; at < 2 ** height; at++) {
    row.push(bytes.slice((first + at) * hashLength, (first + at + 1) * hashLength))
  }
  while (row.length > 1) {
    const above: Uint8Array[] = []
    for (let at = 0; at < row.length; at += 2) above.push(nodeHash(row[at]!, row[at + 1]!))
    row = above
  }
  return row[0]!
}

/** `tile/<L>/<N>[.p/<W>]`; for entry bundles `tile/entries/<N>[.p/<W>]`. */
export function tilePath({ level, index, width }: TileId, kind: 'hashes' | 'entries' = 'hashes'): string {
  if (!isCount(index) || !isCount(level) || level > 63 || !isCount(width) || width < 1 || width > tileWidth) {
    throw new RangeError(`no tile ${level}/${index} of width ${width}`)
  }
  let digits = `${index % 1000}`.padStart(3, '0')
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    digits = `x${`${rest % 1000}`.padStart(3, '0')}/${digits}`
  }
  const partial = width === tileWidth ? '' : `.p/${width}`
  return `tile/${kind === 'entries' ? 'entries' : level}/${digits}${partial}`
}

const pathPattern = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/

/** Reads a path back; null for every spelling but the one `tilePath` gives. */
export function parseTilePath(path: string): (TileId & { kind: 'hashes' | 'entries' }) | null {
  const match = pathPattern.exec(path)
  if (match === null) return null
  const kind = match[1] === 'entries' ? 'entries' : 'hashes'
  const level = kind === 'entries' ? 0 : Number(match[1])
  const index = Number(match[2]!.replaceAll(/[x/]/g, ''))
  const width = match[3] === undefined ? tileWidth : Number(match[3])
  if (level > 63 || !isCount(index) || width > tileWidth) return null
  const tile = { level, index, width }
  return tilePath(tile, kind) === path ? { ...tile, kind } : null
}
