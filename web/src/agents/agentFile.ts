/** What the header and the first page of an agent's file ask of the graph: one agent across every subgraph. */
import { gql } from 'urql'
import type { AgentStatus, RiskTier, ScoreName } from '../frame/vocabulary.ts'
import type { ViewerAct } from './documents.ts'

export interface ScoreValue {
  value: number | null
  confidence: number
}

export interface AgentScore {
  identity: ScoreValue
  risk: ScoreValue
  reliability: ScoreValue
  autonomy: ScoreValue & { label: string }
  policyTier: string
  formula: string
  explanation: { score: ScoreName; factor: string; contribution: number; receiptId: string | null }[]
  asOf: string
}

export interface Grant {
  id: string
  tool: string
  mutates: boolean
}

export interface Decision {
  id: string
  outcome: string
  reason: string
  tool: string
  action: string
  decidedAt: string
  receipt: { id: string; seq: string }
}

export type Snapshot = Record<ScoreName, { value: number | null }> & { snapshotId: string; asOf: string }

export interface ListedFinding {
  id: string
  severity: string
  status: string
  summary: string
  count: number
  lastSeen: string
}

export interface AgentFile {
  id: string
  slug: string
  displayName: string
  status: AgentStatus
  statusSince: string
  riskTier: RiskTier
  environment: string
  purpose: string
  model: string
  createdAt: string
  lastSeenAt: string | null
  owner: { id: string; displayName: string | null; email: string | null } | null
  team: { id: string; name: string } | null
  viewerActs: ViewerAct[]
  score: AgentScore | null
  scoreHistory: { nodes: Snapshot[] } | null
  grants: Grant[] | null
  underWay: { openPermits: number; pendingApprovals: number } | null
  decisions: { nodes: Decision[] } | null
  findings: { totalCount: number; nodes: ListedFinding[] } | null
}

export const agentQuery = gql<{ agent: AgentFile | null }, { id: string }>`
  query consoleAgent($id: ID!) {
    agent(id: $id) {
      id
      slug
      displayName
      status
      statusSince
      riskTier
      environment
      purpose
      model
      createdAt
      lastSeenAt
      owner {
        id
        displayName
        email
      }
      team {
        id
        name
      }
      viewerActs {
        act
        allowed
        because
      }
      score {
        identity {
          value
          confidence
        }
        risk {
          value
          confidence
        }
        reliability {
          value
          confidence
        }
        autonomy {
          value
          confidence
          label
        }
        policyTier
        formula
        explanation {
          score
          factor
          contribution
          receiptId
        }
        asOf
      }
      scoreHistory(first: 30) {
        nodes {
          snapshotId
          asOf
          identity {
            value
          }
          risk {
            value
          }
          reliability {
            value
          }
          autonomy {
            value
          }
        }
      }
      grants {
        id
        tool
        mutates
      }
      underWay {
        openPermits
        pendingApprovals
      }
      decisions(first: 8) {
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
      findings(first: 5, statuses: [OPEN, ACKNOWLEDGED]) {
        totalCount
        nodes {
          id
          severity
          status
          summary
          count
          lastSeen
        }
      }
    }
  }
`
