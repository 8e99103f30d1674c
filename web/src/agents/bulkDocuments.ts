/** What is asked of the graph to act on many agents: the plan, the beginning, how far it is. */
import { gql } from 'urql'
import type { RefusedResult } from '../graph/useAct.ts'
import type { AgentFilter } from './directoryFilter.ts'
import type { StandingAct } from './standingDocuments.ts'

export interface ChangeInput {
  act: StandingAct
  agentIds?: string[]
  filter?: AgentFilter
  reason?: string
  expectedCount?: number
  dryRun?: boolean
}

export interface Plan {
  __typename: 'StandingsPlanned'
  count: number
  possible: number
  liveKeys: number
  excluded: { code: string; message: string; count: number; agents: { id: string; displayName: string }[] }[]
}

export const planStandings = gql<{ planned: Plan | RefusedResult }, { input: ChangeInput }>`
  mutation consolePlanStandings($input: ChangeStandingsInput!) {
    planned: changeStandings(input: $input) {
      __typename
      ... on StandingsPlanned {
        count
        possible
        liveKeys
        excluded {
          code
          message
          count
          agents {
            id
            displayName
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

export interface Started {
  __typename: 'StandingsStarted'
  bulkAct: { id: string }
  receipt: { id: string; seq: string }
}

export const startStandings = gql<{ started: Started | RefusedResult }, { input: ChangeInput }>`
  mutation consoleStartStandings($input: ChangeStandingsInput!) {
    started: changeStandings(input: $input) {
      __typename
      ... on StandingsStarted {
        bulkAct {
          id
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

export interface BulkAct {
  id: string
  act: StandingAct
  state: 'RUNNING' | 'DONE' | 'FAILED'
  total: number
  done: number
  refusedCount: number
  refused: { code: string; message: string; agent: { id: string; displayName: string } | null }[]
}

export const bulkActQuery = gql<{ bulkAct: BulkAct | null }, { id: string }>`
  query consoleBulkAct($id: ID!) {
    bulkAct(id: $id) {
      id
      act
      state
      total
      done
      refusedCount
      refused {
        code
        message
        agent {
          id
          displayName
        }
      }
    }
  }
`

export const bulkActsQuery = gql<{ bulkActs: { id: string; state: string }[] }, Record<string, never>>`
  query consoleBulkActs {
    bulkActs {
      id
      state
    }
  }
`
