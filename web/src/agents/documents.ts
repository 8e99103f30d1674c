/** What every screen about agents asks of the graph: what may be done to one, and where agents stand. */
import { gql } from 'urql'

export interface ViewerAct {
  act: string
  allowed: boolean
  because: string | null
}

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
