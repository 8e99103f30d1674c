/** What the roll-up asks of the graph, with the types of what it gets. */
import { gql } from 'urql'

export interface Summary {
  agents: number
  active: number
  highRisk: number
  frozen: number
  openIncidents: number
  pendingApprovals: number
  byTeam: { team: { id: string; name: string } | null; agents: number; highRisk: number; incidents: number }[]
  topRisk: { agent: { id: string; displayName: string } | null; risk: number }[]
  approvalSla: { p50Seconds: number | null; p95Seconds: number | null; breached: number }
  mttcSeconds: number | null
  asOf: string
}

export const summaryQuery = gql<{ workforceSummary: Summary | null }, { orgUnit: string | null; window: string }>`
  query consoleWorkforce($orgUnit: ID, $window: String!) {
    workforceSummary(orgUnit: $orgUnit, window: $window) {
      agents
      active
      highRisk
      frozen
      openIncidents
      pendingApprovals
      byTeam {
        team {
          id
          name
        }
        agents
        highRisk
        incidents
      }
      topRisk {
        agent {
          id
          displayName
        }
        risk
      }
      approvalSla {
        p50Seconds
        p95Seconds
        breached
      }
      mttcSeconds
      asOf
    }
  }
`
