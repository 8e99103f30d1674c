/** What the directory asks of the graph, with the types of what it gets. */
import { gql } from 'urql'
import type { AgentStatus, RiskTier } from '../frame/vocabulary.ts'
import type { AgentFilter, AgentOrder } from './directoryFilter.ts'
import type { ViewerAct } from './documents.ts'

interface Value {
  value: number | null
}

export interface ListedAgent {
  id: string
  slug: string
  displayName: string
  status: AgentStatus
  riskTier: RiskTier
  environment: string
  model: string
  createdAt: string
  lastSeenAt: string | null
  owner: { id: string; displayName: string | null; email: string | null } | null
  team: { id: string; name: string } | null
  score: { identity: Value; risk: Value; reliability: Value; autonomy: Value } | null
  viewerActs: ViewerAct[]
}

export const directoryQuery = gql<
  {
    agents: {
      nodes: ListedAgent[]
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
      totalCount: number
    }
  },
  { first: number; after: string | null; filter: AgentFilter; orderBy: AgentOrder }
>`
  query consoleDirectory($first: Int!, $after: String, $filter: AgentFilter, $orderBy: AgentOrder) {
    agents(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        slug
        displayName
        status
        riskTier
        environment
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
        score {
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
        viewerActs {
          act
          allowed
          because
        }
      }
    }
  }
`

export const wordsQuery = gql<{ agentWords: { environments: string[]; models: string[] } }, Record<string, never>>`
  query consoleAgentWords {
    agentWords {
      environments
      models
    }
  }
`

export interface ListedPerson {
  id: string
  displayName: string | null
  email: string | null
}

export const peopleQuery = gql<{ people: { nodes: ListedPerson[] } }, { first: number }>`
  query consolePeople($first: Int!) {
    people(first: $first, filter: { status: ACTIVE }) {
      nodes {
        id
        displayName
        email
      }
    }
  }
`

export interface PeekedAgent {
  id: string
  slug: string
  displayName: string
  status: AgentStatus
  statusSince: string
  riskTier: RiskTier
  environment: string
  model: string
  purpose: string
  lastSeenAt: string | null
  owner: { id: string; displayName: string | null; email: string | null } | null
  team: { id: string; name: string } | null
  score: ListedAgent['score']
  grants: { id: string }[] | null
  decisions: { nodes: { id: string; outcome: string; tool: string; action: string; decidedAt: string }[] } | null
}

export const peekQuery = gql<
  { agent: PeekedAgent | null; findings: { nodes: { id: string; summary: string; severity: string }[] } | null },
  { id: string; findings: number }
>`
  query consoleAgentPeek($id: ID!, $findings: Int!) {
    agent(id: $id) {
      id
      slug
      displayName
      status
      statusSince
      riskTier
      environment
      model
      purpose
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
      score {
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
      grants {
        id
      }
      decisions(first: 1) {
        nodes {
          id
          outcome
          tool
          action
          decidedAt
        }
      }
    }
    findings(first: $findings, filter: { agentId: $id, status: OPEN }) {
      nodes {
        id
        summary
        severity
      }
    }
  }
`
