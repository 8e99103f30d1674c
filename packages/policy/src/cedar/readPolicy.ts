/**
 * One policy of a source: its id, effect, annotations and what it reads.
 *
 * Annotations Muster understands:
 * - `@id("…")` names the policy; required when a source holds several.
 * - `@outcome("review")` on a forbid: the call is held for approval, not denied.
 * - `@quorum("2")` on such a forbid: how many distinct people must approve.
 * - `@reason("…")` on such a forbid: one of the stable review reasons.
 * - `@description("…")` is for readers.
 * Any other annotation is refused: a misspelt `@outcom` would silently turn a
 * hold into a denial, or a quorum of two into one.
 */
import {
  policySetTextToParts,
  policyToJson,
  type DetailedError,
  type PolicyJson,
} from '@cedar-policy/cedar-wasm/nodejs'
import { isReviewReason, type ReviewReason } from '../decision/reasonCodes.ts'
import { PolicyRefused, type PolicyProblem } from './policyRefused.ts'
import { policyReads, type ReadRef } from './readSet.ts'

export interface PolicySource {
  id: string
  /** One policy, or several that each carry `@id`. */
  text: string
}

export type PolicyKind = 'permit' | 'forbid' | 'review'

export interface ReadPolicy {
  id: string
  kind: PolicyKind
  text: string
  /** Distinct approvers a review asks for; 0 for the other kinds. */
  quorum: number
  reason: ReviewReason
  description: string | null
  reads: ReadonlySet<ReadRef>
}

const idPattern = /^[a-zA-Z0-9][a-zA-Z0-9._:-]{0,127}$/
/** More approvers than this is a misconfiguration that nobody could ever satisfy. */
const quorumMax = 9
const known = new Set(['id', 'outcome', 'quorum', 'reason', 'description'])

export function problemsOf(policyId: string, errors: readonly DetailedError[]): PolicyProblem[] {
  return errors.map((error) => {
    const place = error.sourceLocations?.[0]
    const message = error.help === null || error.help === undefined ? error.message : `${error.message}; ${error.help}`
    return place === undefined
      ? { policyId, message }
      : { policyId, message, at: { start: place.start, end: place.end } }
  })
}

/** Reads every policy of a source. Throws `PolicyRefused`. */
export function readSource(source: PolicySource): ReadPolicy[] {
  const refuse = (message: string): never => {
    throw new PolicyRefused([{ policyId: source.id, message }])
  }
  if (!idPattern.test(source.id)) refuse('a source id is letters, digits and `._:-`, 128 at most')
  if (!source.text.isWellFormed()) refuse('the text holds a lone surrogate')
  const parts = policySetTextToParts(source.text)
  if (parts.type === 'failure') throw new PolicyRefused(problemsOf(source.id, parts.errors))
  if (parts.policy_templates.length > 0) refuse('templates are not accepted: write the policy out')
  if (parts.policies.length === 0) refuse('the source holds no policy')
  return parts.policies.map((text) => readPolicy(text, parts.policies.length === 1 ? source.id : null, source.id))
}

function readPolicy(text: string, fallbackId: string | null, sourceId: string): ReadPolicy {
  const parsed = policyToJson(text)
  if (parsed.type === 'failure') throw new PolicyRefused(problemsOf(sourceId, parsed.errors))
  const notes = annotationsOf(parsed.json)
  const id = notes.get('id') ?? fallbackId
  const refuse = (message: string): never => {
    throw new PolicyRefused([{ policyId: id ?? sourceId, message }])
  }
  if (id === null || !idPattern.test(id)) {
    return refuse('each policy of a source needs an `@id` of letters, digits and `._:-`, 128 at most')
  }
  for (const name of notes.keys()) if (!known.has(name)) refuse(`unknown annotation \`@${name}\``)

  const outcome = notes.get('outcome')
  if (outcome !== undefined && outcome !== 'review') refuse(`\`@outcome\` may only be \`review\`, not \`${outcome}\``)
  if (outcome === 'review' && parsed.json.effect !== 'forbid') refuse('`@outcome("review")` belongs on a forbid')
  const kind: PolicyKind = outcome === 'review' ? 'review' : parsed.json.effect
  if (kind !== 'review' && (notes.has('quorum') || notes.has('reason'))) {
    refuse('`@quorum` and `@reason` belong on a forbid with `@outcome("review")`')
  }
  const reads = policyReads(parsed.json)
  if (kind === 'permit') refuseScoredPermit(parsed.json, refuse)
  return {
    id,
    kind,
    text,
    quorum: kind === 'review' ? quorumOf(notes.get('quorum'), refuse) : 0,
    reason: reasonOf(notes.get('reason'), refuse),
    description: notes.get('description') ?? null,
    reads,
  }
}

function annotationsOf(policy: PolicyJson): Map<string, string> {
  // Cedar answers `null` for an annotation without a value.
  return new Map(Object.entries(policy.annotations ?? {}).map(([name, value]) => [name, value ?? '']))
}

function quorumOf(text: string | undefined, refuse: (message: string) => never): number {
  if (text === undefined) return 1
  const quorum = Number(text)
  if (!/^[1-9]$/.test(text)) refuse(`\`@quorum\` is a whole number from 1 to ${quorumMax}, not \`${text}\``)
  return quorum
}

function reasonOf(text: string | undefined, refuse: (message: string) => never): ReviewReason {
  if (text === undefined) return 'APPROVAL_REQUIRED_POLICY'
  return isReviewReason(text) ? text : refuse(`\`@reason\` is none of the review reasons: \`${text}\``)
}

/**
 * INVARIANT (scores only tighten): no permit depends on a score, so a better
 * score can never be what allows a call.
 */
function refuseScoredPermit(policy: PolicyJson, refuse: (message: string) => never): void {
  if (JSON.stringify(policy.conditions).includes('"attr":"scoreTier"')) {
    refuse('a permit may not read `scoreTier`: scores tighten, they never loosen')
  }
}
