/**
 * Every closed word of a case, checked against its set: YAML has no types, and
 * a status nobody knows would make a case about nothing.
 */
import { actorKinds, agentStatuses, riskTiers, roles, trustLevels } from '@muster/kernel'
import type { ApprovalFacts } from '../approvals/mayApprove.ts'
import { scoreTiers, type DecisionFacts } from '../facts/decisionFacts.ts'
import { BrokenCase } from './overlay.ts'

function oneOf(allowed: readonly string[], value: string | null, where: string): void {
  if (value !== null && !allowed.includes(value)) throw new BrokenCase(`\`${where}\` is none of ${allowed.join(', ')}`)
}

export function checkDecisionWords({ agent, request, credential, session, grants }: DecisionFacts): void {
  oneOf(agentStatuses, agent.status, 'agent.status')
  oneOf(riskTiers, agent.riskTier, 'agent.riskTier')
  oneOf(scoreTiers, agent.scoreTier, 'agent.scoreTier')
  oneOf(trustLevels, request.claimedTrust, 'request.claimedTrust')
  oneOf(actorKinds, credential.kind, 'credential.kind')
  oneOf(trustLevels, credential.ceiling, 'credential.ceiling')
  oneOf(trustLevels, session?.taint ?? null, 'session.taint')
  for (const grant of grants) {
    if (typeof grant.tool !== 'string' || typeof grant.active !== 'boolean' || grant.action === undefined) {
      throw new BrokenCase('a grant has id, tool, action and active')
    }
  }
}

export function checkApprovalWords({ approver, previousVotes }: ApprovalFacts): void {
  oneOf(actorKinds, approver.kind, 'approver.kind')
  for (const { role, unit } of approver.roles) {
    oneOf(roles, role, 'approver.roles')
    if (unit === undefined) throw new BrokenCase('a role names its unit, or null for the whole tenant')
  }
  for (const { verdict } of previousVotes) oneOf(['APPROVE', 'REJECT'], verdict, 'previousVotes')
}
