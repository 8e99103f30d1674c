/**
 * One recorded call, from the question to what came of it: decided, held or
 * approved, redeemed, reported.
 */
import type { Trust } from '@muster/kernel'
import type { Api } from '../client/api.ts'
import { NotAccepted, RefusedByServer, RequestFailed } from '../client/errors.ts'
import type { RecordedCall } from '../transcripts/transcript.ts'
import type { Approvers } from './approvers.ts'
import { authorize, type Verdict } from './authorize.ts'
import { undecidedCall, type CallRecord, type Redemption } from './callRecord.ts'
import { idempotencyKey, redemptionKey } from './keys.ts'
import { redeem } from './redeem.ts'
import { showApproval } from './shownApproval.ts'

export interface Desk {
  /** The requesting credential. */
  readonly api: Api
  readonly journalId: string
  /** Null: what is held is left to people. */
  readonly approvers: Approvers | null
}

export interface RunContext {
  readonly place: string
  /** From `runKey`. */
  readonly run: string
  readonly agentId: string
  readonly sessionId: string
}

/** @throws NotAccepted or ServerGone, after which nothing more can be asked; everything else is in the record. */
export async function decideCall(
  desk: Desk,
  context: RunContext,
  call: RecordedCall,
  trust: Trust,
): Promise<CallRecord> {
  const { place, run, agentId, sessionId } = context
  let verdict: Verdict
  try {
    const key = idempotencyKey(desk.journalId, run, call)
    verdict = await authorize(desk.api, { agentId, sessionId, call, trust, idempotencyKey: key })
  } catch (error) {
    const failure = expected(error)
    return undecidedCall(place, call, failure.code, failure.message)
  }
  const { decision, elapsedMs } = verdict
  const faults: string[] = []
  let approved = false
  let redemption: Redemption = { kind: 'none' }
  try {
    const held = await permitFor(desk, verdict, call)
    approved = held.approved
    if (held.fault !== null) faults.push(held.fault)
    if (held.permit !== null) {
      redemption = await redeem(desk.api, held.permit, call, redemptionKey(desk.journalId, run, call))
    }
  } catch (error) {
    faults.push(expected(error).message)
  }
  return {
    place,
    index: call.index,
    tool: call.tool,
    decision,
    undecided: null,
    approved,
    redemption,
    faults,
    elapsedMs,
  }
}

interface Held {
  readonly permit: string | null
  readonly approved: boolean
  readonly fault: string | null
}

async function permitFor(desk: Desk, { decision, permit, approval }: Verdict, call: RecordedCall): Promise<Held> {
  const without = (fault: string | null): Held => ({ permit: null, approved: false, fault })
  switch (decision.outcome) {
    case 'DENY':
      return without(permit === null ? null : 'a denial came with a permit; it was not used')
    case 'ALLOW':
      return permit === null ? without('no permit came with the decision') : { permit, approved: false, fault: null }
    case 'REVIEW': {
      if (approval === null) return without('no approval came with the decision')
      if (approval.status === 'PENDING' && desk.approvers !== null) {
        const { fault } = await desk.approvers.approve(approval.id, decision, call)
        if (fault !== null) return without(fault)
      } else if (approval.status !== 'APPROVED') return without(null)
      // The permit is the requester's alone: asked for with the requesting credential.
      const shown = await showApproval(desk.api, approval.id)
      if (shown?.status !== 'APPROVED') return without(null)
      return { permit: shown.permit, approved: true, fault: shown.permit === null ? 'an approval has no permit' : null }
    }
  }
}

/** What may go wrong with one call; rethrows what ends the replay. */
function expected(error: unknown): RefusedByServer | RequestFailed {
  if (error instanceof NotAccepted) throw error
  if (error instanceof RefusedByServer || error instanceof RequestFailed) return error
  throw error
}
