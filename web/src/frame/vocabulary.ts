/** The graph's closed words that filters in the address may name. */
export const agentStatuses = ['ACTIVE', 'RESTRICTED', 'FROZEN', 'QUARANTINED', 'REVOKED'] as const
export const riskTiers = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
export const approvalStatuses = ['PENDING', 'APPROVED', 'REJECTED', 'EXPIRED'] as const
export const findingStatuses = ['OPEN', 'ACKNOWLEDGED', 'CLOSED'] as const
export const reviewStatuses = ['OPEN', 'SIGNED_OFF'] as const
/** The verdicts, and what a reviewer looks for besides them. */
export const reviewVerdictFilters = ['undecided', 'RECERTIFIED', 'REVOKED', 'MODIFIED', 'against'] as const

export type AgentStatus = (typeof agentStatuses)[number]
export type RiskTier = (typeof riskTiers)[number]
export type ApprovalStatus = (typeof approvalStatuses)[number]
export type FindingStatus = (typeof findingStatuses)[number]
export type ReviewStatus = (typeof reviewStatuses)[number]
export type ReviewVerdictFilter = (typeof reviewVerdictFilters)[number]
