/**
 * Where a tenant's log stands, and under which origins it stood before.
 *
 * A log has one epoch, unless its database was once set back: then each epoch
 * has an origin of its own, and its entries begin after `baseSeq`
 * (docs/runbooks/ledger-recovery.md). Chain and tree go through all of them.
 */
import { currentScope, withRequest, type RequestScope } from '@muster/db'
import { Fault } from '@muster/kernel'
import type { Query } from '../database.ts'
import type { Room } from '../room.ts'

export interface LogEpoch {
  epoch: number
  origin: string
  /** The last entry before this epoch; 0 for the first. */
  baseSeq: number
  /** Link at `baseSeq`, lower-case hex; null for the first epoch, which begins with its genesis. */
  baseLink: string | null
  /** Compact range at `baseSeq`: 32 bytes a hash. */
  baseFrontier: Buffer
  /** Entries the epoch before had promised and lost; null for the first. */
  lost: { from: number; to: number } | null
}

export interface TenantLog {
  seq: number
  /** Link at `seq`, lower-case hex. */
  link: string
  /** Oldest first; the last one is current. */
  epochs: readonly [LogEpoch, ...LogEpoch[]]
}

interface HeadRow {
  seq: string
  link: Buffer
  origin: string
}
interface EpochRow {
  log_epoch: number
  origin: string
  former_origin: string
  base_seq: string
  base_link: Buffer
  base_frontier: Buffer
  lost_from: string
  lost_to: string
}

const headSql = 'SELECT h.seq, h.link, h.origin FROM ledger.head h WHERE h.tenant_id = (SELECT muster.tenant())'
const epochsSql = `SELECT e.log_epoch, e.origin, e.former_origin, e.base_seq, e.base_link, e.base_frontier, e.lost_from, e.lost_to
  FROM ledger.log_epoch e WHERE e.tenant_id = (SELECT muster.tenant()) ORDER BY e.log_epoch`

/** Reads the log's place in a transaction. A caller whose claims do not hold has none. */
export async function readLog(query: Query): Promise<TenantLog> {
  const [head] = await query<HeadRow>(headSql)
  if (head === undefined) throw new Fault('UNAUTHENTICATED', 'the hand-over was not accepted')
  const rows = await query<EpochRow>(epochsSql)
  const first: LogEpoch = {
    epoch: 1,
    origin: rows[0]?.former_origin ?? head.origin,
    baseSeq: 0,
    baseLink: null,
    baseFrontier: Buffer.alloc(0),
    lost: null,
  }
  return { seq: Number(head.seq), link: head.link.toString('hex'), epochs: [first, ...rows.map(epochOf)] }
}

function epochOf(row: EpochRow): LogEpoch {
  return {
    epoch: row.log_epoch,
    origin: row.origin,
    baseSeq: Number(row.base_seq),
    baseLink: row.base_link.toString('hex'),
    baseFrontier: row.base_frontier,
    lost: { from: Number(row.lost_from), to: Number(row.lost_to) },
  }
}

export function currentEpoch(log: TenantLog): LogEpoch {
  return log.epochs.at(-1) ?? log.epochs[0]
}

/** The epoch that an entry belongs to. */
export function epochAt(log: TenantLog, seq: number): LogEpoch {
  return log.epochs.findLast((epoch) => epoch.baseSeq < seq) ?? log.epochs[0]
}

/** The log as it is now. */
export function logNow(room: Room): Promise<TenantLog> {
  return withRequest(room.pool, (tx) => readLog(tx.query))
}

export async function epochsOf(room: Room): Promise<readonly LogEpoch[]> {
  return (await logNow(room)).epochs
}

const seen = new WeakMap<RequestScope, Promise<TenantLog>>()

/**
 * The log as this request first saw it. INVARIANT (one instant): whatever one
 * request lists, heads and verifies ends at the same entry, so that its answers
 * fit each other while others write.
 */
export function logOfRequest(room: Room): Promise<TenantLog> {
  const scope = currentScope()
  let log = seen.get(scope)
  if (log === undefined) {
    log = logNow(room)
    seen.set(scope, log)
  }
  return log
}
