/**
 * Compares a tenant's log with the checkpoint kept outside the database.
 */
import { NoteError, openCheckpoint, toHex } from '@muster/ledger'
import { ledgerKeys } from '../keys/keyHistory.ts'
import { currentEpoch, type LogEpoch, type TenantLog } from '../ledger/epochs.ts'
import { EntriesMissing } from '../ledger/errors.ts'
import { frontierAt, frontierFromLeaves } from '../ledger/frontier.ts'
import type { Room } from '../room.ts'
import { logVerifiers } from './logVerifiers.ts'
import { judgeRewind, type Rewind, type RewindFacts } from './rewind.ts'

/**
 * What was found, or null for a sound log.
 * @param depth `leaves` computes the root from every leaf and believes nothing that is stored beside them: at start.
 *   `frontier` goes on from the nearest stored frontier: before each signature.
 */
export async function rewindOf(
  room: Room,
  log: TenantLog,
  depth: 'leaves' | 'frontier' = 'frontier',
): Promise<Rewind | null> {
  const epoch = currentEpoch(log)
  const known = room.rewound.get(epoch.origin)
  if (known !== undefined) return known
  const kept = await keptCheckpoint(room, epoch.origin)
  let rootAtKept: string | null = null
  if (kept !== null && kept !== 'UNREADABLE' && kept.size <= log.seq) {
    rootAtKept = await rootAt(room, epoch, kept.size, depth)
  }
  const found = judgeRewind({ headSeq: log.seq, kept, rootAtKept })
  if (found !== null) {
    room.rewound.set(epoch.origin, found)
    room.log.error({ origin: epoch.origin, ...found }, 'the database was set back: this log signs nothing any more')
  }
  return found
}

/** The root the database gives; null when entries are missing in between. */
async function rootAt(room: Room, epoch: LogEpoch, size: number, depth: 'leaves' | 'frontier'): Promise<string | null> {
  try {
    const range = depth === 'leaves' ? frontierFromLeaves(room.pool, size) : frontierAt(room, epoch, size)
    return toHex((await range).root())
  } catch (error) {
    if (error instanceof EntriesMissing) return null
    throw error
  }
}

async function keptCheckpoint(room: Room, origin: string): Promise<RewindFacts['kept']> {
  const note = await room.vault.last(origin)
  if (note === null) return null
  try {
    const { size, rootHash } = openCheckpoint(note, origin, logVerifiers(origin, await ledgerKeys(room)))
    return { size, rootHash }
  } catch (error) {
    if (error instanceof NoteError) return 'UNREADABLE'
    throw error
  }
}
