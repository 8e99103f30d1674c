/**
 * The hall: from the graph to the use cases and back. Translation only.
 */
import type { RequestScope } from '@muster/db'
import { Fault } from '@muster/kernel'
import { answering, requireCapability, type SubgraphContext } from '@muster/subgraph-kit'
import { authorizeAction } from './actions/authorizeAction.ts'
import type { Combiner } from './actions/combiner.ts'
import { reasonOf, type DecisionModel } from './actions/decisionRow.ts'
import { decisionById, listDecisions, type DecisionQuery } from './actions/listDecisions.ts'
import { redeemPermit } from './actions/redeemPermit.ts'
import { reportExecution } from './actions/reportExecution.ts'
import type { Standings } from './actions/standings.ts'
import { approvalsOfAgent, underWay, type AgentApprovalsQuery } from './agents/agentFile.ts'
import { visibleAgents } from './agents/visibleAgents.ts'
import { whyMay, type AuthorityQuestion, type Ground } from './authority/whyMay.ts'
import { executionOf, previousPayload } from './approvals/comparison.ts'
import { decideApproval } from './approvals/decideApproval.ts'
import { decideApprovals } from './approvals/decideApprovals.ts'
import {
  approvalById,
  listApprovals,
  permitOfApproval,
  viewerCannotDecide,
  votesOf,
  type ApprovalQuery,
  type VoteModel,
} from './approvals/listApprovals.ts'
import type { ApprovalModel } from './approvals/approvalRow.ts'
import { Reaches } from './findings/reach.ts'
import { findingResolvers } from './findings/resolvers.ts'
import { Watch } from './findings/watch.ts'
import { listFindings } from './findings/listFindings.ts'
import { listIncidents } from './incidents/listIncidents.ts'
import { incidentResolvers } from './incidents/resolvers.ts'
import { timelineResolvers } from './timeline/resolvers.ts'
import { activateBundle, bundleById, draftBundle, listBundles, type BundleRow } from './policies/bundles.ts'
import type { GuardRoom } from './room.ts'
import { endSession, startSession, taintSession } from './sessions/sessions.ts'

type Input = { input: unknown }
type Page = { first?: number | null; after?: string | null }
type AgentFindingsQuery = Page & { statuses: readonly string[] | null }
type Ref = { __typename: string; id: string }
const agentRef = (id: string | null): Ref | null => (id === null ? null : { __typename: 'Agent', id })

/** `found`, and a look into the id afterwards when there was nothing to find. */
async function reached<T>(reaches: Reaches, scope: RequestScope, id: unknown, found: Promise<T>): Promise<T> {
  const answer = await found
  const code = (answer as { code?: unknown } | null)?.code
  if (answer === null || (typeof code === 'string' && code.startsWith('UNKNOWN_'))) reaches.report(scope, [id])
  return answer
}

/** Decisions and approvals are read by who approves, and read back by who asks for them. */
function requireReader({ claims }: SubgraphContext): void {
  if (!claims.caps.includes('approvals:read') && !claims.caps.includes('actions:authorize'))
    throw new Fault('FORBIDDEN', 'this credential lacks `approvals:read`')
}

export function guardResolvers(room: GuardRoom, combiner: Combiner, standings: Standings) {
  const reaches = new Reaches(room)
  const watch = new Watch(room)
  const findings = findingResolvers(room, (scope, id, found) => reached(reaches, scope, id, found))
  const incidents = incidentResolvers(room, (scope, id, found) => reached(reaches, scope, id, found))
  const decisionField = async (approval: ApprovalModel): Promise<DecisionModel | null> =>
    decisionById(room, approval.decision_id)
  return {
    Refusal: { __resolveType: () => 'Refused' },
    Query: {
      decision: (_: unknown, { id }: { id: string }, context: SubgraphContext) => {
        requireReader(context)
        return reached(reaches, context.scope, id, decisionById(room, id))
      },
      decisions: (_: unknown, query: DecisionQuery, context: SubgraphContext) => {
        requireReader(context)
        return listDecisions(room, query)
      },
      approval: (_: unknown, { id }: { id: string }, context: SubgraphContext) => {
        requireReader(context)
        return reached(reaches, context.scope, id, approvalById(room, id))
      },
      approvals: (_: unknown, query: ApprovalQuery, context: SubgraphContext) => {
        requireReader(context)
        return listApprovals(room, context.scope, query)
      },
      policyBundles: (_: unknown, query: { first?: number; after?: string }, context: SubgraphContext) => {
        requireCapability(context, 'policies:read')
        return listBundles(room, query)
      },
      policyBundle: (_: unknown, { id }: { id: string }, context: SubgraphContext) => {
        requireCapability(context, 'policies:read')
        return bundleById(room, id)
      },
      whyMay: (_: unknown, asked: AuthorityQuestion, context: SubgraphContext) => {
        if (asked.personId !== context.claims.sub) requireCapability(context, 'people:read')
        requireCapability(context, asked.act === 'APPROVE' ? 'approvals:read' : 'agents:read')
        return whyMay(room, context.scope, asked)
      },
      ...findings.Query,
      ...incidents.Query,
    },
    Mutation: {
      authorizeAction: (_: unknown, { input }: Input, context: SubgraphContext) => {
        requireCapability(context, 'actions:authorize')
        const decided = answering('Refused', async () => {
          const decided = await authorizeAction(room, combiner, context.scope, input)
          watch.decided(context.scope, decided.decision)
          return { __typename: 'ActionDecided', ...decided }
        })
        return reached(reaches, context.scope, (input as { agentId?: unknown }).agentId, decided)
      },
      redeemPermit: (_: unknown, { input }: Input, context: SubgraphContext) => {
        requireCapability(context, 'actions:redeem')
        return answering('Refused', async () => ({
          __typename: 'PermitRedeemed',
          execution: await redeemPermit(room, standings, context.scope, input),
        }))
      },
      reportExecution: (_: unknown, { input }: Input, context: SubgraphContext) => {
        requireCapability(context, 'actions:redeem')
        return answering('Refused', async () => ({
          __typename: 'ExecutionReported',
          ...(await reportExecution(room, context.scope, input)),
        }))
      },
      decideApproval: (_: unknown, { input }: Input, context: SubgraphContext) =>
        answering('Refused', async () => ({
          __typename: 'ApprovalDecided',
          ...(await decideApproval(room, context.scope, input)),
        })),
      decideApprovals: (_: unknown, { input }: Input, context: SubgraphContext) =>
        answering('Refused', async () => ({
          __typename: 'ApprovalsDecided',
          ...(await decideApprovals(room, context.scope, input)),
        })),
      startSession: (_: unknown, { input }: Input, context: SubgraphContext) => {
        requireCapability(context, 'actions:authorize')
        return answering('Refused', async () => ({
          __typename: 'SessionStarted',
          ...(await startSession(room, context.scope, input)),
        }))
      },
      taintSession: (_: unknown, { input }: Input, context: SubgraphContext) => {
        requireCapability(context, 'actions:authorize')
        return answering('Refused', async () => ({
          __typename: 'SessionTainted',
          ...(await taintSession(room, context.scope, input)),
        }))
      },
      endSession: (_: unknown, { input }: Input, context: SubgraphContext) => {
        requireCapability(context, 'actions:authorize')
        return answering('Refused', async () => ({
          __typename: 'SessionEnded',
          ...(await endSession(room, context.scope, input)),
        }))
      },
      draftPolicyBundle: (_: unknown, { input }: Input, context: SubgraphContext) => {
        requireCapability(context, 'policies:write')
        return answering('Refused', async () => ({
          __typename: 'PolicyBundleDrafted',
          ...(await draftBundle(room, context.claims, input)),
        }))
      },
      activatePolicyBundle: (_: unknown, { input }: Input, context: SubgraphContext) => {
        requireCapability(context, 'policies:write')
        return answering('Refused', async () => ({
          __typename: 'PolicyBundleActivated',
          ...(await activateBundle(room, input)),
        }))
      },
      ...findings.Mutation,
      ...incidents.Mutation,
    },
    Decision: {
      reason: (decision: DecisionModel) => reasonOf(decision.reasonCode),
      agent: (decision: DecisionModel) => agentRef(decision.agentId),
      canonicalPayload: async (decision: DecisionModel) => (await decision.texts())?.payload ?? null,
      canonicalAction: async (decision: DecisionModel) => (await decision.texts())?.action ?? null,
    },
    Approval: {
      decision: decisionField,
      agent: (approval: ApprovalModel) => agentRef(approval.agent_id),
      canonicalAction: async (approval: ApprovalModel) =>
        (await (await decisionField(approval))?.texts())?.action ?? null,
      canonicalPayload: async (approval: ApprovalModel) =>
        (await (await decisionField(approval))?.texts())?.payload ?? null,
      reasonCode: async (approval: ApprovalModel) => (await decisionField(approval))?.reasonCode ?? null,
      reason: async (approval: ApprovalModel) => {
        const decision = await decisionField(approval)
        return decision === null ? null : reasonOf(decision.reasonCode)
      },
      createdAt: (approval: ApprovalModel) => approval.created_at,
      expiresAt: (approval: ApprovalModel) => approval.expires_at,
      settledAt: (approval: ApprovalModel) => approval.settled_at,
      requesterId: (approval: ApprovalModel) => approval.requester_id,
      requester: (approval: ApprovalModel) => ({ __typename: 'Person', id: approval.requester_id }),
      previousCanonicalPayload: (approval: ApprovalModel) => previousPayload(room, approval),
      execution: (approval: ApprovalModel) => executionOf(room, approval),
      votes: (approval: ApprovalModel) => votesOf(room, approval),
      permit: (approval: ApprovalModel, _: unknown, context: SubgraphContext) =>
        permitOfApproval(room, context.scope, approval),
      viewerCanDecide: async (approval: ApprovalModel, _: unknown, context: SubgraphContext) =>
        (await viewerCannotDecide(room, context.scope, approval)) === null,
      viewerCannotDecideBecause: (approval: ApprovalModel, _: unknown, context: SubgraphContext) =>
        viewerCannotDecide(room, context.scope, approval),
    },
    AuthorityGround: {
      bindingId: ({ id }: Ground) => id,
      scope: ({ unit }: Ground) => (unit === null ? null : { __typename: 'OrgUnit', id: unit }),
      grantedById: ({ grantedBy }: Ground) => grantedBy,
      grantedAt: ({ grantedAt }: Ground) => new Date(grantedAt),
      expiresAt: ({ expiresAt }: Ground) => (expiresAt === null ? null : new Date(expiresAt)),
    },
    ApprovalVote: {
      person: (vote: VoteModel) => ({ __typename: 'Person', id: vote.personId }),
      reason: (vote: VoteModel) => vote.reason(),
    },
    PolicyBundle: {
      state: (bundle: BundleRow) => bundle.state.toUpperCase(),
      createdAt: (bundle: BundleRow) => bundle.created_at,
      activatedAt: (bundle: BundleRow) => bundle.activated_at,
    },
    Finding: findings.Finding,
    DetectionRule: findings.DetectionRule,
    Incident: incidents.Incident,
    ...timelineResolvers(room),
    Agent: {
      __resolveReference: (reference: Ref, context: SubgraphContext) => visibleAgents(room, context).load(reference.id),
      decisions: (agent: Ref, query: DecisionQuery, context: SubgraphContext) => {
        requireReader(context)
        return listDecisions(room, { ...query, filter: { ...query.filter, agentId: agent.id } })
      },
      approvals: (agent: Ref, query: AgentApprovalsQuery, context: SubgraphContext) => {
        requireReader(context)
        return approvalsOfAgent(room, agent.id, query)
      },
      underWay: (agent: Ref, _: unknown, context: SubgraphContext) => {
        requireReader(context)
        return underWay(room, agent.id)
      },
      findings: (agent: Ref, query: AgentFindingsQuery, { claims }: SubgraphContext) =>
        claims.caps.includes('findings:read')
          ? listFindings(room, { ...query, filter: { statuses: query.statuses, agentId: agent.id } })
          : null,
      incidents: (agent: Ref, query: Page, { claims }: SubgraphContext) =>
        claims.caps.includes('findings:read') ? listIncidents(room, { ...query, filter: { agentId: agent.id } }) : null,
    },
  }
}
