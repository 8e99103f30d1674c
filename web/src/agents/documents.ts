/** What the directory and the agent's file ask of the graph, with the types of what they get. */
import { gql } from 'urql'
import type { RefusedResult } from '../graph/useAct.ts'
import type { AgentStatus, RiskTier } from '../frame/vocabulary.ts'

export interface ViewerAct {
  act: string
  allowed: boolean
  because: string | null
}

export interface ListedAgent {
  id: string
  slug: string
  displayName: string
  status: AgentStatus
  riskTier: RiskTier
  owner: { id: string; displayName: string | null; email: string | null } | null
  team: { id: string; name: string } | null
  score: { risk: { value: number | null } } | null
  viewerActs: ViewerAct[]
}

export interface AgentFilter {
  orgUnit: string | null
  owner: string | null
  riskTier: RiskTier | null
  status: AgentStatus | null
  text: string | null
}

export const directoryQuery = gql<
  {
    agents: {
      nodes: ListedAgent[]
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
      totalCount: number
    }
  },
  { first: number; after: string | null; filter: AgentFilter }
>`
  query consoleDirectory($first: Int!, $after: String, $filter: AgentFilter) {
    agents(first: $first, after: $after, filter: $filter) {
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
          risk {
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

export const unitsQuery = gql<
  { orgUnits: { id: string; name: string; kind: 'DEPARTMENT' | 'TEAM'; path: string[] }[] },
  Record<string, never>
>`
  query consoleUnits {
    orgUnits {
      id
      name
      kind
      path
    }
  }
`

export interface StatusChanged {
  __typename: 'AgentStatusChanged'
  agent: { id: string; status: AgentStatus; viewerActs: ViewerAct[] }
  receipt: { id: string; seq: string }
}

type StandingInput = { input: { agentId: string; reason: string } }

export const freezeAgent = gql<{ changed: StatusChanged | RefusedResult }, StandingInput>`
  mutation consoleFreezeAgent($input: FreezeAgentInput!) {
    changed: freezeAgent(input: $input) {
      __typename
      ... on AgentStatusChanged {
        agent {
          id
          status
          viewerActs {
            act
            allowed
            because
          }
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

export const reinstateAgent = gql<{ changed: StatusChanged | RefusedResult }, StandingInput>`
  mutation consoleReinstateAgent($input: ReinstateAgentInput!) {
    changed: reinstateAgent(input: $input) {
      __typename
      ... on AgentStatusChanged {
        agent {
          id
          status
          viewerActs {
            act
            allowed
            because
          }
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
