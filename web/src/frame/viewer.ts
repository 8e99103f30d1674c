/** Who is asking, from the graph: for the corner of the frame, and for what may be pressed. */
import { useQuery } from '@tanstack/react-query'
import { gql, useQuery as useGraphQuery } from 'urql'
import { sessionQuery } from '../session/session.ts'
import { t } from '../texts.ts'

interface ViewerData {
  me: {
    id: string
    displayName: string | null
    email: string | null
    seesWholeTenant: boolean
    roles: { role: string; scope: { id: string; name: string } | null }[]
    tenant: { id: string; name: string }
  }
}

const viewerQuery = gql<ViewerData, Record<string, never>>`
  query consoleViewer {
    me {
      id
      displayName
      email
      seesWholeTenant
      roles {
        role
        scope {
          id
          name
        }
      }
      tenant {
        id
        name
      }
    }
  }
`

export type Viewer = ViewerData['me']

export function useViewer(): Viewer | undefined {
  const [{ data }] = useGraphQuery({ query: viewerQuery, variables: {}, requestPolicy: 'cache-first' })
  return data?.me
}

/** Whether the viewer holds a capability at all; the server judges each act by itself. */
export function useHasCapability(capability: string): boolean {
  const { data } = useQuery(sessionQuery)
  return data?.capabilities.includes(capability) ?? false
}

/** Why the viewer may not do what needs a capability; null when they may. For a button's `why`, a key's, a menu's. */
export function useWhyNot(capability: string): string | null {
  return useHasCapability(capability) ? null : t.needs(capability)
}
