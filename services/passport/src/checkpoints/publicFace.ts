/**
 * What the gateway serves of a log: its checkpoint, its tiles. The caller's
 * hand-over decides which tenant's; whether the public may ask is the gateway's.
 */
import { readCheckpoint, tileIn, type TileId } from '@muster/ledger'
import { currentEpoch, logOfRequest, type LogEpoch } from '../ledger/epochs.ts'
import type { Room } from '../room.ts'
import { lastCheckpoint } from './store.ts'
import { entryBundle, tileReader } from './tileStore.ts'

/** The epoch with this origin, the current one without; undefined for an origin that is not the tenant's. */
async function epochOf(room: Room, origin: string | undefined): Promise<LogEpoch | undefined> {
  const log = await logOfRequest(room)
  return origin === undefined ? currentEpoch(log) : log.epochs.find((epoch) => epoch.origin === origin)
}

/** The latest signed note of an epoch; null while there is none. */
export async function checkpointOf(room: Room, origin?: string): Promise<string | null> {
  const epoch = await epochOf(room, origin)
  if (epoch === undefined) return null
  return (await lastCheckpoint(room, epoch.epoch))?.note ?? null
}

/**
 * Bytes of a hash tile or an entry bundle. Null for what the latest checkpoint
 * does not cover, and for a bundle with a body the caller may not read.
 */
export async function tileOf(
  room: Room,
  tile: TileId & { kind: 'hashes' | 'entries' },
  origin?: string,
): Promise<Uint8Array | null> {
  const epoch = await epochOf(room, origin)
  if (epoch === undefined) return null
  const note = (await lastCheckpoint(room, epoch.epoch))?.note
  const covered = note === undefined ? null : tileIn(readCheckpoint(note).size, tile.level, tile.index)
  if (covered === null || covered.width < tile.width) return null
  return tile.kind === 'entries' ? entryBundle(room.pool, tile) : tileReader(room, epoch.epoch)(tile)
}
