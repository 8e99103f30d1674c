/** The graph's closed words that filters in the address may name. */
export const agentStatuses = ['ACTIVE', 'RESTRICTED', 'FROZEN', 'QUARANTINED', 'REVOKED'] as const
export const riskTiers = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
export const approvalStatuses = ['PENDING', 'APPROVED', 'REJECTED', 'EXPIRED'] as const
export const findingStatuses = ['OPEN', 'ACKNOWLEDGED', 'CLOSED'] as const
export const reviewStatuses = ['OPEN', 'SIGNED_OFF'] as const
/** The verdicts, and what a reviewer looks for besides them. */
export const reviewVerdictFilters = ['undecided', 'RECERTIFIED', 'REVOKED', 'MODIFIED', 'against'] as const
export const outcomes = ['ALLOW', 'REVIEW', 'DENY'] as const
export const scoreNames = ['identity', 'risk', 'reliability', 'autonomy'] as const
/** The pages of an agent's file, the first one open by itself. */
export const agentTabs = [
  'overview',
  'access',
  'decisions',
  'approvals',
  'score',
  'passport',
  'findings',
  'history',
] as const
export const findingTabs = ['findings', 'incidents'] as const
export const findingOrders = ['exposure', 'seen'] as const

export type AgentTab = (typeof agentTabs)[number]
export type Outcome = (typeof outcomes)[number]
export type ScoreName = (typeof scoreNames)[number]
export type AgentStatus = (typeof agentStatuses)[number]
export type RiskTier = (typeof riskTiers)[number]
export type ApprovalStatus = (typeof approvalStatuses)[number]
export type FindingStatus = (typeof findingStatuses)[number]
export type ReviewStatus = (typeof reviewStatuses)[number]
export type ReviewVerdictFilter = (typeof reviewVerdictFilters)[number]
