/** What the access reviews ask of the graph, with the types of what they get. */
import { gql } from 'urql'
import type { ReviewStatus } from '../frame/vocabulary.ts'
import type { RefusedResult } from '../graph/useAct.ts'

export type Verdict = 'RECERTIFIED' | 'REVOKED' | 'MODIFIED'
export type MissedPolicy = 'KEEP' | 'REVOKE'

export interface Person {
  id: string
  displayName: string | null
  email: string | null
}
interface Receipt {
  id: string
  seq: string
}

export interface Progress {
  total: number
  decided: number
  missed: number
  keptAgainstAdvice: number
  mineTotal: number
  mineDecided: number
  byVerdict: { verdict: Verdict; count: number }[]
}

export interface ListedReview {
  id: string
  name: string
  status: ReviewStatus
  scopeId: string | null
  scope: { id: string; name: string } | null
  dueAt: string
  isOverdue: boolean
  missedPolicy: MissedPolicy
  itemCount: number
  openedAt: string
  progress: Progress
}

export interface Review extends ListedReview {
  scopeHash: string
  verdictRoot: string | null
  signedOffAt: string | null
  signer: Person | null
  signOffReceipt: Receipt | null
  viewerCanSignOff: boolean
  viewerCannotSignOffBecause: string | null
}

export interface ReviewItem {
  id: string
  reviewId: string
  ordinal: number
  grantId: string
  agentId: string
  agent: { id: string; displayName: string } | null
  agentSlug: string
  tool: string
  action: string | null
  mutates: boolean
  grantedBy: string
  grantor: Person | null
  grantedAt: string
  expiresAt: string | null
  lastUsedAt: string | null
  used: number
  denied: number
  peers: number
  previousVerdict: Verdict | null
  advice: 'KEEP' | 'REVOKE' | 'MODIFY'
  adviceReason: string
  reviewerId: string
  reviewer: Person | null
  fallbackId: string | null
  fallback: Person | null
  verdict: Verdict | null
  justification: string | null
  modifiedAction: string | null
  modifiedExpiresAt: string | null
  decidedBy: string | null
  sealed: boolean
  effect: string | null
  viewerCanDecide: boolean
  viewerCannotDecideBecause: string | null
  version: number
}

const listed = `id name status scopeId scope { id name } dueAt isOverdue missedPolicy itemCount openedAt
      progress { total decided missed keptAgainstAdvice mineTotal mineDecided byVerdict { verdict count } }`
const whole = `${listed} scopeHash verdictRoot signedOffAt signer { id displayName email } signOffReceipt { id seq }
      viewerCanSignOff viewerCannotSignOffBecause`
const changing = `id reviewerId reviewer { id displayName email } fallbackId fallback { id displayName email } verdict justification
      modifiedAction modifiedExpiresAt decidedBy sealed effect viewerCanDecide viewerCannotDecideBecause version`

export interface ReviewsVariables {
  first: number
  after: string | null
  filter: { status: ReviewStatus | null; mine: boolean | null }
}

export const reviewsQuery = gql<
  { accessReviews: { nodes: ListedReview[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } },
  ReviewsVariables
>(`query consoleReviews($first: Int!, $after: String, $filter: AccessReviewFilter) {
  accessReviews(first: $first, after: $after, filter: $filter) {
    nodes { ${listed} }
    pageInfo { hasNextPage endCursor }
  }
}`)

export const reviewQuery = gql<{ accessReview: Review | null }, { id: string }>(`query consoleReview($id: ID!) {
  accessReview(id: $id) { ${whole} }
}`)

export interface ItemFilter {
  reviewId: string
  reviewer: string | null
  verdict: Verdict | null
  decided: boolean | null
  againstAdvice: boolean | null
  text: string | null
}

export interface ItemsVariables {
  first: number
  after: string | null
  filter: ItemFilter
}

export const itemsQuery = gql<
  {
    reviewItems: {
      totalCount: number
      nodes: ReviewItem[]
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
    }
  },
  ItemsVariables
>(`query consoleReviewItems($first: Int!, $after: String, $filter: ReviewItemFilter) {
  reviewItems(first: $first, after: $after, filter: $filter) {
    totalCount
    nodes {
      reviewId ordinal grantId agentId agent { id displayName } agentSlug tool action mutates grantedBy grantor { id displayName email }
      grantedAt expiresAt lastUsedAt used denied peers previousVerdict advice adviceReason ${changing}
    }
    pageInfo { hasNextPage endCursor }
  }
}`)

/** What the hashes are over, and nothing else: read whole when somebody recomputes them. */
export interface SealedItem {
  id: string
  grantId: string
  agentId: string
  agentSlug: string
  tool: string
  action: string | null
  mutates: boolean
  grantedBy: string
  grantedAt: string
  expiresAt: string | null
  lastUsedAt: string | null
  used: number
  denied: number
  peers: number
  previousVerdict: string | null
  advice: string
  adviceReason: string
  verdict: string | null
  justificationCommitment: string | null
  modifiedAction: string | null
  modifiedExpiresAt: string | null
  decidedBy: string | null
  decidedAt: string | null
}

export const sealQuery = gql<
  {
    reviewItems: { nodes: SealedItem[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
  },
  { first: number; after: string | null; filter: { reviewId: string } }
>(`query consoleReviewSeal($first: Int!, $after: String, $filter: ReviewItemFilter) {
  reviewItems(first: $first, after: $after, filter: $filter) {
    nodes {
      id grantId agentId agentSlug tool action mutates grantedBy grantedAt expiresAt lastUsedAt used denied peers previousVerdict
      advice adviceReason verdict justificationCommitment modifiedAction modifiedExpiresAt decidedBy decidedAt
    }
    pageInfo { hasNextPage endCursor }
  }
}`)

export const peopleQuery = gql<
  { people: { nodes: Person[] } },
  { first: number; filter: { status: string } }
>(`query consoleReviewPeople($first: Int!, $filter: PersonFilter) {
  people(first: $first, filter: $filter) { nodes { id displayName email } }
}`)

export interface Changed<Name extends string> {
  __typename: Name
  item: { id: string; version: number }
  receipt: Receipt
}

export interface Opened {
  __typename: 'AccessReviewOpened'
  review: { id: string }
  receipt: Receipt
}
export interface SignedOff {
  __typename: 'ReviewSignedOff'
  review: { id: string; verdictRoot: string }
  receipt: Receipt
}

export const openReview = gql<
  { opened: Opened | RefusedResult },
  { input: { name: string; orgUnit: string | null; dueAt: string; missedPolicy: MissedPolicy } }
>(`mutation consoleOpenReview($input: OpenAccessReviewInput!) {
  opened: openAccessReview(input: $input) {
    __typename
    ... on AccessReviewOpened { review { ${whole} } receipt { id seq } }
    ... on Refused { code message }
  }
}`)

export interface VerdictInput {
  itemId: string
  verdict: Verdict
  expectedVersion: number
  justification?: string | null
  modification?: { action: string | null; expiresAt: string | null } | null
}

export const decideItem = gql<
  { changed: Changed<'ReviewItemDecided'> | RefusedResult },
  { input: VerdictInput }
>(`mutation consoleDecideItem($input: DecideReviewItemInput!) {
  changed: decideReviewItem(input: $input) {
    __typename
    ... on ReviewItemDecided { item { ${changing} } receipt { id seq } }
    ... on Refused { code message }
  }
}`)

export const withdrawVerdict = gql<
  { changed: Changed<'ReviewVerdictWithdrawn'> | RefusedResult },
  { input: { itemId: string; expectedVersion: number } }
>(`mutation consoleWithdrawVerdict($input: WithdrawReviewVerdictInput!) {
  changed: withdrawReviewVerdict(input: $input) {
    __typename
    ... on ReviewVerdictWithdrawn { item { ${changing} } receipt { id seq } }
    ... on Refused { code message }
  }
}`)

export const reassignItem = gql<
  { changed: Changed<'ReviewItemReassigned'> | RefusedResult },
  { input: { itemId: string; reviewerId: string | null; expectedVersion: number } }
>(`mutation consoleReassignItem($input: ReassignReviewItemInput!) {
  changed: reassignReviewItem(input: $input) {
    __typename
    ... on ReviewItemReassigned { item { ${changing} } receipt { id seq } }
    ... on Refused { code message }
  }
}`)

export const signOff = gql<
  { signed: SignedOff | RefusedResult },
  { input: { reviewId: string } }
>(`mutation consoleSignOffReview($input: SignOffReviewInput!) {
  signed: signOffReview(input: $input) {
    __typename
    ... on ReviewSignedOff { review { ${whole} } receipt { id seq } }
    ... on Refused { code message }
  }
}`)
