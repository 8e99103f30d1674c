/** The graph's closed words that filters in the address may name. */
export const agentStatuses = ['ACTIVE', 'RESTRICTED', 'FROZEN', 'QUARANTINED', 'REVOKED'] as const
export const riskTiers = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const
export const approvalStatuses = ['PENDING', 'APPROVED', 'REJECTED', 'EXPIRED'] as const
export const findingStatuses = ['OPEN', 'ACKNOWLEDGED', 'CLOSED'] as const

export type AgentStatus = (typeof agentStatuses)[number]
export type RiskTier = (typeof riskTiers)[number]
export type ApprovalStatus = (typeof approvalStatuses)[number]
export type FindingStatus = (typeof findingStatuses)[number]
