/**
 * The head of a log: its last entry, the root over all of them, and the last
 * checkpoint that vouches for it.
 */
import { toHex } from '@muster/ledger'
import { lastCheckpoint } from '../checkpoints/store.ts'
import { rewindOf } from '../checkpoints/rewindOf.ts'
import { currentEpoch, logOfRequest, type TenantLog } from './epochs.ts'
import { frontierAt } from './frontier.ts'
import type { Room } from '../room.ts'

export interface HeadModel {
  log: TenantLog
  seq: string
  link: string
  origin: string
  logEpoch: number
}

export async function ledgerHead(room: Room): Promise<HeadModel> {
  const log = await logOfRequest(room)
  const { origin, epoch } = currentEpoch(log)
  return { log, seq: String(log.seq), link: log.link, origin, logEpoch: epoch }
}

/** The root at the head, lower-case hex: the last checkpoint's frontier and what came since. */
export async function rootOfHead(room: Room, { log }: HeadModel): Promise<string> {
  return toHex((await frontierAt(room, currentEpoch(log), log.seq)).root())
}

/** The last signed note at or before this head; null while there is none. */
export async function noteOfHead(room: Room, { log }: HeadModel): Promise<string | null> {
  return (await lastCheckpoint(room, currentEpoch(log).epoch, log.seq))?.note ?? null
}

export async function stateOfHead(room: Room, { log }: HeadModel): Promise<'SOUND' | 'REWOUND'> {
  return (await rewindOf(room, log)) === null ? 'SOUND' : 'REWOUND'
}
