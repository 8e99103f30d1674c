/**
 * What an approver checks before they approve: that the bytes shown hash to what
 * is pinned, and are what the agent asked for. Pure.
 *
 * INVARIANT (three that agree): the hash the agent was told, the one stored with
 * the approval and the one computed here are one hash, for action and payload.
 */
import { actionHashOfText, canonicalize, hashesAgree, parseStrict, payloadHashOfText } from '@muster/canonical-json'
import { maybeObject } from '../client/answers.ts'
import type { ShownApproval } from './shownApproval.ts'
import type { RecordedCall } from '../transcripts/transcript.ts'
import type { Decided } from './callRecord.ts'

/** @returns the action hash to decide with, or why it must not be decided. */
export function pinnedHash(
  shown: ShownApproval,
  decision: Pick<Decided, 'actionHash' | 'payloadHash' | 'id'>,
  call: Pick<RecordedCall, 'tool' | 'parameters'>,
): { readonly hash: string } | { readonly fault: string } {
  if (shown.canonicalAction === null || shown.canonicalPayload === null) {
    return { fault: 'the bytes of the approval are not shown' }
  }
  const hash = actionHashOfText(shown.canonicalAction)
  const payload = payloadHashOfText(shown.canonicalPayload)
  if (!hashesAgree(hash, shown.actionHash, decision.actionHash)) {
    return { fault: 'the action shown does not hash to the one that is pinned' }
  }
  if (!hashesAgree(payload, shown.payloadHash, decision.payloadHash)) {
    return { fault: 'the payload shown does not hash to the one that is pinned' }
  }
  const action = maybeObject(parseStrict(shown.canonicalAction))
  if (action?.['payloadHash'] !== payload || action['decisionId'] !== decision.id) {
    return { fault: 'the action shown is not about this payload and decision' }
  }
  const body = maybeObject(parseStrict(shown.canonicalPayload))
  if (body?.['tool'] !== call.tool || canonicalize(body['parameters'] ?? null) !== canonicalize(call.parameters)) {
    return { fault: 'the payload shown is not the call that was asked for' }
  }
  return { hash }
}
