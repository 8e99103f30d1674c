/**
 * Roots of the log at any size: from the nearest stored frontier, leaf by leaf.
 *
 * INVARIANT (a frontier is believed for its root): a stored frontier counts
 * only if its hashes give the root stored, and signed, beside it.
 */
import { CompactRange, toHex } from '@muster/ledger'
import { withRequest, type RolePool } from '@muster/db'
import { Fault } from '@muster/kernel'
import type { Room } from '../room.ts'
import { cursorPages } from './cursor.ts'
import type { LogEpoch } from './epochs.ts'
import { EntriesMissing } from './errors.ts'

const leafPageRows = 8_192
const hashBytes = 32

/** Leaf hashes of entries `after + 1` to `last`, in order. Throws `EntriesMissing` when they are not all there. */
export async function* leavesBetween(pool: RolePool, after: number, last: number): AsyncGenerator<Uint8Array> {
  if (last <= after) return
  const pages = cursorPages<{ leaf: Buffer }>(
    pool,
    `SELECT e.leaf FROM ledger.entry e
      WHERE e.tenant_id = (SELECT muster.tenant()) AND e.seq > $1 AND e.seq <= $2 ORDER BY e.seq`,
    [after, last],
    leafPageRows,
  )
  let seen = after
  for await (const page of pages) {
    seen += page.length
    for (const { leaf } of page) yield leaf
  }
  if (seen !== last) throw new EntriesMissing(last)
}

/** A frontier from its stored bytes. Throws `RangeError` when they do not fit the size. */
export function frontierFrom(bytes: Uint8Array, size: number): CompactRange {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const hashes: string[] = []
  for (let at = 0; at < buffer.length; at += hashBytes) hashes.push(buffer.toString('hex', at, at + hashBytes))
  return CompactRange.restore({ size, hashes })
}

export function frontierBytes(range: CompactRange): Buffer {
  return Buffer.from(range.store().hashes.join(''), 'hex')
}

/**
 * The compact range over the first `size` entries, begun at the largest
 * checkpoint of the epoch that is not beyond them.
 */
export async function frontierAt(room: Room, epoch: LogEpoch, size: number): Promise<CompactRange> {
  const range = await nearestFrontier(room, epoch, size)
  for await (const leaf of leavesBetween(room.pool, range.size, size)) range.append(leaf)
  return range
}

async function nearestFrontier(room: Room, epoch: LogEpoch, size: number): Promise<CompactRange> {
  const [row] = await withRequest(room.pool, (tx) =>
    tx.query<{ size: string; root: Buffer; frontier: Buffer }>(
      `SELECT c.size, c.root, c.frontier FROM ledger.checkpoint c
        WHERE c.tenant_id = (SELECT muster.tenant()) AND c.log_epoch = $1 AND c.size <= $2 ORDER BY c.size DESC LIMIT 1`,
      [epoch.epoch, size],
    ),
  )
  if (row !== undefined) return believed(frontierFrom(row.frontier, Number(row.size)), row.root)
  // Before its first checkpoint an epoch goes on from its base, which is 0 for the first.
  return size >= epoch.baseSeq ? frontierFrom(epoch.baseFrontier, epoch.baseSeq) : new CompactRange()
}

/** Throws when a stored frontier does not give the root stored beside it. */
export function believed(range: CompactRange, root: Uint8Array): CompactRange {
  if (toHex(range.root()) !== Buffer.from(root).toString('hex')) {
    throw new Fault('INTERNAL', `the stored frontier of size ${range.size} does not give its root`)
  }
  return range
}

/** The compact range over the first `size` entries from their leaves alone: nothing stored is believed. */
export async function frontierFromLeaves(pool: RolePool, size: number): Promise<CompactRange> {
  const range = new CompactRange()
  for await (const leaf of leavesBetween(pool, 0, size)) range.append(leaf)
  return range
}
