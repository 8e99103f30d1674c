/**
 * `decideApprovals`: one verdict on several actions that would run the same
 * bytes. Each is its own vote, its own commit and its own receipt, so that a
 * vote that is refused takes none of the others with it, and each result says
 * what a single `decideApproval` would have said.
 *
 * INVARIANT (one payload): nothing is voted on before all of them were found in
 * sight with one payload hash.
 */
import { withRequest, type RequestScope } from '@muster/db'
import { Fault, isUuid, Refusal } from '@muster/kernel'
import { z } from 'zod'
import { parseInput } from '../actions/input.ts'
import type { GuardRoom } from '../room.ts'
import { decideApproval, type ApprovalDecided } from './decideApproval.ts'

/** What one person can have opened and read before they decide on all of it. */
const approvalsMax = 50

const shape = z.object({
  approvals: z
    .array(z.object({ approvalId: z.string(), actionHash: z.string() }))
    .min(1)
    .max(approvalsMax)
    .refine((pins) => new Set(pins.map(({ approvalId }) => approvalId)).size === pins.length, 'one is named twice'),
  verdict: z.enum(['APPROVE', 'REJECT']),
  reason: z.string().nullish(),
})

type Result = ({ __typename: 'ApprovalDecided' } & ApprovalDecided) | Refused
interface Refused {
  __typename: 'Refused'
  code: string
  message: string
}

export async function decideApprovals(
  room: GuardRoom,
  scope: RequestScope,
  input: unknown,
): Promise<{ results: Result[] }> {
  const { approvals, verdict, reason } = parseInput(shape, input)
  await onePayload(
    room,
    approvals.map(({ approvalId }) => approvalId),
  )
  if (verdict === 'REJECT' && (reason ?? '').trim() === '') throw new Refusal('REASON_REQUIRED', 'say why you reject')
  const results: Result[] = []
  for (const pin of approvals) results.push(await one(room, scope, { ...pin, verdict, reason }))
  return { results }
}

async function one(room: GuardRoom, scope: RequestScope, input: object): Promise<Result> {
  try {
    return { __typename: 'ApprovalDecided', ...(await decideApproval(room, scope, input)) }
  } catch (error) {
    // Also what could not be recorded is this one's answer: the votes before it stand, and the caller must hear of them.
    if (!(error instanceof Refusal) && !(error instanceof Fault && error.code === 'NOT_RECORDED')) throw error
    return { __typename: 'Refused', code: error.code, message: error.message }
  }
}

async function onePayload(room: GuardRoom, ids: readonly string[]): Promise<void> {
  const rows = await withRequest(room.guard, (tx) =>
    tx.query<{ payload: string }>(
      `SELECT encode(payload_hash, 'hex') AS payload FROM guard.approval WHERE id = ANY ($1::uuid[])`,
      [ids.filter(isUuid)],
    ),
  )
  if (rows.length !== ids.length) throw new Refusal('UNKNOWN_APPROVAL', 'no such approval')
  if (new Set(rows.map(({ payload }) => payload)).size !== 1)
    throw new Refusal('UNLIKE_PAYLOADS', 'these would not all run the same: decide them one by one')
}
