/**
 * Inclusion and consistency proofs (RFC 9162), built from tiles. They are for
 * readers who trust a signed root and nothing else.
 */
import { consistencyProof, inclusionProof, readNodesFromTiles, rootAt, toHex } from '@muster/ledger'
import { withRequest } from '@muster/db'
import { currentEpoch, logOfRequest } from '../ledger/epochs.ts'
import type { Room } from '../room.ts'
import { lastCheckpoint } from './store.ts'
import { tileReader } from './tileStore.ts'

export interface InclusionModel {
  seq: string
  leafIndex: string
  treeSize: string
  leafHash: string
  rootHash: string
  hashes: string[]
}

export interface ConsistencyModel {
  size1: string
  size2: string
  rootHash1: string
  rootHash2: string
  hashes: string[]
}

/**
 * That entry `seq` stands in the tree of `size` entries; `size` is the last
 * checkpoint's unless given. Null for an entry or a size that is not there.
 */
export async function proveInclusion(room: Room, seq: number, size: number | null): Promise<InclusionModel | null> {
  const log = await logOfRequest(room)
  const epoch = currentEpoch(log)
  const treeSize = size ?? (await lastCheckpoint(room, epoch.epoch, log.seq))?.size ?? log.seq
  if (!isPlace(seq, treeSize) || !isPlace(treeSize, log.seq)) return null
  const read = readNodesFromTiles(treeSize, tileReader(room, epoch.epoch))
  const [leaf] = await withRequest(room.pool, (tx) =>
    tx.query<{ leaf: Buffer }>(
      'SELECT e.leaf FROM ledger.entry e WHERE e.tenant_id = (SELECT muster.tenant()) AND e.seq = $1',
      [seq],
    ),
  )
  if (leaf === undefined) return null
  const hashes = await inclusionProof(seq - 1, treeSize, read)
  return {
    seq: String(seq),
    leafIndex: String(seq - 1),
    treeSize: String(treeSize),
    leafHash: leaf.leaf.toString('hex'),
    rootHash: toHex(await rootAt(treeSize, read)),
    hashes: hashes.map(toHex),
  }
}

/** That the tree of `from` entries is a prefix of the tree of `to`. Null for sizes that are not there. */
export async function proveConsistency(room: Room, from: number, to: number): Promise<ConsistencyModel | null> {
  const log = await logOfRequest(room)
  if (!isPlace(from, to) || !isPlace(to, log.seq)) return null
  const readTile = tileReader(room, currentEpoch(log).epoch)
  const read = readNodesFromTiles(to, readTile)
  const hashes = await consistencyProof(from, to, read)
  return {
    size1: String(from),
    size2: String(to),
    rootHash1: toHex(await rootAt(from, readNodesFromTiles(from, readTile))),
    rootHash2: toHex(await rootAt(to, read)),
    hashes: hashes.map(toHex),
  }
}

/** From 1 to `last`. */
function isPlace(place: number, last: number): boolean {
  return Number.isSafeInteger(place) && place >= 1 && place <= last
}
