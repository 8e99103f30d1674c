/**
 * `reportExecution`: permission and action are both on record.
 */
import { appendReceipts, withRequest, type Recorded, type RequestScope } from '@muster/db'
import { isUuid, newId, Refusal } from '@muster/kernel'
import { z } from 'zod'
import type { GuardRoom } from '../room.ts'
import { parseInput } from './input.ts'
import type { ExecutionModel } from './redeemPermit.ts'

const shape = z.object({
  executionId: z.string(),
  outcome: z.enum(['SUCCEEDED', 'FAILED']),
  resultHash: z
    .string()
    .min(1)
    .max(200)
    .nullish()
    .transform((value) => value ?? null),
})

interface ExecutionRow {
  id: string
  decision_id: string
  agent_id: string
  credential: string
  outcome: ExecutionModel['outcome']
  result_hash: string | null
  redeemed_at: Date
  reported_at: Date | null
  redeem_seq: string
  redeem_receipt: string
  report_seq: string | null
  report_receipt: string | null
}

export interface ExecutionReported {
  execution: ExecutionModel
  receipt: Recorded
}

/** Reports once; the same report again answers what was recorded, another one is refused. */
export async function reportExecution(
  room: GuardRoom,
  scope: RequestScope,
  input: unknown,
): Promise<ExecutionReported> {
  const request = parseInput(shape, input)
  const unknown = new Refusal('UNKNOWN_EXECUTION', 'no such execution')
  if (!isUuid(request.executionId)) throw unknown
  return withRequest(room.guard, async (tx) => {
    const [row] = await tx.query<ExecutionRow>(
      `SELECT id, decision_id, agent_id, credential, outcome, result_hash, redeemed_at, reported_at, redeem_seq, redeem_receipt, report_seq, report_receipt
         FROM guard.execution WHERE id = $1 FOR UPDATE`,
      [request.executionId],
    )
    if (row === undefined) throw unknown
    if (row.credential !== scope.claims.cred)
      throw new Refusal('NOT_YOURS', 'this execution belongs to another credential')
    if (row.outcome !== null) {
      if (row.outcome === request.outcome && row.result_hash === request.resultHash) {
        return { execution: modelOf(row), receipt: { id: row.report_receipt!, seq: row.report_seq! } }
      }
      throw new Refusal('ALREADY_REPORTED', 'another outcome is on record')
    }
    const [receipt] = await appendReceipts(tx.query, [
      {
        id: newId(room.clock.nowMs()),
        type: 'execution.reported',
        subject: { type: 'execution', id: row.id },
        agentId: row.agent_id,
        data: { decision: row.decision_id, outcome: request.outcome, resultHash: request.resultHash },
      },
    ])
    const [updated] = await tx.query<ExecutionRow>(
      `UPDATE guard.execution SET outcome = $2, result_hash = $3, reported_at = muster.now(), report_seq = $4, report_receipt = $5
        WHERE id = $1
       RETURNING id, decision_id, agent_id, credential, outcome, result_hash, redeemed_at, reported_at, redeem_seq, redeem_receipt, report_seq, report_receipt`,
      [row.id, request.outcome, request.resultHash, receipt!.seq, receipt!.id],
    )
    return { execution: modelOf(updated!), receipt: receipt! }
  })
}

function modelOf(row: ExecutionRow): ExecutionModel {
  return {
    id: row.id,
    outcome: row.outcome,
    resultHash: row.result_hash,
    redeemedAt: row.redeemed_at,
    reportedAt: row.reported_at,
    receipt: { id: row.redeem_receipt, seq: row.redeem_seq },
  }
}
