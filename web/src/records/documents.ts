/** What the ledger's screen asks of the graph, with the types of what it gets. */
import { gql } from 'urql'

export interface Entry {
  id: string | null
  seq: string
  type: string | null
  occurredAt: string | null
  leafHash: string
  link: string
  previousLink: string
  body: string | null
}

const fields = `
  id
  seq
  type
  occurredAt
  leafHash
  link
  previousLink
  body
`

export const entriesQuery = gql<
  { ledger: { nodes: Entry[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } },
  { first: number; after: string | null; filter: { types: string[] } | null }
>(`
  query consoleLedger($first: Int!, $after: String, $filter: LedgerFilter) {
    ledger(first: $first, after: $after, filter: $filter) {
      pageInfo { hasNextPage endCursor }
      nodes { ${fields} }
    }
  }
`)

export const entryQuery = gql<{ receipt: Entry | null }, { id: string }>(`
  query consoleReceipt($id: ID!) {
    receipt(id: $id) { ${fields} }
  }
`)

/** Asked by the worker itself, without the page's cache: nothing remembered may stand in for what is served now. */
export const headText = 'query consoleLedgerHead { ledgerHead { seq link rootHash checkpoint origin } }'
export const pageText = `query consoleLedgerPage($first: Int!, $after: String) {
  ledger(first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { ${fields} }
  }
}`

export interface Head {
  seq: string | number
  link: string
  rootHash: string
  checkpoint: string | null
  origin: string
}
