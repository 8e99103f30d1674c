/**
 * The flat record a policy may read, one table for three uses: the Cedar
 * request, the memo key, and the reading of a policy's own references.
 *
 * INVARIANT (one table): whatever reaches Cedar passes through `factTable`, so
 * a key built from the facts a policy set reads covers all it can depend on.
 */
import type { Trust } from '@muster/kernel'
import type { DecisionFacts } from './decisionFacts.ts'
import { trustRanks, type GrantStanding } from './effective.ts'

export type FactValue = string | number | boolean | readonly string[]

/** The derived facts of one decision. */
export interface Derived {
  mutates: boolean
  trust: Trust
  grant: GrantStanding
}

export type FactSource = 'principal' | 'resource' | 'context'

export interface FactRow {
  readonly source: FactSource
  /** Attribute name in the schema; `$id` and `$parents` are the entity itself. */
  readonly attr: string
  readonly read: (facts: DecisionFacts, derived: Derived) => FactValue
}

const msPerHour = 3_600_000
const hoursPerDay = 24
/** 1 January 1970 was a Thursday; days count from Monday = 1. */
const epochWeekdayFromMonday = 3

function context(attr: string, read: FactRow['read']): FactRow {
  return { source: 'context', attr, read }
}

export const factTable: readonly FactRow[] = [
  { source: 'principal', attr: '$id', read: (f) => f.agent.id },
  { source: 'principal', attr: '$parents', read: (f) => f.agent.units },
  { source: 'principal', attr: 'status', read: (f) => f.agent.status },
  { source: 'principal', attr: 'riskTier', read: (f) => f.agent.riskTier },
  { source: 'principal', attr: 'environment', read: (f) => f.agent.environment },
  { source: 'principal', attr: 'team', read: (f) => f.agent.team ?? '' },
  { source: 'principal', attr: 'department', read: (f) => f.agent.department ?? '' },
  { source: 'principal', attr: 'owner', read: (f) => f.agent.owner ?? '' },
  { source: 'principal', attr: 'scoreTier', read: (f) => f.agent.scoreTier },
  { source: 'resource', attr: '$id', read: (f) => f.request.tool },
  { source: 'resource', attr: 'name', read: (f) => f.request.tool },
  { source: 'resource', attr: 'server', read: (f) => f.manifest?.server ?? '' },
  { source: 'resource', attr: 'known', read: (f) => f.manifest?.toolKnown ?? false },
  context('action', (f) => f.request.action),
  context('resource', (f) => f.request.resource ?? ''),
  context('mutates', (_, d) => d.mutates),
  context('trust', (_, d) => trustRanks[d.trust]),
  context('trustName', (_, d) => d.trust),
  context('granted', (_, d) => d.grant === 'granted'),
  context('grantExpired', (_, d) => d.grant === 'expired'),
  context('manifestPinned', (f) => f.manifest !== null),
  context('manifestDrift', (f) => f.manifest?.drift ?? false),
  context('hasSession', (f) => f.session !== null),
  context('sessionTainted', (f) => f.session !== null && trustRanks[f.session.taint] < trustRanks.TRUSTED_INTERNAL),
  context('credentialKind', (f) => f.credential.kind),
  context('destination', (f) => f.request.destination ?? ''),
  context('connectorId', (f) => f.request.connectorId ?? ''),
  context('connectorKnown', (f) => f.connector !== null),
  context('onBehalfOf', (f) => f.request.onBehalfOf ?? ''),
  context('delegated', (f) => f.request.delegated),
  context('hasAmount', (f) => f.request.amount !== null),
  context('amount', (f) => f.request.amount ?? 0),
  context('hour', (f) => Math.floor(f.nowMs / msPerHour) % hoursPerDay),
  context('weekday', (f) => ((Math.floor(f.nowMs / (msPerHour * hoursPerDay)) + epochWeekdayFromMonday) % 7) + 1),
]

/**
 * An injective text over the given rows' values, in their order: every string
 * carries its length, every number its end, every list its count.
 */
export function factKey(rows: readonly FactRow[], facts: DecisionFacts, derived: Derived): string {
  let key = ''
  for (const row of rows) {
    const value = row.read(facts, derived)
    if (typeof value === 'string') key += `${value.length}:${value}`
    else if (typeof value === 'boolean') key += value ? 'T' : 'F'
    else if (typeof value === 'number') key += `${value};`
    else {
      key += `${value.length}[`
      for (const item of value) key += `${item.length}:${item}`
    }
  }
  return key
}
