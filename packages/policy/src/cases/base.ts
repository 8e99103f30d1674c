/**
 * The base of a case: an ordinary agent of low risk, granted a reading tool,
 * called with trusted provenance; and an ordinary approval by a stranger to it.
 */
import type { ApprovalFacts } from '../approvals/mayApprove.ts'
import type { DecisionFacts } from '../facts/decisionFacts.ts'

/** Monday, 5 January 2026, 12:00 UTC. */
const noonMs = Date.UTC(2026, 0, 5, 12)

export const baseDecision: DecisionFacts = {
  agent: {
    id: 'agent-1',
    status: 'ACTIVE',
    riskTier: 'LOW',
    environment: 'production',
    team: 'team-1',
    department: 'department-1',
    units: ['team-1', 'department-1'],
    owner: 'person-owner',
    scoreTier: 'STANDARD',
  },
  request: {
    tool: 'crm',
    action: 'read',
    resource: null,
    claimedTrust: 'TRUSTED_INTERNAL',
    signatureVerified: false,
    claimedMutates: null,
    manifestHash: null,
    destination: null,
    connectorId: null,
    onBehalfOf: null,
    delegated: false,
    amount: null,
  },
  credential: { kind: 'api_key', ceiling: 'TRUSTED_INTERNAL' },
  session: null,
  manifest: { hash: 'pinned', server: 'crm-server', toolKnown: true, mutates: false, drift: false, quarantined: false },
  grants: [{ id: 'grant-1', tool: 'crm', action: null, active: true }],
  connector: null,
  nowMs: noonMs,
}

/** What may be null in a decision, and what it holds when it is not. */
export const optionalInDecision: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['agent.team', ''],
  ['agent.department', ''],
  ['agent.owner', ''],
  ['request.resource', ''],
  ['request.claimedTrust', ''],
  ['request.claimedMutates', true],
  ['request.manifestHash', ''],
  ['request.destination', ''],
  ['request.connectorId', ''],
  ['request.onBehalfOf', ''],
  ['request.amount', 0],
  ['session', { id: 'session-1', taint: 'TRUSTED_INTERNAL' }],
  ['manifest', baseDecision.manifest],
  ['connector', { id: 'connector-1', enabled: true, destinationAllowed: true, withinBudget: true }],
])

export const baseApproval: ApprovalFacts = {
  approver: {
    id: 'person-approver',
    email: 'approver@example.com',
    kind: 'person',
    active: true,
    roles: [{ role: 'approver', unit: null }],
  },
  owner: 'person-owner',
  requesters: ['person-requester'],
  onBehalfOf: null,
  agentUnits: ['team-1', 'department-1'],
  previousVotes: [],
  separation: { owner: true, requester: true, onBehalfOf: true },
}

export const optionalInApproval: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['approver.email', ''],
  ['owner', ''],
  ['onBehalfOf', ''],
])
