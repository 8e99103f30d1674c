/**
 * A proof bundle `muster-proof/v1` (docs/specs/proof.md) of a range: its entries
 * with bodies where the caller's scope reaches, each with its path to the root
 * of the last checkpoint. Bounded, so that it is one text.
 */
import {
  inclusionProof,
  provenEntriesMax,
  readNodesFromTiles,
  toHex,
  writeProofHeader,
  writeProvenEntry,
  type ReadTile,
} from '@muster/ledger'
import { lastCheckpoint } from '../checkpoints/store.ts'
import { tileReader } from '../checkpoints/tileStore.ts'
import { tenantOfRequest, type Room } from '../room.ts'
import { entriesBetween, verifiable } from './entries.ts'
import { currentEpoch, logOfRequest } from './epochs.ts'
import { exportedKeys } from './exportLedger.ts'

/** Both included, from 1. */
export interface ProofRange {
  readonly first: number
  readonly last: number
}

export type RangeProof =
  | { readonly state: 'proved'; readonly text: string }
  /** The last checkpoint, of `size` entries, ends before the range does; the next one is signed within minutes. */
  | { readonly state: 'uncovered'; readonly size: number }
  | { readonly state: 'tooLong'; readonly max: number }

/** Null for a range that is not there, and for an origin that is not the log's current one. */
export async function proveRange(room: Room, range: ProofRange, origin?: string): Promise<RangeProof | null> {
  const { first, last } = range
  const log = await logOfRequest(room)
  const epoch = currentEpoch(log)
  if (origin !== undefined && origin !== epoch.origin) return null
  if (![first, last].every(Number.isSafeInteger) || first < 1 || last < first || last > log.seq) return null
  if (last - first >= provenEntriesMax) return { state: 'tooLong', max: provenEntriesMax }
  const checkpoint = await lastCheckpoint(room, epoch.epoch, log.seq)
  if (checkpoint === null || checkpoint.size < last) return { state: 'uncovered', size: checkpoint?.size ?? 0 }
  const lines = [
    writeProofHeader({
      origin: epoch.origin,
      tenant: tenantOfRequest(),
      keys: await exportedKeys(room),
      range,
      checkpoint: checkpoint.note,
      exportedAt: room.clock.nowIso(),
    }),
  ]
  const read = readNodesFromTiles(checkpoint.size, remembering(tileReader(room, epoch.epoch)))
  for await (const page of entriesBetween(room.pool, log, first - 1, last)) {
    for (const entry of page) {
      const path = await inclusionProof(Number(entry.seq) - 1, checkpoint.size, read)
      lines.push(writeProvenEntry({ entry: verifiable(entry), inclusion: path.map(toHex) }))
    }
  }
  return { state: 'proved', text: lines.join('') }
}

/** Neighbours share most of their path: each tile is read once. */
function remembering(read: ReadTile): ReadTile {
  const known = new Map<string, ReturnType<ReadTile>>()
  return (tile) => {
    const name = `${tile.level}/${tile.index}/${tile.width}`
    const found = known.get(name) ?? read(tile)
    known.set(name, found)
    return found
  }
}
