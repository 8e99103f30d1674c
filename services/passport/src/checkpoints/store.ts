/**
 * Checkpoints as they are stored. The only queries on their table.
 */
import { sqlState, withRequest, type Tx } from '@muster/db'
import type { Room } from '../room.ts'

export interface CheckpointModel {
  logEpoch: number
  /** Entries covered. */
  size: number
  rootHash: string
  note: string
  keyId: string
  createdAt: Date
  frontier: Buffer
}

interface Row {
  log_epoch: number
  size: string
  root: Buffer
  note: string
  key_id: string
  created_at: Date
  frontier: Buffer
}

const columns = 'c.log_epoch, c.size, c.root, c.note, c.key_id, c.created_at, c.frontier'

function modelOf(row: Row): CheckpointModel {
  return {
    logEpoch: row.log_epoch,
    size: Number(row.size),
    rootHash: row.root.toString('hex'),
    note: row.note,
    keyId: row.key_id,
    createdAt: row.created_at,
    frontier: row.frontier,
  }
}

/** The largest checkpoint of an epoch that covers `atMost` entries or fewer. */
export async function lastCheckpoint(
  room: Room,
  logEpoch: number,
  atMost: number = Number.MAX_SAFE_INTEGER,
): Promise<CheckpointModel | null> {
  const [row] = await withRequest(room.pool, (tx) =>
    tx.query<Row>(
      `SELECT ${columns} FROM ledger.checkpoint c
        WHERE c.tenant_id = (SELECT muster.tenant()) AND c.log_epoch = $1 AND c.size <= $2 ORDER BY c.size DESC LIMIT 1`,
      [logEpoch, atMost],
    ),
  )
  return row === undefined ? null : modelOf(row)
}

/** Checkpoints of all epochs, newest first, before the given place. */
export async function checkpointsBefore(
  room: Room,
  before: { logEpoch: number; size: string },
  limit: number,
): Promise<CheckpointModel[]> {
  const rows = await withRequest(room.pool, (tx) =>
    tx.query<Row>(
      `SELECT ${columns} FROM ledger.checkpoint c
        WHERE c.tenant_id = (SELECT muster.tenant()) AND (c.log_epoch, c.size) < ($1::integer, $2::bigint)
        ORDER BY c.log_epoch DESC, c.size DESC LIMIT $3`,
      [before.logEpoch, before.size, limit],
    ),
  )
  return rows.map(modelOf)
}

/**
 * Notes of an epoch up to a size, in the order they were issued. Of more than
 * `limit` every n-th is taken and always the last, which covers all before it.
 */
export async function notesUpTo(room: Room, logEpoch: number, size: number, limit: number): Promise<string[]> {
  const rows = await withRequest(room.pool, (tx) =>
    tx.query<{ note: string }>(
      `SELECT n.note FROM (
         SELECT c.note, c.size, row_number() OVER (ORDER BY c.size DESC) AS o, count(*) OVER () AS total
           FROM ledger.checkpoint c
          WHERE c.tenant_id = (SELECT muster.tenant()) AND c.log_epoch = $1 AND c.size <= $2) AS n
        WHERE (n.o - 1) % (n.total / $3 + 1) = 0 ORDER BY n.size`,
      [logEpoch, size, limit],
    ),
  )
  return rows.map(({ note }) => note)
}

/** Whatever an epoch's table holds beyond its entries: promises that cannot be kept any more. */
export async function notesBeyond(room: Room, logEpoch: number, size: number, limit: number): Promise<string[]> {
  const rows = await withRequest(room.pool, (tx) =>
    tx.query<{ note: string }>(
      `SELECT c.note FROM ledger.checkpoint c
        WHERE c.tenant_id = (SELECT muster.tenant()) AND c.log_epoch = $1 AND c.size > $2 ORDER BY c.size LIMIT $3`,
      [logEpoch, size, limit],
    ),
  )
  return rows.map(({ note }) => note)
}

export interface NewCheckpoint {
  logEpoch: number
  size: number
  root: Uint8Array
  note: string
  keyId: string
  frontier: Uint8Array
}

/**
 * Stores a checkpoint under the head lock, while its key still signs. False
 * when the key was rotated meanwhile.
 * Throws, with SQLSTATE MU006, for one that does not go forward.
 */
export async function storeCheckpoint(tx: Tx, checkpoint: NewCheckpoint): Promise<boolean> {
  await tx.query('SELECT ledger.lock_head()')
  const rows = await tx.query<{ size: string }>(
    `INSERT INTO ledger.checkpoint AS c (tenant_id, log_epoch, size, root, link, note, key_id, frontier)
     SELECT e.tenant_id, $1, e.seq, $3, e.link, $4, k.id, $6
       FROM ledger.entry e, (SELECT s.id FROM passport.signing_key s
                              WHERE s.tenant_id = (SELECT muster.tenant()) AND s.id = $5 AND s.state = 'active' FOR SHARE) AS k
      WHERE e.tenant_id = (SELECT muster.tenant()) AND e.seq = $2
     RETURNING c.size`,
    [checkpoint.logEpoch, checkpoint.size, checkpoint.root, checkpoint.note, checkpoint.keyId, checkpoint.frontier],
  )
  return rows.length === 1
}

/** True for the engine's answer to a checkpoint that another one overtook. */
export function wasOvertaken(error: unknown): boolean {
  const state = sqlState(error)
  return state === 'MU006' || state === '23505'
}
