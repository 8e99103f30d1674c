/** What the approvals screen asks of the graph, with the types of what it gets. */
import { gql } from 'urql'
import type { RefusedResult } from '../graph/useAct.ts'
import type { ApprovalStatus, RiskTier } from '../frame/vocabulary.ts'
import type { QueueFilter } from './queueFilter.ts'

export interface QueuedApproval {
  id: string
  status: ApprovalStatus
  expiresAt: string
  createdAt: string
  approvals: number
  required: number
  reason: string
  payloadHash: string
  agent: { id: string; displayName: string; riskTier: RiskTier; team: { id: string; name: string } | null } | null
  decision: { id: string; tool: string; action: string }
}

export interface QueueVariables {
  first: number
  after: string | null
  filter: QueueFilter
  orderBy: 'DEADLINE' | 'CREATED'
}

export const queueQuery = gql<
  {
    approvals: {
      nodes: QueuedApproval[]
      totalCount: number
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
    }
  },
  QueueVariables
>`
  query consoleApprovals($first: Int!, $after: String, $filter: ApprovalFilter, $orderBy: ApprovalOrder) {
    approvals(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        status
        expiresAt
        createdAt
        approvals
        required
        reason
        payloadHash
        agent {
          id
          displayName
          riskTier
          team {
            id
            name
          }
        }
        decision {
          id
          tool
          action
        }
      }
    }
  }
`

interface Someone {
  id: string
  displayName: string | null
  email: string | null
}

export interface ApprovalDetail extends Omit<QueuedApproval, 'agent' | 'decision'> {
  actionHash: string
  settledAt: string | null
  requesterId: string
  requester: Someone | null
  previousCanonicalPayload: string | null
  execution: {
    id: string
    outcome: 'SUCCEEDED' | 'FAILED' | null
    redeemedAt: string
    reportedAt: string | null
    receipt: { id: string; seq: string }
  } | null
  canonicalAction: string | null
  canonicalPayload: string | null
  reasonCode: string
  viewerCanDecide: boolean
  viewerCannotDecideBecause: string | null
  votes: { person: Someone | null; verdict: string; votedAt: string; reason: string | null }[]
  agent: {
    id: string
    displayName: string
    slug: string
    status: string
    riskTier: RiskTier
    owner: Someone | null
    team: { id: string; name: string } | null
  } | null
  decision: {
    id: string
    tool: string
    action: string
    mutates: boolean
    effectiveTrust: string
    claimedTrust: string
    determining: string[]
    receipt: { id: string; seq: string }
  }
}

export const approvalQuery = gql<{ approval: ApprovalDetail | null }, { id: string }>`
  query consoleApproval($id: ID!) {
    approval(id: $id) {
      id
      status
      expiresAt
      createdAt
      approvals
      required
      reason
      reasonCode
      actionHash
      payloadHash
      canonicalAction
      canonicalPayload
      viewerCanDecide
      viewerCannotDecideBecause
      settledAt
      requesterId
      requester {
        id
        displayName
        email
      }
      previousCanonicalPayload
      execution {
        id
        outcome
        redeemedAt
        reportedAt
        receipt {
          id
          seq
        }
      }
      votes {
        person {
          id
          displayName
          email
        }
        verdict
        votedAt
        reason
      }
      agent {
        id
        displayName
        slug
        status
        riskTier
        owner {
          id
          displayName
          email
        }
        team {
          id
          name
        }
      }
      decision {
        id
        tool
        action
        mutates
        effectiveTrust
        claimedTrust
        determining
        receipt {
          id
          seq
        }
      }
    }
  }
`

export interface ApprovalDecided {
  __typename: 'ApprovalDecided'
  approval: { id: string; status: ApprovalStatus; approvals: number; required: number }
  receipt: { id: string; seq: string }
}

export const decideApproval = gql<
  { decideApproval: ApprovalDecided | RefusedResult },
  { input: { approvalId: string; actionHash: string; verdict: 'APPROVE' | 'REJECT'; reason: string | null } }
>`
  mutation consoleDecideApproval($input: DecideApprovalInput!) {
    decideApproval(input: $input) {
      __typename
      ... on ApprovalDecided {
        approval {
          id
          status
          approvals
          required
          viewerCanDecide
          viewerCannotDecideBecause
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

export interface ApprovalsDecided {
  __typename: 'ApprovalsDecided'
  /** In the order given. */
  results: (ApprovalDecided | RefusedResult)[]
}

export const decideApprovals = gql<
  { decideApprovals: ApprovalsDecided | RefusedResult },
  {
    input: {
      approvals: { approvalId: string; actionHash: string }[]
      verdict: 'APPROVE' | 'REJECT'
      reason: string | null
    }
  }
>`
  mutation consoleDecideApprovals($input: DecideApprovalsInput!) {
    decideApprovals(input: $input) {
      __typename
      ... on ApprovalsDecided {
        results {
          __typename
          ... on ApprovalDecided {
            approval {
              id
              status
              approvals
              required
              viewerCanDecide
              viewerCannotDecideBecause
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
      ... on Refused {
        code
        message
      }
    }
  }
`

/** What is on record about the approval itself: its verdicts and how it ended. */
export const approvalReceiptsQuery = gql<
  { ledger: { nodes: { id: string | null; seq: string; type: string | null; occurredAt: string | null }[] } },
  { id: string }
>`
  query consoleApprovalReceipts($id: ID!) {
    ledger(first: 50, filter: { subjectType: "approval", subjectId: $id }) {
      nodes {
        id
        seq
        type
        occurredAt
      }
    }
  }
`
