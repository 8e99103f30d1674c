/** Tiles as they are built are the tiles of the tree, from wherever building goes on. */
import { describe, expect, test } from 'vitest'
import {
  CompactRange,
  leafHash,
  newTiles,
  readNodesFromTiles,
  rootAt,
  tilePath,
  tileRoot,
  tileWidth,
  toHex,
} from '@muster/ledger'
import fc from 'fast-check'
import { TileBuilder, tileStart, type PartialTile } from './tileBuilder.ts'

const leafOf = (index: number): Uint8Array => leafHash(`leaf ${index}`)

describe('TileBuilder', () => {
  test('completes exactly the full tiles, each with the root that stands in the tile above', () => {
    const size = tileWidth * tileWidth + 3
    const builder = new TileBuilder()
    const built = Array.from({ length: size }, (_, index) => builder.push(leafOf(index))).flat()
    const full = newTiles(0, size).filter(({ width }) => width === tileWidth)
    expect(built.map(({ level, index }) => `${level}/${index}`).toSorted()).toEqual(
      full.map(({ level, index }) => `${level}/${index}`).toSorted(),
    )
    const top = built.find(({ level }) => level === 1)!
    expect(toHex(top.hashes.subarray(0, 32))).toBe(
      toHex(built.find(({ level, index }) => level === 0 && index === 0)!.root),
    )
    expect(built.every(({ hashes, root }) => toHex(tileRoot(hashes)) === toHex(root))).toBe(true)
  })

  test('built in pieces, at any sizes, the tiles give the same root as the leaves', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 }), async (steps) => {
        const stored = new Map<string, Uint8Array>()
        let size = 0
        for (const step of steps) {
          const start = tileStart(size)
          const above: PartialTile[] = [{ index: start / tileWidth, hashes: [] }]
          const count = start / tileWidth
          if (count > 0) {
            const index = Math.floor(count / tileWidth)
            const hashes = Array.from({ length: count - index * tileWidth }, (_, at) =>
              tileRoot(stored.get(tilePath({ level: 0, index: index * tileWidth + at, width: tileWidth }))!),
            )
            above.push({ index, hashes })
          }
          const builder = new TileBuilder(above)
          for (let leaf = start; leaf < size + step; leaf++) {
            for (const { level, index, hashes } of builder.push(leafOf(leaf))) {
              stored.set(tilePath({ level, index, width: tileWidth }), hashes)
            }
          }
          size += step
        }
        const range = new CompactRange()
        for (let leaf = 0; leaf < size; leaf++) range.append(leafOf(leaf))
        const read = readNodesFromTiles(size, async (tile) => {
          const known = stored.get(tilePath(tile))
          if (known !== undefined) return known
          expect(tile.width).toBeLessThan(tileWidth) // only right-most tiles are computed
          const hashes = Array.from({ length: tile.width }, (_, at) =>
            tile.level === 0
              ? leafOf(tile.index * tileWidth + at)
              : tileRoot(
                  stored.get(
                    tilePath({ level: tile.level - 1, index: tile.index * tileWidth + at, width: tileWidth }),
                  )!,
                ),
          )
          return Buffer.concat(hashes)
        })
        expect(toHex(await rootAt(size, read))).toBe(toHex(range.root()))
      }),
      { numRuns: 25 },
    )
  })
})
