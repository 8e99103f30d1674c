/**
 * Why a decision came out as it did: a closed, stable set with one sentence each.
 *
 * Codes are part of the public contract and of every receipt; they are added,
 * never renamed. The sentence is shown to people as it stands.
 */
export const reasonCodes = {
  ALLOWED: 'a grant covers the call and no rule holds or forbids it',

  APPROVAL_REQUIRED_TRUST: 'the call changes something and was moved by a semi-trusted source, so a person decides',
  APPROVAL_REQUIRED_STATUS: 'the agent is restricted, so a person decides on everything it changes',
  APPROVAL_REQUIRED_RISK_TIER: 'the risk tier of the agent requires a person to decide on changes',
  APPROVAL_REQUIRED_ENVIRONMENT: 'changes in this environment require a person to decide',
  APPROVAL_REQUIRED_SCORE: 'the score of the agent requires a person to decide',
  APPROVAL_REQUIRED_MANIFEST: 'the tool is not pinned as it is offered now, so a person decides',
  APPROVAL_REQUIRED_AMOUNT: 'the amount requires a person to decide',
  APPROVAL_REQUIRED_DESTINATION: 'the destination requires a person to decide',
  APPROVAL_REQUIRED_POLICY: 'a policy of the tenant requires a person to decide',

  AGENT_FROZEN: 'the agent is frozen and may do nothing until it is reinstated',
  AGENT_QUARANTINED: 'the agent is quarantined and may do nothing',
  AGENT_REVOKED: 'the agent has left the workforce',
  TOOL_QUARANTINED: 'the tool or its server is quarantined',
  MANIFEST_MISMATCH: 'the caller names another manifest than the one that is pinned',
  MALICIOUS_SOURCE: 'the call was moved by a source suspected to be malicious',
  CONNECTOR_DISABLED: 'the connector is disabled',
  DESTINATION_NOT_ALLOWED: 'the connector may not reach this destination',
  BUDGET_EXCEEDED: 'the budget of the agent or connector is spent',
  NO_GRANT: 'no grant covers this tool and action',
  GRANT_EXPIRED: 'the grant that covered this tool and action has expired',
  UNTRUSTED_MUTATION: 'the call changes something and its origin is untrusted or unknown',
  POLICY_FORBIDS: 'a policy forbids the call',
  DEFAULT_DENY: 'no policy permits the call',
  EVALUATION_ERROR: 'the policies could not be evaluated, and what cannot be evaluated is denied',
} as const

export type ReasonCode = keyof typeof reasonCodes

/** Reasons a held call can carry, the weightiest first: the first that applies is the decision's. */
export const reviewReasons = [
  'APPROVAL_REQUIRED_TRUST',
  'APPROVAL_REQUIRED_STATUS',
  'APPROVAL_REQUIRED_MANIFEST',
  'APPROVAL_REQUIRED_RISK_TIER',
  'APPROVAL_REQUIRED_SCORE',
  'APPROVAL_REQUIRED_ENVIRONMENT',
  'APPROVAL_REQUIRED_AMOUNT',
  'APPROVAL_REQUIRED_DESTINATION',
  'APPROVAL_REQUIRED_POLICY',
] as const satisfies readonly ReasonCode[]

export type ReviewReason = (typeof reviewReasons)[number]

export function isReviewReason(text: string): text is ReviewReason {
  return (reviewReasons as readonly string[]).includes(text)
}
