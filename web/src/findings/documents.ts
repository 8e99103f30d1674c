/** What the triage list asks of the graph, with the types of what it gets. */
import { gql } from 'urql'
import type { FindingStatus } from '../frame/vocabulary.ts'
import type { RefusedResult } from '../graph/useAct.ts'

export const closeReasons = ['RESOLVED', 'FALSE_POSITIVE', 'ACCEPTED_RISK', 'DUPLICATE'] as const
export type CloseReason = (typeof closeReasons)[number]

export interface Finding {
  id: string
  type: string
  severity: string
  status: FindingStatus
  summary: string
  count: number
  lastSeen: string
  agent: { id: string; displayName: string } | null
  evidence: { id: string; seq: string }[]
}

export const findingsQuery = gql<
  { findings: { nodes: Finding[] } },
  { first: number; filter: { status: FindingStatus | null } }
>`
  query consoleFindings($first: Int!, $filter: FindingFilter) {
    findings(first: $first, filter: $filter) {
      nodes {
        id
        type
        severity
        status
        summary
        count
        lastSeen
        agent {
          id
          displayName
        }
        evidence {
          id
          seq
        }
      }
    }
  }
`

export interface FindingChanged {
  __typename: 'FindingAcknowledged' | 'FindingClosed'
  finding: { id: string; status: FindingStatus }
  receipt: { id: string; seq: string }
}

type Changed = { changed: FindingChanged | RefusedResult }

export const acknowledgeFinding = gql<Changed, { input: { findingId: string } }>`
  mutation consoleAcknowledgeFinding($input: AcknowledgeFindingInput!) {
    changed: acknowledgeFinding(input: $input) {
      __typename
      ... on FindingAcknowledged {
        finding {
          id
          status
        }
        receipt {
          id
          seq
        }
      }
      ... on Refused {
        code
        message
      }
    }
  }
`

export const closeFinding = gql<Changed, { input: { findingId: string; reason: CloseReason } }>`
  mutation consoleCloseFinding($input: CloseFindingInput!) {
    changed: closeFinding(input: $input) {
      __typename
      ... on FindingClosed {
        finding {
          id
          status
        }
        receipt {
          id
          seq
        }
      }
      ... on Refused {
        code
        message
      }
    }
  }
`

/** The result of either act. */
export const changedFinding = ({ changed }: Changed): FindingChanged | RefusedResult => changed
