/** The five acts on an agent's standing, as documents; one shape of answer for all. */
import { gql } from 'urql'
import type { AgentStatus } from '../frame/vocabulary.ts'
import type { RefusedResult } from '../graph/useAct.ts'
import type { ViewerAct } from './documents.ts'

export const standingActs = ['FREEZE', 'REINSTATE', 'RESTRICT', 'QUARANTINE', 'REVOKE'] as const
export type StandingAct = (typeof standingActs)[number]

export interface StatusChanged {
  __typename: 'AgentStatusChanged'
  agent: { id: string; status: AgentStatus; viewerActs: ViewerAct[] }
  receipt: { id: string; seq: string }
}

type Input = { input: { agentId: string; reason: string } }

/** @param name of the act in the graph: `freeze` for `freezeAgent`, which takes `FreezeAgentInput`. */
function documentOf(name: string) {
  const field = `${name}Agent`
  const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}`
  return gql<{ changed: StatusChanged | RefusedResult }, Input>(
    `mutation console${type}($input: ${type}Input!) {
      changed: ${field}(input: $input) {
        __typename
        ... on AgentStatusChanged {
          agent { id status viewerActs { act allowed because } }
          receipt { id seq }
        }
        ... on Refused { code message }
      }
    }`,
  )
}

export const standingDocuments = {
  FREEZE: documentOf('freeze'),
  REINSTATE: documentOf('reinstate'),
  RESTRICT: documentOf('restrict'),
  QUARANTINE: documentOf('quarantine'),
  REVOKE: documentOf('revoke'),
} as const satisfies Record<StandingAct, unknown>

/** What stopping an agent would touch; null where the viewer may not see it. */
export const touchedQuery = gql<
  {
    agent: {
      id: string
      underWay: { openPermits: number; pendingApprovals: number } | null
      grants: { id: string }[] | null
    } | null
  },
  { id: string }
>(`
  query consoleTouched($id: ID!) {
    agent(id: $id) {
      id
      underWay { openPermits pendingApprovals }
      grants { id }
    }
  }
`)
