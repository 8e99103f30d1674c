/**
 * The approver's own check of what is being approved: both hashes computed
 * here, from the bytes on the screen, beside the ones pinned when it was held.
 *
 * INVARIANT (nothing on trust): every field the card shows is read from these
 * bytes; a label of the server that says something else is a failed check.
 */
import {
  actionHashOfText,
  canonicalize,
  hashesAgree,
  parseStrict,
  payloadHashOfText,
  UnsafeJson,
  type JsonObject,
} from '@muster/canonical-json'

export interface PinnedApproval {
  readonly actionHash: string
  readonly payloadHash: string
  readonly canonicalAction: string | null
  readonly canonicalPayload: string | null
  readonly expiresAt: string
  readonly agent: { readonly id: string } | null
  readonly decision: { readonly id: string; readonly tool: string; readonly action: string; readonly mutates: boolean }
}

export type PinCheck = 'payloadHash' | 'actionHash' | 'canonical' | 'bound' | 'labels'

export type PinVerdict =
  /** The bytes are outside the viewer's scope: nothing to check, nothing to decide. */
  | { readonly state: 'unseen' }
  | {
      readonly state: 'agree' | 'disagree'
      readonly payloadHash: string
      readonly actionHash: string
      readonly failed: readonly PinCheck[]
      /** What will run, and this occasion of it, as the bytes say; null when they are no canonical object. */
      readonly payload: JsonObject | null
      readonly action: JsonObject | null
    }

export function checkPins(approval: PinnedApproval): PinVerdict {
  const { canonicalAction, canonicalPayload, decision } = approval
  if (canonicalAction === null || canonicalPayload === null) return { state: 'unseen' }
  const payloadHash = payloadHashOfText(canonicalPayload)
  const actionHash = actionHashOfText(canonicalAction)
  const payload = canonicalObject(canonicalPayload)
  const action = canonicalObject(canonicalAction)
  const failed: PinCheck[] = []
  if (!hashesAgree(payloadHash, approval.payloadHash)) failed.push('payloadHash')
  if (!hashesAgree(actionHash, approval.actionHash)) failed.push('actionHash')
  if (payload === null || action === null) {
    failed.push('canonical')
  } else {
    if (!hashesAgree(action['payloadHash'], payloadHash)) failed.push('bound')
    const labelled =
      payload['tool'] === decision.tool &&
      payload['action'] === decision.action &&
      action['mutates'] === decision.mutates &&
      action['decisionId'] === decision.id &&
      (approval.agent === null || action['agent'] === approval.agent.id) &&
      sameInstant(action['expiresAt'], approval.expiresAt)
    if (!labelled) failed.push('labels')
  }
  return { state: failed.length === 0 ? 'agree' : 'disagree', payloadHash, actionHash, failed, payload, action }
}

/** The object behind canonical text; null when it is not canonical, or no object. */
function canonicalObject(text: string): JsonObject | null {
  try {
    const value = parseStrict(text)
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return null
    return canonicalize(value) === text ? (value as JsonObject) : null
  } catch (error) {
    if (error instanceof UnsafeJson) return null
    throw error
  }
}

function sameInstant(said: unknown, labelled: string): boolean {
  return typeof said === 'string' && Date.parse(said) === Date.parse(labelled)
}
