/**
 * Full tiles as they are stored, and any tile of a tree read from them.
 *
 * What is not stored is computed from the leaves: the right-most tiles, and all
 * of them beyond the last checkpoint. Tiles are not trusted by anybody: a proof
 * made from them verifies against a signed root, or does not.
 */
import { encodeEntryBundle, tileRoot, tileWidth, type ReadTile, type TileId } from '@muster/ledger'
import { withRequest, type RolePool } from '@muster/db'
import { leavesBetween } from '../ledger/frontier.ts'
import type { Room } from '../room.ts'
import type { FullTile, PartialTile } from './tileBuilder.ts'

/** Levels a tree can have: 256^8 leaves are beyond what a sequence number counts. */
const levelsMax = 8

export async function storeTiles(pool: RolePool, logEpoch: number, tiles: readonly FullTile[]): Promise<void> {
  if (tiles.length === 0) return
  await withRequest(pool, (tx) =>
    tx.query(
      `INSERT INTO ledger.tile (tenant_id, log_epoch, level, index, hashes, root)
     SELECT (SELECT muster.tenant()), $1, t.level, t.index, t.hashes, t.root
       FROM unnest($2::integer[], $3::bigint[], $4::bytea[], $5::bytea[]) AS t (level, index, hashes, root)
     ON CONFLICT DO NOTHING`,
      [
        logEpoch,
        tiles.map(({ level }) => level),
        tiles.map(({ index }) => index),
        tiles.map(({ hashes }) => hashes),
        tiles.map(({ root }) => Buffer.from(root)),
      ],
    ),
  )
}

/** The partial tiles above the leaves of a tree of `size`, a multiple of 256: level 0 is empty there. */
export async function partialTiles(room: Room, logEpoch: number, size: number): Promise<PartialTile[]> {
  const levels: PartialTile[] = [{ index: size / tileWidth, hashes: [] }]
  for (let level = 1; level < levelsMax; level++) {
    const count = Math.floor(size / tileWidth ** level)
    if (count === 0) break
    const index = Math.floor(count / tileWidth)
    const width = count - index * tileWidth
    levels.push({ index, hashes: width === 0 ? [] : split(await tileHashes(room, logEpoch, { level, index, width })) })
  }
  return levels
}

/** A reader of any tile of the log, stored or computed. */
export function tileReader(room: Room, logEpoch: number): ReadTile {
  return (tile) => tileHashes(room, logEpoch, tile)
}

async function tileHashes(room: Room, logEpoch: number, tile: TileId): Promise<Uint8Array> {
  const first = tile.index * tileWidth
  if (tile.level === 0) {
    const stored = tile.width === tileWidth ? await storedTile(room.pool, logEpoch, tile) : null
    return stored ?? (await leafTile(room.pool, first, tile.width))
  }
  // The hashes of a tile are the roots of those below it: 32 bytes each, where they are stored.
  const roots = await storedRoots(room.pool, logEpoch, tile.level - 1, first, tile.width)
  const hashes = Array.from({ length: tile.width }, async (_, at) => {
    const index = first + at
    return (
      roots.get(index) ?? tileRoot(await tileHashes(room, logEpoch, { level: tile.level - 1, index, width: tileWidth }))
    )
  })
  return Buffer.concat(await Promise.all(hashes))
}

async function storedTile(pool: RolePool, logEpoch: number, { level, index }: TileId): Promise<Buffer | null> {
  const [row] = await withRequest(pool, (tx) =>
    tx.query<{ hashes: Buffer }>(
      `SELECT t.hashes FROM ledger.tile t
        WHERE t.tenant_id = (SELECT muster.tenant()) AND t.log_epoch = $1 AND t.level = $2 AND t.index = $3`,
      [logEpoch, level, index],
    ),
  )
  return row?.hashes ?? null
}

async function storedRoots(
  pool: RolePool,
  logEpoch: number,
  level: number,
  first: number,
  count: number,
): Promise<Map<number, Buffer>> {
  const rows = await withRequest(pool, (tx) =>
    tx.query<{ index: string; root: Buffer }>(
      `SELECT t.index, t.root FROM ledger.tile t
        WHERE t.tenant_id = (SELECT muster.tenant()) AND t.log_epoch = $1 AND t.level = $2 AND t.index >= $3 AND t.index < $4`,
      [logEpoch, level, first, first + count],
    ),
  )
  return new Map(rows.map(({ index, root }) => [Number(index), root]))
}

async function leafTile(pool: RolePool, first: number, width: number): Promise<Buffer> {
  const hashes: Uint8Array[] = []
  for await (const leaf of leavesBetween(pool, first, first + width)) hashes.push(leaf)
  return Buffer.concat(hashes)
}

function split(hashes: Uint8Array): Uint8Array[] {
  return Array.from({ length: hashes.length / 32 }, (_, at) => hashes.slice(at * 32, (at + 1) * 32))
}

/**
 * An entry bundle: the bodies of a level 0 tile. Null unless the caller may
 * read every one of them: with a body left out it would not be the bundle.
 */
export async function entryBundle(pool: RolePool, { index, width }: TileId): Promise<Uint8Array | null> {
  const first = index * tileWidth
  const rows = await withRequest(pool, (tx) =>
    tx.query<{ body: Buffer }>(
      `SELECT r.body FROM ledger.receipt r
        WHERE r.tenant_id = (SELECT muster.tenant()) AND r.seq > $1 AND r.seq <= $2 ORDER BY r.seq`,
      [first, first + width],
    ),
  )
  return rows.length === width ? encodeEntryBundle(rows.map(({ body }) => body)) : null
}
