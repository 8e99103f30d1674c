/** What the approvals screen asks of the graph, with the types of what it gets. */
import { gql } from 'urql'
import type { RefusedResult } from '../graph/useAct.ts'
import type { ApprovalStatus, RiskTier } from '../frame/vocabulary.ts'

export interface QueuedApproval {
  id: string
  status: ApprovalStatus
  expiresAt: string
  createdAt: string
  approvals: number
  required: number
  reason: string
  agent: { id: string; displayName: string; riskTier: RiskTier } | null
  decision: { id: string; tool: string; action: string }
}

export const queueQuery = gql<
  { approvals: { nodes: QueuedApproval[]; totalCount: number } },
  { first: number; filter: { status: ApprovalStatus } }
>`
  query consoleApprovals($first: Int!, $filter: ApprovalFilter) {
    approvals(first: $first, filter: $filter) {
      totalCount
      nodes {
        id
        status
        expiresAt
        createdAt
        approvals
        required
        reason
        agent {
          id
          displayName
          riskTier
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
  payloadHash: string
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
