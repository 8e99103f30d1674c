/**
 * What people do with findings: take on, assign, tag, close. One at a time or
 * many at once; each change has its receipt, all in one commit.
 *
 * Of many, those that cannot be changed are named with the reason, and the
 * others change all the same. INVARIANT (lock order): findings by id, then the
 * ledger's head.
 */
import { appendReceipts, withRequest, type NewReceipt, type Recorded, type Tx } from '@muster/db'
import { isUuid, Refusal, type Claims } from '@muster/kernel'
import { parseInput } from '../actions/input.ts'
import type { GuardRoom } from '../room.ts'
import { mustBeAssignable } from './assignees.ts'
import { findingsById, type FindingRow } from './findingRow.ts'
import {
  acknowledgeAllShape,
  acknowledgeShape,
  assignAllShape,
  assignShape,
  closeAllShape,
  closeShape,
  tagShape,
  type CloseReason,
} from './input.ts'
import { sealNotes } from './sealedNotes.ts'

export interface FindingChanged {
  finding: FindingRow
  receipt: Recorded
}
export interface FindingsChanged {
  changed: FindingChanged[]
  refused: { findingId: string; code: string; message: string }[]
}

export type Settlement =
  | { act: 'acknowledge' }
  | { act: 'close'; reason: CloseReason; note: string | null }
  | { act: 'assign'; personId: string | null }
  | { act: 'tag'; tags: readonly string[] }

/** Why a finding cannot be settled so; null when it can. Pure. */
export function whyNotSettled(row: Pick<FindingRow, 'status' | 'assignee_id'>, to: Settlement): Refusal | null {
  if (row.status === 'CLOSED') return new Refusal('ALREADY_CLOSED', 'this finding is closed')
  if (to.act === 'acknowledge' && row.status === 'ACKNOWLEDGED')
    return new Refusal('ALREADY_ACKNOWLEDGED', 'this finding has been taken on')
  if (to.act === 'assign' && row.assignee_id === to.personId)
    return new Refusal('ALREADY_ASSIGNED', 'this finding is with them already')
  return null
}

const unknownFinding = (): Refusal => new Refusal('UNKNOWN_FINDING', 'no such finding')

const receiptTypes = {
  acknowledge: 'finding.acknowledged',
  close: 'finding.closed',
  assign: 'finding.assigned',
  tag: 'finding.tagged',
} as const satisfies Record<Settlement['act'], string>

async function store(tx: Tx, claims: Claims, ids: readonly string[], to: Settlement): Promise<void> {
  const where = 'version = version + 1 WHERE tenant_id = (SELECT muster.tenant()) AND id = ANY ($1::uuid[])'
  switch (to.act) {
    case 'acknowledge':
      await tx.query(`UPDATE guard.finding SET status = 'ACKNOWLEDGED', settled_by = $2, ${where}`, [ids, claims.sub])
      return
    case 'close':
      await tx.query(
        `UPDATE guard.finding SET status = 'CLOSED', settled_by = $2, close_reason = $3, closed_at = muster.now(), ${where}`,
        [ids, claims.sub, to.reason],
      )
      return
    case 'assign':
      await tx.query(`UPDATE guard.finding SET assignee_id = $2, ${where}`, [ids, to.personId])
      return
    case 'tag':
      await tx.query(`UPDATE guard.finding SET tags = $2::text[], ${where}`, [ids, to.tags])
  }
}

/** The receipt of one change. Tags and notes are people's words: committed to, and sealed beside. */
export async function settlementReceipt(
  room: GuardRoom,
  claims: Claims,
  row: Pick<FindingRow, 'id' | 'agent_id'>,
  to: Settlement,
): Promise<NewReceipt> {
  const words =
    to.act === 'tag'
      ? { tags: to.tags.join(' ') }
      : to.act === 'close' && to.note !== null
        ? { note: to.note }
        : ({} as Record<string, string>)
  const { commitments, sealed } = await sealNotes(room, claims.tenant_id, row.agent_id, words)
  const data =
    to.act === 'close' ? { reason: to.reason } : to.act === 'assign' ? { assignee: to.personId } : { reason: null }
  return {
    type: receiptTypes[to.act],
    subject: { type: 'finding', id: row.id },
    agentId: row.agent_id,
    data: to.act === 'tag' ? commitments : { ...data, ...commitments },
    sealed,
  }
}

/** Settles findings that the caller has locked and found to be settleable; answers their receipts. */
export async function settleLocked(
  room: GuardRoom,
  tx: Tx,
  claims: Claims,
  rows: readonly FindingRow[],
  to: Settlement,
): Promise<NewReceipt[]> {
  const receipts: NewReceipt[] = []
  for (const row of rows) receipts.push(await settlementReceipt(room, claims, row, to))
  await store(
    tx,
    claims,
    rows.map(({ id }) => id),
    to,
  )
  return receipts
}

async function settle(
  room: GuardRoom,
  claims: Claims,
  given: readonly string[],
  to: Settlement,
): Promise<FindingsChanged> {
  const ids = [...new Set(given)]
  return withRequest(room.guard, async (tx) => {
    if (to.act === 'assign' && to.personId !== null) await mustBeAssignable(tx, to.personId)
    await tx.query('SELECT 1 FROM guard.finding WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE', [
      ids.filter(isUuid),
    ])
    const rows = await findingsById(tx, ids)
    const refused: FindingsChanged['refused'] = []
    const settling: FindingRow[] = []
    for (const id of ids) {
      const row = rows.get(id)
      const why = row === undefined ? unknownFinding() : whyNotSettled(row, to)
      if (why === null) settling.push(row!)
      else refused.push({ findingId: id, code: why.code, message: why.message })
    }
    if (settling.length === 0) return { changed: [], refused }
    const receipts = await settleLocked(room, tx, claims, settling, to)
    const after = await findingsById(
      tx,
      settling.map(({ id }) => id),
    )
    const recorded = await appendReceipts(tx.query, receipts)
    return {
      changed: settling.map((row, index) => ({ finding: after.get(row.id) ?? row, receipt: recorded[index]! })),
      refused,
    }
  })
}

async function settleOne(room: GuardRoom, claims: Claims, id: string, to: Settlement): Promise<FindingChanged> {
  const { changed, refused } = await settle(room, claims, [id], to)
  if (changed[0] !== undefined) return changed[0]
  throw refused[0] === undefined ? unknownFinding() : new Refusal(refused[0].code, refused[0].message)
}

export function acknowledgeFinding(room: GuardRoom, claims: Claims, input: unknown) {
  return settleOne(room, claims, parseInput(acknowledgeShape, input).findingId, { act: 'acknowledge' })
}
export function closeFinding(room: GuardRoom, claims: Claims, input: unknown) {
  const { findingId, reason, note } = parseInput(closeShape, input)
  return settleOne(room, claims, findingId, { act: 'close', reason, note })
}
export function assignFinding(room: GuardRoom, claims: Claims, input: unknown) {
  const { findingId, personId } = parseInput(assignShape, input)
  return settleOne(room, claims, findingId, { act: 'assign', personId })
}
export function tagFinding(room: GuardRoom, claims: Claims, input: unknown) {
  const { findingId, tags } = parseInput(tagShape, input)
  return settleOne(room, claims, findingId, { act: 'tag', tags })
}
export function acknowledgeFindings(room: GuardRoom, claims: Claims, input: unknown) {
  return settle(room, claims, parseInput(acknowledgeAllShape, input).findingIds, { act: 'acknowledge' })
}
export function closeFindings(room: GuardRoom, claims: Claims, input: unknown) {
  const { findingIds, reason, note } = parseInput(closeAllShape, input)
  return settle(room, claims, findingIds, { act: 'close', reason, note })
}
export function assignFindings(room: GuardRoom, claims: Claims, input: unknown) {
  const { findingIds, personId } = parseInput(assignAllShape, input)
  return settle(room, claims, findingIds, { act: 'assign', personId })
}
