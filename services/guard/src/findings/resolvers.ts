/** Findings in the graph. Translation only. */
import { answering, requireCapability, type SubgraphContext } from '@muster/subgraph-kit'
import { incidentById } from '../incidents/listIncidents.ts'
import type { GuardRoom } from '../room.ts'
import { readTimeline } from '../timeline/readTimeline.ts'
import { listAssignees } from './assignees.ts'
import type { FindingRow } from './findingRow.ts'
import { findingById, listFindings, type FindingQuery } from './listFindings.ts'
import type { Reaching } from './reach.ts'
import { detectionRules, ruleOf } from './rules.ts'
import { seenBefore } from './seenBefore.ts'
import {
  acknowledgeFinding,
  acknowledgeFindings,
  assignFinding,
  assignFindings,
  closeFinding,
  closeFindings,
  tagFinding,
  type FindingChanged,
  type FindingsChanged,
} from './settle.ts'
import type { DetectionRule } from './rules.ts'
import type { Claims } from '@muster/kernel'

type Act = (room: GuardRoom, claims: Claims, input: unknown) => Promise<FindingChanged | FindingsChanged>

export function findingResolvers(room: GuardRoom, reached: Reaching) {
  /** A mutation that needs `findings:write` and answers its result under the name of a success. */
  const acting =
    (typename: string, act: Act) =>
    (_: unknown, { input }: { input: unknown }, context: SubgraphContext) => {
      requireCapability(context, 'findings:write')
      return answering('Refused', async () => ({
        __typename: typename,
        ...(await act(room, context.claims, input)),
      }))
    }
  return {
    Query: {
      findings: (_: unknown, query: FindingQuery, context: SubgraphContext) => {
        requireCapability(context, 'findings:read')
        return listFindings(room, query)
      },
      finding: (_: unknown, { id }: { id: string }, context: SubgraphContext) => {
        requireCapability(context, 'findings:read')
        return reached(context.scope, id, findingById(room, id))
      },
      findingAssignees: (_: unknown, __: unknown, context: SubgraphContext) => {
        requireCapability(context, 'findings:write')
        return listAssignees(room)
      },
      detectionRules: (_: unknown, __: unknown, context: SubgraphContext) => {
        requireCapability(context, 'findings:read')
        return Object.values(detectionRules)
      },
    },
    Mutation: {
      acknowledgeFinding: acting('FindingAcknowledged', acknowledgeFinding),
      assignFinding: acting('FindingAssigned', assignFinding),
      tagFinding: acting('FindingTagged', tagFinding),
      closeFinding: acting('FindingClosed', closeFinding),
      acknowledgeFindings: acting('FindingsChanged', acknowledgeFindings),
      assignFindings: acting('FindingsChanged', assignFindings),
      closeFindings: acting('FindingsChanged', closeFindings),
    },
    DetectionRule: {
      severity: (rule: DetectionRule) => rule.severity.toUpperCase(),
    },
    Finding: {
      type: (finding: FindingRow) => finding.finding_type,
      rule: (finding: FindingRow) => ruleOf(finding.finding_type),
      severity: (finding: FindingRow) => finding.severity.toUpperCase(),
      agent: ({ agent_id: id }: FindingRow) => (id === null ? null : { __typename: 'Agent', id }),
      assignee: ({ assignee_id: id }: FindingRow) => (id === null ? null : { __typename: 'Person', id }),
      incident: ({ incident_id: id }: FindingRow) => (id === null ? null : incidentById(room, id)),
      firstSeen: (finding: FindingRow) => finding.first_seen,
      lastSeen: (finding: FindingRow) => finding.last_seen,
      closeReason: (finding: FindingRow) => finding.close_reason,
      closedAt: (finding: FindingRow) => finding.closed_at,
      seenBefore: (finding: FindingRow, _: unknown, context: SubgraphContext) =>
        seenBefore(room, context).load(finding),
      timeline: async (finding: FindingRow) => {
        const lines = await readTimeline(room, {
          subjects: [finding.id, ...(finding.incident_id === null ? [] : [finding.incident_id])],
          findings: [finding],
          agentId: finding.agent_id,
          from: finding.first_seen,
          until: finding.closed_at,
        })
        // An incident's receipts also tell of its other findings.
        return lines.filter(({ findingId }) => findingId === null || findingId === finding.id)
      },
    },
  }
}
