/** One agent across every subgraph: what its file shows. */
import { gql } from 'urql'
import type { AgentStatus, RiskTier } from '../frame/vocabulary.ts'
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
  explanation: { score: string; factor: string; contribution: number; receiptId: string | null }[]
  asOf: string
}

export interface Grant {
  id: string
  tool: string
  action: string | null
  mutates: boolean
  expiresAt: string | null
  lastUsedAt: string | null
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

export interface Receipt {
  id: string
  seq: string
  type: string
  occurredAt: string
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
  owner: { id: string; displayName: string | null; email: string | null } | null
  team: { id: string; name: string } | null
  viewerActs: ViewerAct[]
  score: AgentScore | null
  grants: Grant[] | null
  decisions: { nodes: Decision[] } | null
  receipts: { nodes: Receipt[] } | null
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
        explanation {
          score
          factor
          contribution
          receiptId
        }
        asOf
      }
      grants {
        id
        tool
        action
        mutates
        expiresAt
        lastUsedAt
      }
      decisions(first: 20) {
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
      receipts(first: 20) {
        nodes {
          id
          seq
          type
          occurredAt
        }
      }
    }
  }
`
