/**
 * Signs the log as it stands: root and tiles from the leaves since the last
 * checkpoint, a C2SP note with the tenant's ledger key, the row in the database,
 * the note outside of it last.
 *
 * INVARIANT (never backwards): the log is compared with the note kept outside
 * before anything is signed; the engine refuses a smaller one whatever happens.
 * A note is kept outside only after its commit, so it never promises more than
 * the database does.
 */
import { withRequest } from '@muster/db'
import { Fault } from '@muster/kernel'
import { rawEd25519 } from '@muster/keys'
import { ed25519KeyId, signCheckpoint, toHex, type CompactRange } from '@muster/ledger'
import { bootstrapTenant } from '../keys/bootstrapTenant.ts'
import { ledgerKeys } from '../keys/keyHistory.ts'
import { currentEpoch, logNow, type LogEpoch, type TenantLog } from '../ledger/epochs.ts'
import { believed, frontierBytes, frontierFrom, leavesBetween } from '../ledger/frontier.ts'
import { tenantOfRequest, type Room } from '../room.ts'
import { ledgerRewound } from './errors.ts'
import { rewindOf } from './rewindOf.ts'
import { lastCheckpoint, storeCheckpoint, wasOvertaken, type CheckpointModel } from './store.ts'
import { TileBuilder, tileStart, type FullTile } from './tileBuilder.ts'
import { partialTiles, storeTiles } from './tileStore.ts'

/** New leaves one run covers at most; what is left is the next run's. Bounds time and the hand-over's minute. */
const leavesMax = 4_000_000
/** Tiles written in one statement: half a megabyte. */
const tileBatch = 64
/** A rotation between reading the key and storing the note is settled by signing again. */
const attemptsMax = 3

/**
 * The newest checkpoint, signed now if entries came since the last. One at a
 * time in a process: a signature holds two connections while it reads.
 * Throws `LEDGER_REWOUND`.
 */
export function createCheckpoint(room: Room): Promise<CheckpointModel> {
  return room.inTurn(() => signNewest(room))
}

async function signNewest(room: Room): Promise<CheckpointModel> {
  // A tenant that nobody bootstrapped gets its keys now: their receipts are then under this signature.
  if (!(await ledgerKeys(room)).some(({ state }) => state === 'active')) await bootstrapTenant(room)
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const log = await logNow(room)
    const rewind = await rewindOf(room, log)
    if (rewind !== null) throw ledgerRewound(rewind)
    const epoch = currentEpoch(log)
    const last = await lastCheckpoint(room, epoch.epoch)
    if (last === null || last.size < log.seq) {
      const stored = await signAndStore(room, log, epoch, last).catch((error: unknown) => {
        // Another process signed the same or more: its checkpoint is the newest.
        if (wasOvertaken(error)) return false
        throw error
      })
      if (!stored) continue
    }
    const newest = await lastCheckpoint(room, epoch.epoch)
    if (newest === null) continue
    await room.vault.keep(epoch.origin, newest.note)
    return newest
  }
  throw new Fault('UNAVAILABLE', 'no checkpoint could be signed; others were faster each time')
}

/** False when the signing key was rotated between signing and storing. */
async function signAndStore(
  room: Room,
  log: TenantLog,
  epoch: LogEpoch,
  last: CheckpointModel | null,
): Promise<boolean> {
  const size = Math.min(log.seq, (last?.size ?? 0) + leavesMax)
  const range = await extend(room, epoch, last, size)
  const { note, keyId } = await sign(room, epoch.origin, range)
  return withRequest(room.pool, (tx) =>
    storeCheckpoint(tx, {
      logEpoch: epoch.epoch,
      size,
      root: Buffer.from(range.root()),
      note,
      keyId,
      frontier: frontierBytes(range),
    }),
  )
}

/**
 * The frontier at `size`; stores every tile that is full by then and was not at
 * the last checkpoint. Tiles come before the note that covers them, so that
 * what is signed can be proven at once; a tile too many harms nobody.
 */
async function extend(room: Room, epoch: LogEpoch, last: CheckpointModel | null, size: number): Promise<CompactRange> {
  const store = (tiles: readonly FullTile[]): Promise<void> => storeTiles(room.pool, epoch.epoch, tiles)
  const range =
    last === null
      ? frontierFrom(epoch.baseFrontier, epoch.baseSeq)
      : believed(frontierFrom(last.frontier, last.size), Buffer.from(last.rootHash, 'hex'))
  // An epoch without a checkpoint has no tiles either: they are built from the first leaf.
  const start = last === null ? 0 : tileStart(last.size)
  const builder = new TileBuilder(await partialTiles(room, epoch.epoch, start))
  let waiting: FullTile[] = []
  let index = start
  for await (const leaf of leavesBetween(room.pool, start, size)) {
    if (index >= range.size) range.append(leaf)
    index++
    waiting.push(...builder.push(leaf))
    if (waiting.length >= tileBatch) {
      await store(waiting)
      waiting = []
    }
  }
  await store(waiting)
  return range
}

/** A C2SP note over the range, by the tenant's active ledger key. The key's name in it is the origin. */
async function sign(room: Room, origin: string, range: CompactRange): Promise<{ note: string; keyId: string }> {
  const tenant = tenantOfRequest()
  const active = (await ledgerKeys(room)).find(({ state }) => state === 'active')
  if (active === undefined) throw new Fault('UNAVAILABLE', 'this tenant has no ledger key')
  const note = await signCheckpoint(
    { origin, size: range.size, rootHash: toHex(range.root()) },
    {
      name: origin,
      keyId: ed25519KeyId(origin, rawEd25519(active.publicJwk)),
      sign: async (text) => (await room.signer.sign(tenant, 'ledger', text)).signature,
    },
  )
  // The note names the key read here. Had another signed, then after a rotation: and then it is not stored.
  return { note, keyId: active.keyId }
}
