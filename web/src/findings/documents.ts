/** What the findings screen asks of the graph, with the types of what it gets. */
import { gql } from 'urql'
import type { findingsTexts } from './texts.ts'
import type { FindingStatus } from '../frame/vocabulary.ts'
import type { StandingSubject } from '../agents/standing.tsx'

export const closeReasons = ['RESOLVED', 'FALSE_POSITIVE', 'ACCEPTED_RISK', 'DUPLICATE'] as const
export type CloseReason = (typeof closeReasons)[number]
export const severities = ['INFO', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const

export interface Recorded {
  id: string
  seq: string
}
export interface Someone {
  id: string
  displayName: string | null
  email: string | null
}

export interface Finding {
  id: string
  type: string
  severity: string
  status: FindingStatus
  summary: string
  count: number
  exposure: number
  lastSeen: string
  tags: string[]
  agent: { id: string; displayName: string } | null
  assignee: Someone | null
}

/** As the graph's `FindingFilter`; what is left out does not narrow. */
export interface FindingFilter {
  statuses?: readonly string[]
  severities?: readonly string[]
  types?: readonly string[]
  orgUnit?: string
  assignee?: string
  unassigned?: boolean
  tag?: string
  since?: string
  until?: string
  text?: string
}

interface Connection<Node> {
  totalCount: number
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  nodes: Node[]
}

export const findingsQuery = gql<
  { findings: Connection<Finding> },
  { first: number; after: string | null; filter: FindingFilter; order: 'EXPOSURE' | 'LAST_SEEN' }
>`
  query consoleFindings($first: Int!, $after: String, $filter: FindingFilter, $order: FindingOrder) {
    findings(first: $first, after: $after, filter: $filter, order: $order) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        type
        severity
        status
        summary
        count
        exposure
        lastSeen
        tags
        agent {
          id
          displayName
        }
        assignee {
          id
          displayName
          email
        }
      }
    }
  }
`

export type TimelineEvent = keyof typeof findingsTexts.events
export interface Line {
  event: TimelineEvent
  at: string
  times: number
  actorKind: keyof typeof findingsTexts.actors
  person: Someone | null
  assignee: Someone | null
  finding: { id: string; summary: string } | null
  closeReason: CloseReason | null
  words: string | null
  receipt: Recorded
}
const timelineFields = `
  timeline {
    event
    at
    times
    actorKind
    person { id displayName email }
    assignee { id displayName email }
    finding { id summary }
    closeReason
    words
    receipt { id seq }
  }
`
const agentFields = `
  id
  displayName
  status
  viewerActs { act allowed because }
`

export interface FullFinding extends Omit<Finding, 'agent'> {
  firstSeen: string
  closedAt: string | null
  closeReason: CloseReason | null
  agent: StandingSubject | null
  rule: { id: string; version: number; owasp: string[]; atlas: string[] } | null
  seenBefore: { count: number; lastCloseReason: CloseReason | null; lastClosedAt: string | null }
  incident: { id: string; number: number; status: string } | null
  evidence: Recorded[]
  timeline: Line[]
}
export const findingQuery = gql<{ finding: FullFinding | null }, { id: string }>(`
  query consoleFinding($id: ID!) {
    finding(id: $id) {
      id
      type
      severity
      status
      summary
      count
      exposure
      firstSeen
      lastSeen
      closedAt
      closeReason
      tags
      agent { ${agentFields} }
      assignee { id displayName email }
      rule { id version owasp atlas }
      seenBefore { count lastCloseReason lastClosedAt }
      incident { id number status }
      evidence { id seq }
      ${timelineFields}
    }
  }
`)

export interface Incident {
  id: string
  number: number
  status: string
  severity: string
  openedAt: string
  containedAt: string | null
  closedAt: string | null
  agents: ({ id: string; displayName: string } | null)[]
  findings: { id: string; status: string }[]
}
export const incidentsQuery = gql<
  { incidents: Connection<Incident> },
  { first: number; after: string | null; filter: { statuses: readonly string[] | null; orgUnit: string | null } }
>`
  query consoleIncidents($first: Int!, $after: String, $filter: IncidentFilter) {
    incidents(first: $first, after: $after, filter: $filter) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        number
        status
        severity
        openedAt
        containedAt
        closedAt
        agents(first: 2) {
          id
          displayName
        }
        findings(first: 20) {
          id
          status
        }
      }
    }
  }
`

export interface FullIncident extends Omit<Incident, 'agents' | 'findings'> {
  closeReason: CloseReason | null
  agents: (StandingSubject | null)[]
  findings: { id: string; status: string; severity: string; summary: string }[]
  timeline: Line[]
}
export const incidentQuery = gql<{ incident: FullIncident | null }, { id: string }>(`
  query consoleIncident($id: ID!) {
    incident(id: $id) {
      id
      number
      status
      severity
      openedAt
      containedAt
      closedAt
      closeReason
      agents(first: 2) { ${agentFields} }
      findings(first: 50) { id status severity summary }
      ${timelineFields}
    }
  }
`)

/** For the filter's completion, and for giving findings away. */
export const rulesQuery = gql<{ detectionRules: { id: string; summary: string }[] }, Record<string, never>>`
  query consoleDetectionRules {
    detectionRules {
      id
      summary
    }
  }
`
export const assigneesQuery = gql<{ findingAssignees: (Someone | null)[] }, Record<string, never>>`
  query consoleFindingAssignees {
    findingAssignees {
      id
      displayName
      email
    }
  }
`
