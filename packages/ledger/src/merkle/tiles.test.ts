/** Tiles hold what the tree holds, and proofs come out of them. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes.ts'
import { CompactRange } from './compactRange.ts'
import { decodeEntryBundle, encodeEntryBundle, entryLengthMax } from './entryBundle.ts'
import { consistencyProof, inclusionProof, rootAt } from './proofPaths.ts'
import {
  newTiles,
  parseTilePath,
  readNodesFromTiles,
  tileIn,
  tilePath,
  tileRoot,
  tileWidth,
  type ReadTile,
  type TileId,
} from './tiles.ts'
import { leafHashOf } from './treeHash.ts'
import { verifyConsistency, verifyInclusion } from './verifyProofs.ts'

/** A log that grows by the given sizes and stores exactly the tiles `newTiles` names. */
function growLog(
  leaves: readonly Uint8Array[],
  sizes: readonly number[],
): { store: Map<string, Uint8Array>; roots: Map<number, Uint8Array> } {
  const store = new Map<string, Uint8Array>()
  const roots = new Map<number, Uint8Array>()
  const range = new CompactRange()
  let known = 0
  for (const size of sizes) {
    for (const leaf of leaves.slice(known, size)) range.append(leaf)
    roots.set(size, range.root())
    for (const tile of newTiles(known, size)) store.set(tilePath(tile), contents(tile, leaves, store))
    known = size
  }
  return { store, roots }
}

function contents(
  { level, index, width }: TileId,
  leaves: readonly Uint8Array[],
  store: Map<string, Uint8Array>,
): Uint8Array {
  const first = index * tileWidth
  if (level === 0) return concat(...leaves.slice(first, first + width))
  const below = Array.from({ length: width }, (_, at) => {
    const full = store.get(tilePath({ level: level - 1, index: first + at, width: tileWidth }))
    if (full === undefined) throw new Error('a full tile below was never stored')
    return tileRoot(full)
  })
  return concat(...below)
}

const readFrom =
  (store: Map<string, Uint8Array>): ReadTile =>
  async (tile) => {
    const bytes = store.get(tilePath(tile))
    if (bytes === undefined) throw new Error(`no tile ${tilePath(tile)}`)
    return bytes
  }

const leaves = Array.from({ length: 66_000 }, (_, index) => leafHashOf(utf8(`${index}`)))

describe('tiles', () => {
  test('proofs built from tiles verify, at sizes around every edge', async () => {
    const sizes = [1, 2, 100, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 66_000]
    const { store, roots } = growLog(leaves, sizes)
    for (const size of sizes) {
      const read = readNodesFromTiles(size, readFrom(store))
      const root = roots.get(size)!
      expect(toHex(await rootAt(size, read))).toBe(toHex(root))
      for (const leafIndex of [0, size >> 1, size - 1]) {
        const proof = await inclusionProof(leafIndex, size, read)
        expect(verifyInclusion({ leafIndex, treeSize: size, leafHash: leaves[leafIndex]!, proof, root })).toBe(true)
      }
      for (const older of sizes.filter((before) => before <= size)) {
        const proof = await consistencyProof(older, size, read)
        const claim = { size1: older, size2: size, root1: roots.get(older)!, root2: root, proof }
        expect(verifyConsistency(claim)).toBe(true)
      }
    }
  })

  test('however the log grew, the tiles are the same', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 6 }), (steps) => {
        let at = 0
        const sizes = steps.map((step) => (at += step))
        const grown = growLog(leaves, sizes)
        const once = growLog(leaves, [at])
        for (const [path, bytes] of once.store) expect(toHex(grown.store.get(path)!)).toBe(toHex(bytes))
      }),
      { numRuns: 25 },
    )
  })

  test('a tile with a changed byte gives no proof that verifies', async () => {
    const { store, roots } = growLog(leaves, [300])
    const spoiled = new Map(store)
    const bytes = Uint8Array.from(spoiled.get('tile/0/000')!)
    bytes[40]! ^= 1
    spoiled.set('tile/0/000', bytes)
    const proof = await inclusionProof(0, 300, readNodesFromTiles(300, readFrom(spoiled)))
    const claim = { leafIndex: 0, treeSize: 300, leafHash: leaves[0]!, proof, root: roots.get(300)! }
    expect(verifyInclusion(claim)).toBe(false)
  })

  test('a tile of the wrong length is refused', async () => {
    const read = readNodesFromTiles(300, async () => new Uint8Array(32))
    await expect(rootAt(300, read)).rejects.toThrow(RangeError)
  })

  test('a tree of 70,000 has the tiles the specification counts', () => {
    const tiles = newTiles(0, 70_000)
    const count = (level: number): [number, number[]] => [
      tiles.filter((tile) => tile.level === level && tile.width === tileWidth).length,
      tiles.filter((tile) => tile.level === level && tile.width < tileWidth).map((tile) => tile.width),
    ]
    expect([count(0), count(1), count(2)]).toEqual([
      [273, [112]],
      [1, [17]],
      [0, [1]],
    ])
    expect(newTiles(0, 256).map((tile) => tilePath(tile))).toEqual(['tile/0/000', 'tile/1/000.p/1'])
    expect(newTiles(256, 256)).toEqual([])
    expect(tileIn(256, 0, 1)).toBeNull()
  })

  test('paths are those of the specification, and no other spelling is read', () => {
    expect(tilePath({ level: 0, index: 1_234_067, width: 256 })).toBe('tile/0/x001/x234/067')
    expect(tilePath({ level: 0, index: 0, width: 1 }, 'entries')).toBe('tile/entries/000.p/1')
    for (const bad of [
      'tile/0/0',
      'tile/00/000',
      'tile/64/000',
      'tile/0/001/000',
      'tile/0/x000/001',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/01',
      'tile/-1/000',
      '/tile/0/000',
      'tile/0/000/',
      'tile/data/000',
      'tile/0/x999/x999/x999/x999/x999/x999/999',
    ]) {
      expect(parseTilePath(bad), bad).toBeNull()
    }
    fc.assert(
      fc.property(fc.nat({ max: 63 }), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        const tile = { level, index, width }
        expect(parseTilePath(tilePath(tile))).toEqual({ ...tile, kind: 'hashes' })
        expect(parseTilePath(tilePath({ ...tile, level: 0 }, 'entries'))).toEqual({
          ...tile,
          level: 0,
          kind: 'entries',
        })
      }),
    )
  })
})

describe('entry bundles', () => {
  test('give back what was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 256 }), (entries) => {
        const back = decodeEntryBundle(encodeEntryBundle(entries), entries.length)
        expect(back.map(toHex)).toEqual(entries.map(toHex))
      }),
    )
  })

  test('are refused when cut, continued or of another width', () => {
    const bundle = encodeEntryBundle([utf8('one'), utf8('two')])
    expect(toHex(bundle)).toBe('00036f6e65000374776f')
    expect(() => decodeEntryBundle(bundle.subarray(0, -1), 2)).toThrow(RangeError)
    expect(() => decodeEntryBundle(concat(bundle, fromHex('00')), 2)).toThrow(RangeError)
    expect(() => decodeEntryBundle(bundle, 3)).toThrow(RangeError)
    expect(() => encodeEntryBundle([new Uint8Array(entryLengthMax + 1)])).toThrow(RangeError)
  })
})
