/**
 * Verification of the tenant's whole ledger, as any reader could do it: every
 * entry the caller sees through the verifier of packages/ledger, against the
 * stored checkpoints, the one kept outside, and the head.
 *
 * Flat memory: entries stream by, notes are bounded. It says what the database
 * gives away about itself; whoever distrusts its operator verifies an export.
 */
import {
  LedgerVerifier,
  toHex,
  type LedgerEntry,
  type LedgerHead,
  type LedgerVerdict,
  type NoteVerifier,
  type VerifiedPoint,
} from '@muster/ledger'
import { currentScope } from '@muster/db'
import { logVerifiers } from '../checkpoints/logVerifiers.ts'
import { notesBeyond, notesUpTo } from '../checkpoints/store.ts'
import { ledgerKeys } from '../keys/keyHistory.ts'
import type { Room } from '../room.ts'
import { entriesBetween, verifiable, type EntryModel } from './entries.ts'
import { logOfRequest, type LogEpoch, type TenantLog } from './epochs.ts'
import { tooManyVerifications } from './errors.ts'
import { frontierFrom } from './frontier.ts'

/** Each holds a connection for as long as it runs. */
const verificationsMax = 2
/** The last note covers everything before it; older ones only narrow down where a break lies. */
const notesMax = 4_096

export type VerificationModel = LedgerVerdict

const running = new WeakMap<Room, number>()

/** The verdict over the ledger as this request sees it. A broken ledger is an answer, not an error. */
export async function verifyLedger(room: Room): Promise<VerificationModel> {
  const count = running.get(room) ?? 0
  if (count >= verificationsMax) throw tooManyVerifications()
  running.set(room, count + 1)
  try {
    return await verifyEpochs(room, await logOfRequest(room))
  } finally {
    running.set(room, (running.get(room) ?? 1) - 1)
  }
}

async function verifyEpochs(room: Room, log: TenantLog): Promise<LedgerVerdict> {
  const keys = await ledgerKeys(room)
  let from: VerifiedPoint | undefined
  let before: LedgerVerdict | undefined
  for (const [index, epoch] of log.epochs.entries()) {
    const next = log.epochs[index + 1]
    const part = await verifyEpoch(room, log, epoch, next, logVerifiers(epoch.origin, keys), from)
    const verdict = before === undefined ? part.verdict : joined(before, part.verdict)
    if (next === undefined || !part.verdict.intact || part.point === null) return verdict
    from = part.point
    before = verdict
  }
  throw new RangeError('a log has at least one epoch')
}

async function verifyEpoch(
  room: Room,
  log: TenantLog,
  epoch: LogEpoch,
  next: LogEpoch | undefined,
  verifiers: readonly NoteVerifier[],
  from: VerifiedPoint | undefined,
): Promise<{ verdict: LedgerVerdict; point: VerifiedPoint | null }> {
  const { claims } = currentScope()
  const last = next?.baseSeq ?? log.seq
  const verifier = new LedgerVerifier({
    origin: epoch.origin,
    tenant: claims.tenant_id,
    verifiers,
    checkpoints: await notesOf(room, epoch, next, last),
    kept: next === undefined ? await keptNote(room, epoch) : [],
    head: endOf(log, next),
    ...(from === undefined ? {} : { from }),
  })
  for await (const page of entriesBetween(room.pool, log, epoch.baseSeq, last)) {
    if (!page.every((entry) => verifier.push(seen(entry, claims.all)))) break
  }
  return { verdict: verifier.finish(), point: verifier.point() }
}

/**
 * An epoch that was lost in part is held to the notes before what was named as
 * lost; the current one also to whatever it promises beyond its entries.
 */
async function notesOf(room: Room, epoch: LogEpoch, next: LogEpoch | undefined, last: number): Promise<string[]> {
  const sound = next?.lost === undefined || next.lost === null ? last : Math.min(last, next.lost.from - 1)
  const notes = await notesUpTo(room, epoch.epoch, sound, notesMax)
  return next === undefined ? [...notes, ...(await notesBeyond(room, epoch.epoch, last, 1))] : notes
}

async function keptNote(room: Room, epoch: LogEpoch): Promise<string[]> {
  const note = await room.vault.last(epoch.origin)
  return note === null ? [] : [note]
}

/** Where the epoch must end: at the head, or where the next one went on. */
function endOf(log: TenantLog, next: LogEpoch | undefined): LedgerHead {
  if (next === undefined) return { seq: log.seq, link: log.link }
  const rootHash = toHex(frontierFrom(next.baseFrontier, next.baseSeq).root())
  return { seq: next.baseSeq, link: next.baseLink, rootHash }
}

/**
 * For whoever sees the whole tenant no body is withheld: one that is not there
 * is missing, and the entry is not sound.
 */
function seen(entry: EntryModel, all: boolean): LedgerEntry {
  return entry.body === null && all ? { ...verifiable(entry), leafHash: '' } : verifiable(entry)
}

function joined(before: LedgerVerdict, after: LedgerVerdict): LedgerVerdict {
  return {
    ...after,
    checked: before.checked + after.checked,
    bodiesChecked: before.bodiesChecked + after.bodiesChecked,
    checkpointsMatched: before.checkpointsMatched + after.checkpointsMatched,
    checkpointsVerified: before.checkpointsVerified + after.checkpointsVerified,
  }
}
