/**
 * The graph's client: one cache of entities for one signed-in person.
 *
 * INVARIANT (no borrowed cache): a client lives as long as one session; what
 * one person saw is never in the memory of the next one's.
 */
import { cacheExchange, type Cache } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { Client, fetchExchange } from 'urql'
import { failureOf, RequestFailure } from './requestFailure.ts'
import { t } from '../texts.ts'

/** Values without an identity of their own: they live in the entity that holds them. */
const embedded = [
  'AgentViewerAct',
  'AgentScore',
  'ScoreValue',
  'AutonomyScore',
  'ScoreFactor',
  'WorkforceSummary',
  'WorkforceBefore',
  'DepartmentSummary',
  'OwnerSummary',
  'DecisionCounts',
  'DecisionBucket',
  'LifecycleCounts',
  'DetectionCoverage',
  'TeamSummary',
  'AgentRisk',
  'ApprovalSla',
  'ApprovalVote',
  'ApprovalConnection',
  'AgentConnection',
  'AgentWords',
  'BulkRefusal',
  'StandingExclusion',
  'FindingConnection',
  'IncidentConnection',
  'ReceiptConnection',
  'AgentScoreConnection',
  'AgentUnderWay',
  'TimelineLine',
  'SeenBefore',
  'FindingChange',
  'FindingNotChanged',
  'DecisionConnection',
  'LedgerConnection',
  'LedgerHead',
  'AccessReviewConnection',
  'ReviewItemConnection',
  'ReviewProgress',
  'VerdictCount',
  'InclusionProof',
  'ViewerRole',
  'PageInfo',
  'RecordedReceipt',
] as const

/** A cookie-authenticated request; answers below 400 and GraphQL errors pass, problems throw. */
function fetchGraph(onSignedOut: () => void): typeof fetch {
  return async (input, init) => {
    const response = await fetch(input, init).catch((cause: unknown) => {
      if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
      throw new RequestFailure(t.failure.unreachable, 'UNREACHABLE', 0, null)
    })
    if (response.status === 401) onSignedOut()
    if (!response.ok && (response.headers.get('content-type') ?? '').includes('problem'))
      throw await failureOf(response)
    return response
  }
}

/** A list that an act may have changed is asked for again. */
function forgetField(cache: Cache, name: string): void {
  for (const { fieldName, fieldKey } of cache.inspectFields('Query')) {
    if (fieldName === name) cache.invalidate('Query', fieldKey)
  }
}

/**
 * The first window of a list came anew: later ones of the same list, fetched before it, are no longer its
 * continuation and are asked for again when they are scrolled to.
 */
function dropLaterWindows(cache: Cache, name: string, args: Readonly<Record<string, unknown>>): void {
  if (args['after'] !== null && args['after'] !== undefined) return
  const listOf = (each: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({ filter: each['filter'] ?? null, orderBy: each['orderBy'] ?? null })
  for (const { fieldName, fieldKey, arguments: other } of cache.inspectFields('Query')) {
    const isLater = other !== null && typeof other['after'] === 'string'
    if (fieldName === name && isLater && listOf(other) === listOf(args)) cache.invalidate('Query', fieldKey)
  }
}

/** @param onSignedOut called when the session turns out to be over. */
export function makeClient(onSignedOut: () => void): Client {
  return new Client({
    url: '/graphql',
    // A GET would leave variables in logs and is refused by the gateway's CSRF rule.
    preferGetMethod: false,
    fetch: fetchGraph(onSignedOut),
    fetchOptions: () => ({ credentials: 'same-origin', headers: { 'x-request-id': crypto.randomUUID() } }),
    requestPolicy: 'cache-and-network',
    exchanges: [
      cacheExchange({
        keys: {
          ...Object.fromEntries(embedded.map((name) => [name, () => null])),
          // Its id is hidden where its body is; its number never is.
          LedgerEntry: ({ seq }) => (typeof seq === 'string' || typeof seq === 'number' ? String(seq) : null),
        },
        updates: {
          Query: { agents: (_, args, cache) => dropLaterWindows(cache, 'agents', args) },
          Mutation: {
            deleteView: (_, __, cache) => forgetField(cache, 'savedViews'),
            saveView: (_, __, cache) => forgetField(cache, 'savedViews'),
          },
        },
        resolvers: {
          Query: {
            agents: relayPagination(),
            approvals: relayPagination(),
            findings: relayPagination(),
            incidents: relayPagination(),
            ledger: relayPagination(),
            accessReviews: relayPagination(),
            reviewItems: relayPagination(),
          },
        },
      }),
      fetchExchange,
    ],
  })
}
