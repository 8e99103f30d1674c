/** Incidents in the graph. Translation only. */
import { answering, pageSize, requireCapability, type SubgraphContext } from '@muster/subgraph-kit'
import type { Reaching } from '../findings/reach.ts'
import type { GuardRoom } from '../room.ts'
import { readTimeline } from '../timeline/readTimeline.ts'
import { closeIncident } from './closeIncident.ts'
import type { IncidentRow } from './incidentRow.ts'
import {
  findingsOfIncident,
  incidentFindingsMax,
  incidentById,
  listIncidents,
  type IncidentQuery,
} from './listIncidents.ts'

export function incidentResolvers(room: GuardRoom, reached: Reaching) {
  return {
    Query: {
      incidents: (_: unknown, query: IncidentQuery, context: SubgraphContext) => {
        requireCapability(context, 'findings:read')
        return listIncidents(room, query)
      },
      incident: (_: unknown, { id }: { id: string }, context: SubgraphContext) => {
        requireCapability(context, 'findings:read')
        return reached(context.scope, id, incidentById(room, id))
      },
    },
    Mutation: {
      closeIncident: (_: unknown, { input }: { input: unknown }, context: SubgraphContext) => {
        requireCapability(context, 'findings:write')
        return answering('Refused', async () => ({
          __typename: 'IncidentClosed',
          ...(await closeIncident(room, context.claims, input)),
        }))
      },
    },
    Incident: {
      severity: (incident: IncidentRow) => incident.severity.toUpperCase(),
      agents: (incident: IncidentRow) =>
        incident.agent_id === null ? [] : [{ __typename: 'Agent', id: incident.agent_id }],
      findings: (incident: IncidentRow, { first }: { first: number | null }) =>
        findingsOfIncident(room, incident.id, pageSize(first, incidentFindingsMax)),
      openedAt: (incident: IncidentRow) => incident.opened_at,
      containedAt: (incident: IncidentRow) => incident.contained_at,
      closedAt: (incident: IncidentRow) => incident.closed_at,
      closeReason: (incident: IncidentRow) => incident.close_reason,
      timeline: async (incident: IncidentRow) => {
        const findings = await findingsOfIncident(room, incident.id, incidentFindingsMax)
        return readTimeline(room, {
          subjects: [incident.id, ...findings.map(({ id }) => id)],
          findings,
          agentId: incident.agent_id,
          from: incident.opened_at,
          until: incident.closed_at,
        })
      },
    },
  }
}
