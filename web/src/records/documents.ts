/** What the ledger's screen asks of the graph, with the types of what it gets. */
import { gql } from 'urql'
import type { LedgerFilter } from './ledgerFilter.ts'

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

export interface EntriesVariables {
  first: number
  after: string | null
  filter: LedgerFilter
}

export const entriesQuery = gql<
  { ledger: { nodes: Entry[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } },
  EntriesVariables
>(`
  query consoleLedger($first: Int!, $after: String, $filter: LedgerFilter) {
    ledger(first: $first, after: $after, filter: $filter, order: NEWEST_FIRST) {
      pageInfo { hasNextPage endCursor }
      nodes { ${fields} }
    }
  }
`)

/** Where the list begins. */
export const headQuery = gql<{ ledgerHead: { seq: string } }, Record<string, never>>(`
  query consoleLedgerEnd { ledgerHead { seq } }
`)

export const entryQuery = gql<{ receipt: Entry | null }, { id: string }>(`
  query consoleReceipt($id: ID!) {
    receipt(id: $id) { ${fields} }
  }
`)

/** Any entry by its number, in scope or not. */
export const entryAtQuery = gql<{ ledger: { nodes: Entry[] } }, { seq: string }>(`
  query consoleEntry($seq: Int64!) {
    ledger(first: 1, filter: { fromSeq: $seq, toSeq: $seq }) { nodes { ${fields} } }
  }
`)

/** The path of an entry in the tree of the checkpoint that comes with it. */
export const coverageQuery = gql<
  {
    inclusionProof: { treeSize: string; hashes: string[] } | null
    ledgerHead: { origin: string; checkpoint: string | null }
  },
  { seq: string }
>(`
  query consoleCoverage($seq: Int64!) {
    inclusionProof(seq: $seq) { treeSize hashes }
    ledgerHead { origin checkpoint }
  }
`)

/** Asked by the worker itself, without the page's cache: nothing remembered may stand in for what is served now. */
export const headText = 'query consoleLedgerHead { ledgerHead { seq link rootHash checkpoint origin } }'
export const pageText = `query consoleLedgerPage($first: Int!, $after: String, $filter: LedgerFilter) {
  ledger(first: $first, after: $after, filter: $filter) {
    pageInfo { hasNextPage endCursor }
    nodes { ${fields} }
  }
}`

export const pathText =
  'query consolePath($seq: Int64!, $size: Int64!) { inclusionProof(seq: $seq, size: $size) { hashes } }'
export const growthText =
  'query consoleGrowth($from: Int64!, $to: Int64!) { consistencyProof(from: $from, to: $to) { hashes } }'

export interface Head {
  seq: string | number
  link: string
  rootHash: string
  checkpoint: string | null
  origin: string
}
