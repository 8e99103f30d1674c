/**
 * One call put to `authorizeAction`: with the bytes it would run with, the trust
 * its context implies, and a key under which a repetition is answered the same.
 */
import { outcomes, type Outcome, type Trust } from '@muster/kernel'
import { maybeObject, memberOf, objectOf, seqOf, textOf } from '../client/answers.ts'
import type { Api } from '../client/api.ts'
import { RequestFailed } from '../client/errors.ts'
import { authorizeActionMutation } from '../client/operations.ts'
import type { RecordedCall } from '../transcripts/transcript.ts'
import type { Decided } from './callRecord.ts'

/** A recorded run knows tools, not actions of tools: every call is this one. */
export const callAction = 'call'

export interface Question {
  readonly agentId: string
  readonly sessionId: string
  readonly call: RecordedCall
  readonly trust: Trust
  readonly idempotencyKey: string
}

export interface Verdict {
  readonly decision: Decided
  /** With ALLOW. */
  readonly permit: string | null
  /** With REVIEW. */
  readonly approval: { readonly id: string; readonly status: string } | null
  readonly elapsedMs: number
}

/** @throws RefusedByServer, RequestFailed or ServerGone: then there is no decision. */
export async function authorize(api: Api, question: Question): Promise<Verdict> {
  const { agentId, sessionId, call, trust, idempotencyKey } = question
  const { data, elapsedMs } = await api.ask(authorizeActionMutation, {
    input: {
      agentId,
      sessionId,
      tool: call.tool,
      action: callAction,
      parameters: call.parameters,
      sourceTrust: trust,
      idempotencyKey,
    },
  })
  const decided = memberOf(data, 'authorizeAction', 'ActionDecided')
  const decision = objectOf(decided['decision'], '`decision`')
  const receipt = objectOf(decision['receipt'], '`receipt`')
  const permit = maybeObject(decided['permit'])
  const approval = maybeObject(decided['approval'])
  return {
    decision: {
      id: textOf(decision, 'id'),
      outcome: outcomeOf(textOf(decision, 'outcome')),
      reasonCode: textOf(decision, 'reasonCode'),
      effectiveTrust: textOf(decision, 'effectiveTrust'),
      mutates: decision['mutates'] !== false,
      payloadHash: textOf(decision, 'payloadHash'),
      actionHash: textOf(decision, 'actionHash'),
      receipt: { id: textOf(receipt, 'id'), seq: seqOf(receipt, 'seq') },
    },
    permit: permit === null ? null : textOf(permit, 'token'),
    approval: approval === null ? null : { id: textOf(approval, 'id'), status: textOf(approval, 'status') },
    elapsedMs,
  }
}

/** A new outcome is not guessed at: it is no decision we understand. */
function outcomeOf(text: string): Outcome {
  const known = outcomes.find((outcome) => outcome === text)
  if (known === undefined) throw new RequestFailed('UNEXPECTED_ANSWER', `the outcome \`${text}\` is not known`, null)
  return known
}
