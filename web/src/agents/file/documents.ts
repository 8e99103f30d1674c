/** What the further pages of an agent's file ask of the graph, each when it is opened. */
import { gql } from 'urql'
import type { Decision, ListedFinding } from '../agentFile.ts'
import type { RefusedResult } from '../../graph/useAct.ts'

interface PageInfo {
  hasNextPage: boolean
  endCursor: string | null
}
interface Recorded {
  id: string
  seq: string
}
interface Someone {
  id: string
  displayName: string | null
  email: string | null
}

export interface FullGrant {
  id: string
  tool: string
  action: string | null
  mutates: boolean
  grantedAt: string
  grantor: Someone | null
  expiresAt: string | null
  revokedAt: string | null
  lastUsedAt: string | null
}
export const accessQuery = gql<
  { agent: { id: string; grants: FullGrant[] | null } | null },
  { id: string; ended: boolean }
>`
  query consoleAgentAccess($id: ID!, $ended: Boolean!) {
    agent(id: $id) {
      id
      grants(includeEnded: $ended) {
        id
        tool
        action
        mutates
        grantedAt
        grantor {
          id
          displayName
          email
        }
        expiresAt
        revokedAt
        lastUsedAt
      }
    }
  }
`

export interface GrantChanged {
  __typename: 'AccessGranted' | 'GrantRevoked'
  receipt: Recorded
}
type Changed = { changed: GrantChanged | RefusedResult }
export const changedGrant = ({ changed }: Changed): GrantChanged | RefusedResult => changed

export const grantAccess = gql<
  Changed,
  { input: { agentId: string; tool: string; action: string | null; expiresAt: string | null } }
>`
  mutation consoleGrantAccess($input: GrantAccessInput!) {
    changed: grantAccess(input: $input) {
      __typename
      ... on AccessGranted {
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
export const revokeGrant = gql<Changed, { input: { grantId: string } }>`
  mutation consoleRevokeGrant($input: RevokeGrantInput!) {
    changed: revokeGrant(input: $input) {
      __typename
      ... on GrantRevoked {
        grant {
          id
          revokedAt
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

export interface DecisionFilter {
  outcomes: readonly string[] | null
  tool: string | null
}
export const decisionsQuery = gql<
  { agent: { id: string; decisions: { nodes: Decision[]; pageInfo: PageInfo } } | null },
  { id: string; first: number; after: string | null; filter: DecisionFilter }
>`
  query consoleAgentDecisions($id: ID!, $first: Int!, $after: String, $filter: AgentDecisionFilter) {
    agent(id: $id) {
      id
      decisions(first: $first, after: $after, filter: $filter) {
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          outcome
          reason
          tool
          action
          decidedAt
          receipt {
            id
            seq
          }
        }
      }
    }
  }
`

export interface ListedApproval {
  id: string
  status: string
  approvals: number
  required: number
  reason: string
  createdAt: string
  expiresAt: string
  decision: { id: string; tool: string; action: string; receipt: Recorded }
}
export const approvalsQuery = gql<
  { agent: { id: string; approvals: { nodes: ListedApproval[]; pageInfo: PageInfo; totalCount: number } } | null },
  { id: string; first: number; after: string | null }
>`
  query consoleAgentApprovals($id: ID!, $first: Int!, $after: String) {
    agent(id: $id) {
      id
      approvals(first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          status
          approvals
          required
          reason
          createdAt
          expiresAt
          decision {
            id
            tool
            action
            receipt {
              id
              seq
            }
          }
        }
      }
    }
  }
`

export interface AgentKey {
  id: string
  label: string
  prefix: string
  isActive: boolean
  createdAt: string
  expiresAt: string | null
  lastUsedAt: string | null
}
export const passportQuery = gql<{ agent: { id: string; publicKey: string | null } | null }, { id: string }>`
  query consoleAgentPassport($id: ID!) {
    agent(id: $id) {
      id
      publicKey
    }
  }
`
/** Apart: not everybody who sees an agent sees its keys. */
export const agentKeysQuery = gql<{ agent: { id: string; apiKeys: AgentKey[] } | null }, { id: string }>`
  query consoleAgentKeys($id: ID!) {
    agent(id: $id) {
      id
      apiKeys {
        id
        label
        prefix
        isActive
        createdAt
        expiresAt
        lastUsedAt
      }
    }
  }
`
export interface PinnedManifest {
  id: string
  server: string
  tool: string
  version: number
  hash: string
  mutates: boolean
  state: string
  pinnedAt: string
}
export const manifestQuery = gql<{ manifest: PinnedManifest | null }, { tool: string }>`
  query consoleToolManifest($tool: String!) {
    manifest(tool: $tool) {
      id
      server
      tool
      version
      hash
      mutates
      state
      pinnedAt
    }
  }
`

export interface ListedIncident {
  id: string
  number: number
  status: string
  severity: string
  openedAt: string
  containedAt: string | null
  closedAt: string | null
}
export const agentFindingsQuery = gql<
  {
    agent: {
      id: string
      findings: { totalCount: number; nodes: ListedFinding[]; pageInfo: PageInfo } | null
      incidents: { totalCount: number; nodes: ListedIncident[] } | null
    } | null
  },
  { id: string; first: number; after: string | null }
>`
  query consoleAgentFindings($id: ID!, $first: Int!, $after: String) {
    agent(id: $id) {
      id
      findings(first: $first, after: $after) {
        totalCount
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          severity
          status
          summary
          count
          lastSeen
        }
      }
      incidents(first: 20) {
        totalCount
        nodes {
          id
          number
          status
          severity
          openedAt
          containedAt
          closedAt
        }
      }
    }
  }
`

export interface Receipt {
  id: string
  seq: string
  type: string
  occurredAt: string
  reason: string | null
  person: Someone | null
}
export const historyQuery = gql<
  { agent: { id: string; receipts: { nodes: Receipt[]; pageInfo: PageInfo } | null } | null },
  { id: string; first: number; after: string | null; types: readonly string[] | null }
>`
  query consoleAgentHistory($id: ID!, $first: Int!, $after: String, $types: [String!]) {
    agent(id: $id) {
      id
      receipts(first: $first, after: $after, types: $types) {
        pageInfo {
          hasNextPage
          endCursor
        }
        nodes {
          id
          seq
          type
          occurredAt
          reason
          person {
            id
            displayName
            email
          }
        }
      }
    }
  }
`
