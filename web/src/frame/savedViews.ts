/** Saved views of the graph: a screen's filters under a name, one's own or everybody's. */
import { gql } from 'urql'
import type { RefusedResult } from '../graph/useAct.ts'

export interface SavedView {
  id: string
  name: string
  screen: string
  search: string
  isShared: boolean
  isMine: boolean
}

export const savedViewsQuery = gql<{ savedViews: SavedView[] }, { screen: string | null }>`
  query consoleSavedViews($screen: String) {
    savedViews(screen: $screen) {
      id
      name
      screen
      search
      isShared
      isMine
    }
  }
`

export interface ViewSaved {
  __typename: 'ViewSaved'
  view: SavedView
  receipt: { id: string; seq: string }
}

export const saveView = gql<
  { saved: ViewSaved | RefusedResult },
  { input: { name: string; screen: string; search: string; isShared: boolean } }
>`
  mutation consoleSaveView($input: SaveViewInput!) {
    saved: saveView(input: $input) {
      __typename
      ... on ViewSaved {
        view {
          id
          name
          screen
          search
          isShared
          isMine
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

export interface ViewDeleted {
  __typename: 'ViewDeleted'
  id: string
  receipt: { id: string; seq: string }
}

export const deleteView = gql<{ deleted: ViewDeleted | RefusedResult }, { input: { id: string } }>`
  mutation consoleDeleteView($input: DeleteViewInput!) {
    deleted: deleteView(input: $input) {
      __typename
      ... on ViewDeleted {
        id
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
