/**
 * Checkpoints as a list, newest first, through all epochs of the log.
 */
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { Fault } from '@muster/kernel'
import type { Room } from '../room.ts'
import { checkpointsBefore, type CheckpointModel } from './store.ts'

/** Behind every place a checkpoint can have. */
const newest = { logEpoch: 2_147_483_647, size: '0' }

export async function listCheckpoints(
  room: Room,
  query: { first?: number | null | undefined; after?: string | null | undefined },
): Promise<Page<CheckpointModel>> {
  const size = pageSize(query.first)
  const rows = await checkpointsBefore(room, placeBefore(query.after), size + 1)
  return pageOf(
    rows,
    size,
    (row) => row,
    (row) => [String(row.logEpoch), String(row.size)],
  )
}

function placeBefore(cursor: string | null | undefined): { logEpoch: number; size: string } {
  const parts = decodeCursor(cursor, 2)
  if (parts === null) return newest
  const [logEpoch = '', size = ''] = parts
  if (!/^\d{1,9}$/.test(logEpoch) || !/^\d{1,18}$/.test(size)) {
    throw new Fault('BAD_REQUEST', 'the cursor is not one of ours')
  }
  return { logEpoch: Number(logEpoch), size }
}
