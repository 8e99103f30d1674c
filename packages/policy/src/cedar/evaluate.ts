/**
 * Asking the policies: fails closed, remembers its answers.
 *
 * Cedar by itself skips a policy whose condition errors, which would turn a
 * failing `forbid` into an allow. Here any error, thrown or reported, empties
 * the verdict: the caller denies.
 *
 * The memo key is the set's content hash and the value of every fact any of
 * its policies reads, so a remembered verdict is the one Cedar would give.
 * Errors are never remembered.
 */
import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { ReviewReason } from '../decision/reasonCodes.ts'
import type { DecisionFacts } from '../facts/decisionFacts.ts'
import { factKey, factTable, type Derived, type FactSource } from '../facts/policyFacts.ts'
import { readAnswer } from './cedarAnswer.ts'
import { askCedar, type CedarRequest } from './engine.ts'
import { BoundedMemo } from './memo.ts'
import type { PolicySet } from './policySet.ts'
import type { ReadPolicy } from './readPolicy.ts'

/** A condition under which the permitted call must be held for approval. */
export interface Hold {
  policyId: string
  reason: ReviewReason
  quorum: number
}

export interface Verdict {
  verdict: 'permit' | 'forbid' | 'none'
  /** Ids of the policies that decided, sorted. */
  determining: readonly string[]
  /** With `permit`: what holds it, sorted by policy id. */
  holds: readonly Hold[]
  /** Not empty: nothing above may be relied on, and the call is denied. */
  errors: readonly string[]
}

/** Verdicts remembered: a tenant's live combinations of facts are some hundreds. */
const memoMax = 65_536
const memo = new BoundedMemo<Verdict>(memoMax)

/** The verdict on these facts, remembered where possible. */
export function evaluate(set: PolicySet, facts: DecisionFacts, derived: Derived): Verdict {
  // Before the memo: a key covers only what the policies read, a broken fact breaks every verdict.
  if (!numbersFit(facts)) return failed(['a number is outside the schema'])
  const key = set.hash + factKey(set.reads, facts, derived)
  const known = memo.get(key)
  if (known !== undefined) return known
  const verdict = evaluateDirect(set, facts, derived)
  if (verdict.errors.length === 0) memo.set(key, verdict)
  return verdict
}

/** The verdict on these facts, always asked anew. */
export function evaluateDirect(set: PolicySet, facts: DecisionFacts, derived: Derived): Verdict {
  if (!numbersFit(facts)) return failed(['a number is outside the schema'])
  try {
    const request = cedarRequest(facts, derived)
    const all = readAnswer(askCedar(`${set.hash}/all`, set.all, request))
    if (all.errors.length > 0) return failed(all.errors)
    if (all.decision === 'allow') return { verdict: 'permit', determining: all.reason, holds: [], errors: [] }
    if (all.reason.length === 0) return { verdict: 'none', determining: [], holds: [], errors: [] }

    const forbids = all.reason.filter((id) => policyOf(set, id).kind !== 'review')
    if (forbids.length > 0) return { verdict: 'forbid', determining: forbids, holds: [], errors: [] }

    // Only holds stand in the way. Cedar does not say whether anything permits
    // then, and what nothing permits is denied, not held: ask without the holds.
    const rules = readAnswer(askCedar(`${set.hash}/rules`, set.rules, request))
    if (rules.errors.length > 0) return failed(rules.errors)
    if (rules.decision === 'deny') return { verdict: 'none', determining: [], holds: [], errors: [] }
    return { verdict: 'permit', determining: rules.reason, holds: all.reason.map((id) => holdOf(set, id)), errors: [] }
  } catch (error) {
    return failed([error instanceof Error ? error.message : String(error)])
  }
}

function failed(errors: readonly string[]): Verdict {
  return { verdict: 'none', determining: [], holds: [], errors }
}

function policyOf(set: PolicySet, policyId: string): ReadPolicy {
  const policy = set.byId.get(policyId)
  if (policy === undefined) throw new Error(`the verdict names an unknown policy \`${policyId}\``)
  return policy
}

function holdOf(set: PolicySet, policyId: string): Hold {
  const { reason, quorum } = policyOf(set, policyId)
  return { policyId, reason, quorum }
}

type CedarValue = string | number | boolean | string[]

/** Cedar's Long is an integer; beyond 2^53 ours would not be the one that was meant. */
function numbersFit({ request, nowMs }: DecisionFacts): boolean {
  return (request.amount === null || Number.isSafeInteger(request.amount)) && Number.isSafeInteger(nowMs) && nowMs >= 0
}

/** The facts as a Cedar request. */
function cedarRequest(facts: DecisionFacts, derived: Derived): CedarRequest {
  const parts: Record<FactSource, Record<string, CedarValue>> = { principal: {}, resource: {}, context: {} }
  for (const row of factTable) {
    const value = row.read(facts, derived)
    // `$id` and `$parents` are the entity itself, below.
    if (!row.attr.startsWith('$')) parts[row.source][row.attr] = typeof value === 'object' ? [...value] : value
  }
  const principal = { type: 'Muster::Agent', id: facts.agent.id }
  const resource = { type: 'Muster::Tool', id: facts.request.tool }
  const entities: EntityJson[] = [
    {
      uid: principal,
      attrs: parts.principal,
      parents: facts.agent.units.map((id) => ({ type: 'Muster::OrgUnit', id })),
    },
    { uid: resource, attrs: parts.resource, parents: [] },
  ]
  return { principal, action: { type: 'Muster::Action', id: 'call' }, resource, context: parts.context, entities }
}
