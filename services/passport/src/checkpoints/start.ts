/**
 * What is looked at before a tenant is served, and what a timer does for its log.
 */
import { Refusal } from '@muster/kernel'
import { applyTombstones } from '../dataKeys/tombstones.ts'
import { maintainKeys, type KeyMaintenance } from '../keys/maintainKeys.ts'
import { currentEpoch, logNow } from '../ledger/epochs.ts'
import type { Room } from '../room.ts'
import { createCheckpoint } from './createCheckpoint.ts'
import type { Rewind } from './rewind.ts'
import { rewindOf } from './rewindOf.ts'

export interface LogState {
  state: 'SOUND' | 'REWOUND'
  origin: string
  seq: number
  rewind: Rewind | null
}

/**
 * Compares the tenant's log, leaf by leaf, with the checkpoint kept outside,
 * and buries again what a restored backup brought back. A rewound log is
 * reported and served; it signs nothing until a new epoch is opened.
 */
export async function assertNotRewound(room: Room): Promise<LogState> {
  const log = await logNow(room)
  const { origin } = currentEpoch(log)
  const rewind = await rewindOf(room, log, 'leaves')
  const buried = await applyTombstones(room)
  if (buried.length > 0)
    room.log.warn({ origin, keys: buried.length }, 'destroyed data keys were back and are destroyed again')
  return { state: rewind === null ? 'SOUND' : 'REWOUND', origin, seq: log.seq, rewind }
}

export interface Maintenance {
  keys: KeyMaintenance
  /** Entries the newest checkpoint covers; null for a log that signs nothing. */
  checkpointSize: number | null
}

/** A timer's work in one tenant: keys that are due, then a checkpoint if entries came. */
export async function maintain(room: Room): Promise<Maintenance> {
  const keys = await maintainKeys(room)
  return { keys, checkpointSize: await maintainCheckpoints(room) }
}

/** A checkpoint if entries came since the last; null for a rewound log, which was reported when it was found. */
export async function maintainCheckpoints(room: Room): Promise<number | null> {
  try {
    return (await createCheckpoint(room)).size
  } catch (error) {
    if (error instanceof Refusal && error.code === 'LEDGER_REWOUND') return null
    throw error
  }
}
