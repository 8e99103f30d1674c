/** What the roll-up asks of the graph, with the types of what it gets. */
import { gql } from 'urql'

export interface Counts {
  agents: number
  highRisk: number
  incidents: number
  pendingApprovals: number
  denials: number
}
export interface Outcomes {
  allowed: number
  held: number
  denied: number
}
export interface Bucket extends Outcomes {
  at: string
}
export interface Lifecycle {
  registered: number
  movedIn: number
  movedOut: number
  movedWithin: number
  restricted: number
  frozen: number
  quarantined: number
  reinstated: number
  revoked: number
}
export interface Standing {
  agents: number
  active: number
  highRisk: number
  frozen: number
  pendingApprovals: number
}
interface Flows {
  approvalSla: { decided: number; p50Seconds: number | null; p95Seconds: number | null; breached: number }
  mttcSeconds: number | null
  decisions: Outcomes & { total: number }
  lifecycle: Lifecycle
  coverage: { active: number; covered: number; withEvents: number; withDecisions: number; share: number | null }
  from: string
  until: string
}
interface Unit {
  id: string
  name: string
}
export type Before = Standing & Flows & { openIncidents: number }

export interface Summary extends Standing, Flows {
  openIncidents: number
  orgUnit: Unit | null
  byDepartment: (Counts & { department: Unit; depth: number })[]
  byTeam: (Counts & { team: Unit | null })[]
  byOwner: (Counts & { owner: { id: string; displayName: string | null; email: string | null } | null })[]
  topRisk: { agent: { id: string; displayName: string } | null; risk: number; previous: number | null }[]
  decisions: Outcomes & { total: number; stepSeconds: number; series: Bucket[] }
  asOf: string
  previous?: Before
}

export interface SummaryVariables {
  orgUnit: string | null
  window: string
  compare: boolean
}

export const summaryQuery = gql<{ workforceSummary: Summary | null }, SummaryVariables>`
  query consoleWorkforce($orgUnit: ID, $window: String!, $compare: Boolean!) {
    workforceSummary(orgUnit: $orgUnit, window: $window) {
      orgUnit {
        id
        name
      }
      agents
      active
      highRisk
      frozen
      openIncidents
      pendingApprovals
      byDepartment {
        department {
          id
          name
        }
        depth
        agents
        highRisk
        incidents
        pendingApprovals
        denials
      }
      byTeam {
        team {
          id
          name
        }
        agents
        highRisk
        incidents
        pendingApprovals
        denials
      }
      byOwner {
        owner {
          id
          displayName
          email
        }
        agents
        highRisk
        incidents
        pendingApprovals
        denials
      }
      topRisk {
        agent {
          id
          displayName
        }
        risk
        previous
      }
      decisions {
        total
        allowed
        held
        denied
        stepSeconds
        series {
          at
          allowed
          held
          denied
        }
      }
      ...flows
      asOf
      from
      until
      previous @include(if: $compare) {
        agents
        active
        highRisk
        frozen
        openIncidents
        pendingApprovals
        decisions {
          total
          allowed
          held
          denied
        }
        approvalSla {
          decided
          p50Seconds
          p95Seconds
          breached
        }
        mttcSeconds
        lifecycle {
          ...lifecycle
        }
        coverage {
          active
          covered
          withEvents
          withDecisions
          share
        }
        from
        until
      }
    }
  }
  fragment flows on WorkforceSummary {
    approvalSla {
      decided
      p50Seconds
      p95Seconds
      breached
    }
    mttcSeconds
    lifecycle {
      ...lifecycle
    }
    coverage {
      active
      covered
      withEvents
      withDecisions
      share
    }
  }
  fragment lifecycle on LifecycleCounts {
    registered
    movedIn
    movedOut
    movedWithin
    restricted
    frozen
    quarantined
    reinstated
    revoked
  }
`

/** What a printed page is anchored to. */
export const anchorQuery = gql<
  { ledgerHead: { seq: string; rootHash: string; origin: string } },
  Record<string, never>
>`
  query consoleWorkforceAnchor {
    ledgerHead {
      seq
      rootHash
      origin
    }
  }
`
