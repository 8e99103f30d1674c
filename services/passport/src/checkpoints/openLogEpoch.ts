/**
 * Goes on after a rewind, by an operator's word: a new log under a new origin,
 * naming the entries that are lost (docs/runbooks/ledger-recovery.md).
 *
 * The old origin is never signed for again. The receipt is the new epoch's
 * first entry; the frontier it goes on from is computed from every leaf.
 */
import { randomBytes } from 'node:crypto'
import { appendReceipts, withRequest, type Recorded, type Tx } from '@muster/db'
import { newId } from '@muster/kernel'
import { toHex, type CompactRange } from '@muster/ledger'
import { currentEpoch, logNow } from '../ledger/epochs.ts'
import { frontierBytes, frontierFromLeaves } from '../ledger/frontier.ts'
import type { Room } from '../room.ts'
import { checkedReason, sealReason } from '../sealing.ts'
import { createCheckpoint } from './createCheckpoint.ts'
import { notRewound, overtaken, wrongRange } from './errors.ts'
import type { Rewind } from './rewind.ts'
import { rewindOf } from './rewindOf.ts'
import type { CheckpointModel } from './store.ts'

export interface OpenLogEpoch {
  /** First and last sequence number that is lost. */
  lostFrom: number
  lostTo: number
  reason: string
}

export interface LogEpochOpened {
  origin: string
  logEpoch: number
  receipt: Recorded
  checkpoint: CheckpointModel
}

/** Throws `NOT_REWOUND`, `WRONG_RANGE`, `OVERTAKEN`, `INVALID_INPUT`. */
export async function openLogEpoch(room: Room, input: OpenLogEpoch): Promise<LogEpochOpened> {
  const words = checkedReason(input.reason)
  const log = await logNow(room)
  const former = currentEpoch(log)
  const rewind = await rewindOf(room, log, 'leaves')
  if (rewind === null) throw notRewound()
  checkRange(rewind, log.seq, input)

  const range = await frontierFromLeaves(room.pool, log.seq)
  const reason = await sealReason(room, words)
  const origin = `muster.log/${randomBytes(16).toString('hex')}`
  const receiptId = newId(room.clock.nowMs())
  const { lostFrom, lostTo } = input
  const opened = await withRequest(room.pool, async (tx) => {
    const baseSeq = await lockAndCatchUp(tx, range)
    const [row] = await tx.query<{ epoch: number | null }>(
      'SELECT ledger.open_epoch($1, $2, $3, $4, $5, $6) AS epoch',
      [origin, baseSeq, frontierBytes(range), lostFrom, lostTo, receiptId],
    )
    if (row?.epoch === undefined || row.epoch === null) throw overtaken()
    const [receipt] = await appendReceipts(tx.query, [
      {
        id: receiptId,
        type: 'log.epoch_opened',
        subject: { type: 'log', id: origin },
        data: {
          baseRoot: toHex(range.root()),
          baseSeq,
          cause: rewind.reason,
          formerOrigin: former.origin,
          logEpoch: row.epoch,
          lostFrom,
          lostTo,
          reason: reason.commitment,
        },
        sealed: reason.sealed,
      },
    ])
    return { origin, logEpoch: row.epoch, receipt: receipt! }
  })
  room.rewound.delete(former.origin)
  return { ...opened, checkpoint: await createCheckpoint(room) }
}

/** Takes the head lock and adds what others wrote while the leaves were read; answers the head. */
async function lockAndCatchUp(tx: Tx, range: CompactRange): Promise<number> {
  const [head] = await tx.query<{ seq: string | null }>('SELECT ledger.lock_head() AS seq')
  const rows = await tx.query<{ leaf: Buffer }>(
    `SELECT e.leaf FROM ledger.entry e
      WHERE e.tenant_id = (SELECT muster.tenant()) AND e.seq > $1 AND e.seq <= $2 ORDER BY e.seq`,
    [range.size, head?.seq ?? 0],
  )
  for (const { leaf } of rows) range.append(leaf)
  return range.size
}

/** What is lost is what was signed for and is not there; more may be named where more is in doubt. */
function checkRange({ reason, keptSize }: Rewind, headSeq: number, { lostFrom, lostTo }: OpenLogEpoch): void {
  const whole = Number.isSafeInteger(lostFrom) && Number.isSafeInteger(lostTo) && lostFrom >= 1 && lostFrom <= lostTo
  if (keptSize !== null && lostTo !== keptSize) throw wrongRange(`it ends at ${keptSize}, the last entry signed for`)
  if (!whole || lostFrom > headSeq + 1) {
    throw wrongRange(
      reason === 'SHORTER' ? `it begins at ${headSeq + 1} or before` : `it begins between 1 and ${headSeq + 1}`,
    )
  }
}
