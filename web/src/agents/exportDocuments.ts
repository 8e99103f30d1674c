/** What is asked of the graph to have the list as a file. */
import { gql } from 'urql'
import type { RefusedResult } from '../graph/useAct.ts'
import type { AgentFilter } from './directoryFilter.ts'

export interface ExportStarted {
  __typename: 'AgentExportStarted'
  agentExport: { id: string }
  receipt: { id: string; seq: string }
}

export const startExport = gql<{ started: ExportStarted | RefusedResult }, { input: { filter: AgentFilter } }>`
  mutation consoleStartAgentExport($input: StartAgentExportInput!) {
    started: startAgentExport(input: $input) {
      __typename
      ... on AgentExportStarted {
        agentExport {
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

export interface AgentExport {
  id: string
  state: 'RUNNING' | 'DONE' | 'FAILED'
  total: number
  done: number
  parts: number
  expiresAt: string | null
}

export const exportQuery = gql<{ agentExport: AgentExport | null }, { id: string }>`
  query consoleAgentExport($id: ID!) {
    agentExport(id: $id) {
      id
      state
      total
      done
      parts
      expiresAt
    }
  }
`

export const exportPartQuery = gql<
  { agentExport: { id: string; part: string | null } | null },
  { id: string; number: number }
>`
  query consoleAgentExportPart($id: ID!, $number: Int!) {
    agentExport(id: $id) {
      id
      part(number: $number)
    }
  }
`
