/**
 * The words of the domain that more than one room uses, each a closed set.
 */
export const agentStatuses = ['ACTIVE', 'RESTRICTED', 'FROZEN', 'QUARANTINED', 'REVOKED'] as const
export type AgentStatus = (typeof agentStatuses)[number]

export const riskTiers = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
export type RiskTier = (typeof riskTiers)[number]

/**
 * Trust in what moved the agent to act, highest first. The order is the rule:
 * an effective trust is the minimum of several, so it can only fall.
 */
export const trustLevels = [
  'TRUSTED_INTERNAL_SIGNED',
  'TRUSTED_INTERNAL',
  'SEMI_TRUSTED',
  'UNKNOWN',
  'UNTRUSTED_EXTERNAL',
  'MALICIOUS_SUSPECTED',
] as const
export type Trust = (typeof trustLevels)[number]

const trustRank = new Map<string, number>(trustLevels.map((level, index) => [level, index]))

/** The least trusted of the given levels; `MALICIOUS_SUSPECTED` for anything outside the set. */
export function minTrust(...levels: readonly Trust[]): Trust {
  let worst = 0
  for (const level of levels) worst = Math.max(worst, trustRank.get(level) ?? trustLevels.length - 1)
  return trustLevels[worst]!
}

export const outcomes = ['ALLOW', 'REVIEW', 'DENY'] as const
export type Outcome = (typeof outcomes)[number]

export const roles = [
  'tenant-admin',
  'ciso',
  'analyst',
  'approver',
  'team-lead',
  'org-admin',
  'owner',
  'viewer',
  'auditor',
] as const
export type Role = (typeof roles)[number]

export const actorKinds = ['person', 'api_key', 'agent', 'service'] as const
export type ActorKind = (typeof actorKinds)[number]

/** What a credential may do. A key's set is fixed when it is made and can never widen. */
export const capabilities = [
  'agents:read',
  'agents:write',
  'agents:status',
  'actions:authorize',
  'actions:redeem',
  'approvals:read',
  'approvals:decide',
  'events:write',
  'scores:read',
  'findings:read',
  'findings:write',
  'policies:read',
  'policies:write',
  'grants:read',
  'grants:write',
  'org:read',
  'org:write',
  'manifests:read',
  'manifests:write',
  'ledger:read',
  'ledger:sign',
  'keys:read',
  'keys:rotate',
  'people:read',
  'people:write',
  'reviews:read',
  'reviews:write',
  'apikeys:write',
  'content:scan',
  'scim:write',
  'sso:write',
] as const
export type Capability = (typeof capabilities)[number]
