/**
 * A permit consumed on the exact bytes it was given for, and what then happened
 * put on record.
 */
import { memberOf, objectOf, textOf } from '../client/answers.ts'
import type { Api } from '../client/api.ts'
import { RefusedByServer } from '../client/errors.ts'
import { redeemPermitMutation, reportExecutionMutation } from '../client/operations.ts'
import type { RecordedCall, RecordedResult } from '../transcripts/transcript.ts'
import { callAction } from './authorize.ts'
import type { Redemption } from './callRecord.ts'

/** @throws RefusedByServer when the report contradicts an earlier one; RequestFailed or ServerGone. */
export async function redeem(api: Api, permit: string, call: RecordedCall, redemptionKey: string): Promise<Redemption> {
  let executionId: string
  try {
    const { data } = await api.ask(redeemPermitMutation, {
      input: { permit, tool: call.tool, action: callAction, parameters: call.parameters, redemptionKey },
    })
    executionId = textOf(objectOf(memberOf(data, 'redeemPermit', 'PermitRedeemed')['execution'], '`execution`'), 'id')
  } catch (error) {
    // A withdrawn permit is an answer: the agent was frozen, the policy is stricter now, too much time went by.
    if (error instanceof RefusedByServer) return { kind: 'refused', code: error.code }
    throw error
  }
  return { kind: 'redeemed', executionId, reported: call.result && (await report(api, executionId, call.result)) }
}

async function report(
  api: Api,
  executionId: string,
  { failed, contentHash }: RecordedResult,
): Promise<'SUCCEEDED' | 'FAILED'> {
  const outcome = failed ? 'FAILED' : 'SUCCEEDED'
  const { data } = await api.ask(reportExecutionMutation, { input: { executionId, outcome, resultHash: contentHash } })
  memberOf(data, 'reportExecution', 'ExecutionReported')
  return outcome
}
