/**
 * An approval as one credential sees it: the approver its bytes, the requester
 * its permit.
 */
import { maybeObject, maybeText, textOf } from '../client/answers.ts'
import type { Api } from '../client/api.ts'
import { approvalQuery } from '../client/operations.ts'

export interface ShownApproval {
  readonly id: string
  /** PENDING, APPROVED, REJECTED or EXPIRED. */
  readonly status: string
  readonly actionHash: string
  readonly payloadHash: string
  readonly canonicalAction: string | null
  readonly canonicalPayload: string | null
  /** To the requesting credential only, once approved. */
  readonly permit: string | null
}

/** Null when it is not this credential's to see. */
export async function showApproval(api: Api, id: string): Promise<ShownApproval | null> {
  const approval = maybeObject((await api.ask(approvalQuery, { id })).data['approval'])
  if (approval === null) return null
  const permit = maybeObject(approval['permit'])
  return {
    id: textOf(approval, 'id'),
    status: textOf(approval, 'status'),
    actionHash: textOf(approval, 'actionHash'),
    payloadHash: textOf(approval, 'payloadHash'),
    canonicalAction: maybeText(approval, 'canonicalAction'),
    canonicalPayload: maybeText(approval, 'canonicalPayload'),
    permit: permit === null ? null : textOf(permit, 'token'),
  }
}
