/** What people do with findings and incidents, as the graph takes it. Many at once, each with its receipt. */
import { gql } from 'urql'
import type { RefusedResult } from '../graph/useAct.ts'
import type { CloseReason, Recorded } from './documents.ts'

export interface FindingsChanged {
  __typename: 'FindingsChanged'
  changed: { finding: { id: string; status: string }; receipt: Recorded }[]
  refused: { findingId: string; code: string; message: string }[]
}
type Many = { changed: FindingsChanged | RefusedResult }
export const manyChanged = ({ changed }: Many): FindingsChanged | RefusedResult => changed

const result = `
  __typename
  ... on FindingsChanged {
    changed {
      finding { id status closeReason closedAt tags assignee { id displayName email } }
      receipt { id seq }
    }
    refused { findingId code message }
  }
  ... on Refused { code message }
`

export const acknowledgeFindings = gql<Many, { input: { findingIds: readonly string[] } }>(`
  mutation consoleAcknowledgeFindings($input: AcknowledgeFindingsInput!) {
    changed: acknowledgeFindings(input: $input) { ${result} }
  }
`)
export const assignFindings = gql<Many, { input: { findingIds: readonly string[]; personId: string | null } }>(`
  mutation consoleAssignFindings($input: AssignFindingsInput!) {
    changed: assignFindings(input: $input) { ${result} }
  }
`)
export const closeFindings = gql<
  Many,
  { input: { findingIds: readonly string[]; reason: CloseReason; note: string | null } }
>(`
  mutation consoleCloseFindings($input: CloseFindingsInput!) {
    changed: closeFindings(input: $input) { ${result} }
  }
`)

export interface FindingTagged {
  __typename: 'FindingTagged'
  receipt: Recorded
}
type Tagged = { changed: FindingTagged | RefusedResult }
export const tagChanged = ({ changed }: Tagged): FindingTagged | RefusedResult => changed
export const tagFinding = gql<Tagged, { input: { findingId: string; tags: readonly string[] } }>(`
  mutation consoleTagFinding($input: TagFindingInput!) {
    changed: tagFinding(input: $input) {
      __typename
      ... on FindingTagged { finding { id tags } receipt { id seq } }
      ... on Refused { code message }
    }
  }
`)

export interface IncidentClosed {
  __typename: 'IncidentClosed'
  receipt: Recorded
}
type Closed = { changed: IncidentClosed | RefusedResult }
export const incidentChanged = ({ changed }: Closed): IncidentClosed | RefusedResult => changed
export const closeIncident = gql<Closed, { input: { incidentId: string; reason: CloseReason; note: string | null } }>(`
  mutation consoleCloseIncident($input: CloseIncidentInput!) {
    changed: closeIncident(input: $input) {
      __typename
      ... on IncidentClosed {
        incident { id status closedAt closeReason findings(first: 50) { id status } }
        receipt { id seq }
      }
      ... on Refused { code message }
    }
  }
`)
