/**
 * The ledger as a file: `muster-ledger/v1` (docs/specs/ledger.md), line by line
 * and in flat memory, with bodies where the caller's scope reaches.
 *
 * One file holds one log epoch, by default the current one; an epoch that was
 * opened after a rewind names the point it goes on from.
 */
import {
  toHex,
  writeCheckpointLine,
  writeEntryLine,
  writeHeaderLine,
  type ExportedKey,
  type VerifiedPoint,
} from '@muster/ledger'
import { rawEd25519, type PublicKeyRecord } from '@muster/keys'
import { Refusal } from '@muster/kernel'
import { notesUpTo } from '../checkpoints/store.ts'
import { ledgerKeys } from '../keys/keyHistory.ts'
import { tenantOfRequest, type Room } from '../room.ts'
import { entriesBetween, verifiable } from './entries.ts'
import { logNow, type LogEpoch } from './epochs.ts'
import { frontierAt, frontierFrom } from './frontier.ts'
import { inOneScope } from './inOneScope.ts'

/** An export carries every note of its log: an auditor may hold any of them. */
const notesMax = 1_000_000

/**
 * The lines, in chunks of whole lines. Reads under the hand-over of the request
 * that asks, whoever consumes them later.
 * @throws Refusal `UNKNOWN_LOG` for an origin that is not the tenant's, when the first chunk is asked for.
 */
export function exportLedger(room: Room, origin?: string): AsyncIterable<string> {
  return inOneScope(() => chunks(room, origin))
}

async function* chunks(room: Room, origin: string | undefined): AsyncGenerator<string> {
  const log = await logNow(room)
  const index = origin === undefined ? log.epochs.length - 1 : log.epochs.findIndex((each) => each.origin === origin)
  const epoch = log.epochs[index]
  if (epoch === undefined) throw new Refusal('UNKNOWN_LOG', 'no such log')
  const next = log.epochs[index + 1]
  const last = next?.baseSeq ?? log.seq
  const range = next === undefined ? await frontierAt(room, epoch, last) : frontierFrom(next.baseFrontier, last)
  yield writeHeaderLine({
    origin: epoch.origin,
    tenant: tenantOfRequest(),
    keys: await exportedKeys(room),
    head: { seq: last, link: next?.baseLink ?? log.link, rootHash: toHex(range.root()) },
    ...(epoch.baseLink === null ? {} : { from: pointOf(epoch, epoch.baseLink) }),
    exportedAt: room.clock.nowIso(),
  })
  for await (const page of entriesBetween(room.pool, log, epoch.baseSeq, last)) {
    yield page.map((entry) => writeEntryLine(verifiable(entry))).join('')
  }
  const notes = await notesUpTo(room, epoch.epoch, last, notesMax)
  if (notes.length > 0) yield notes.map(writeCheckpointLine).join('')
}

/** The log's keys of every state, as files name them. */
export async function exportedKeys(room: Room): Promise<ExportedKey[]> {
  return (await ledgerKeys(room)).map(exportedKey)
}

function exportedKey(key: PublicKeyRecord): ExportedKey {
  return {
    kid: key.keyId,
    publicKey: rawEd25519(key.publicJwk).toString('hex'),
    state: key.state,
    from: new Date(key.createdAtMs).toISOString(),
    to: key.retiringAtMs === null ? null : new Date(key.retiringAtMs).toISOString(),
  }
}

function pointOf(epoch: LogEpoch, link: string): VerifiedPoint {
  return { seq: epoch.baseSeq, link, frontier: frontierFrom(epoch.baseFrontier, epoch.baseSeq).store() }
}
