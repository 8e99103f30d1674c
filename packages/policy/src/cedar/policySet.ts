/**
 * A validated, content-addressed set of policies.
 *
 * Compiling reads every source, checks it strictly against the schema, and
 * prepares two sets for Cedar: *all* policies, and the *rules* alone, which
 * leave out the holds (forbids marked `@outcome("review")`).
 *
 * Hash: SHA-256("muster/policy/v1\n" ‖ JCS{"policies":[{"id","text"}… sorted by
 * id],"schema":"muster/v1"}), canonical JSON as RFC 8785. Same texts, same hash.
 */
import { validate, type PolicySet as CedarPolicies } from '@cedar-policy/cedar-wasm/nodejs'
import { hashCanonical } from '@muster/canonical-json'
import { factTable, type FactRow } from '../facts/policyFacts.ts'
import { PolicyRefused, type PolicyProblem } from './policyRefused.ts'
import { problemsOf, readSource, type PolicySource, type ReadPolicy } from './readPolicy.ts'
import { schemaText, schemaVersion } from './schema.ts'

export interface PolicySet {
  /** Content hash, lower-case hex. */
  readonly hash: string
  /** Policy ids, sorted. */
  readonly ids: readonly string[]
  readonly byId: ReadonlyMap<string, ReadPolicy>
  /** Texts by id: every policy, and those that permit or plainly forbid. */
  readonly all: Readonly<Record<string, string>>
  readonly rules: Readonly<Record<string, string>>
  /** The facts any of these policies can depend on. */
  readonly reads: readonly FactRow[]
  /** What Cedar finds odd but valid, such as a policy that can never apply. */
  readonly warnings: readonly PolicyProblem[]
}

/** Content hash of sources, whether or not they are valid. */
export function policyHash(sources: readonly PolicySource[]): string {
  const policies = sources
    .map(({ id, text }) => ({ id, text }))
    .toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  return hashCanonical('muster/policy/v1\n', { policies, schema: schemaVersion })
}

/**
 * Compiles sources into a set. Throws `PolicyRefused` naming every problem
 * found; a set with no policy is valid and denies everything.
 */
export function compilePolicies(sources: readonly PolicySource[]): PolicySet {
  const byId = readAll(sources)
  const policies = [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const texts = (kept: (policy: ReadPolicy) => boolean): Record<string, string> =>
    Object.fromEntries(policies.filter(kept).map(({ id, text }) => [id, text]))
  const all = texts(() => true)
  const warnings = validateAll(all)
  return {
    hash: policyHash(sources),
    ids: policies.map(({ id }) => id),
    byId,
    all,
    rules: texts((policy) => policy.kind !== 'review'),
    reads: rowsOf(policies),
    warnings,
  }
}

function readAll(sources: readonly PolicySource[]): Map<string, ReadPolicy> {
  const byId = new Map<string, ReadPolicy>()
  const sourceIds = new Set<string>()
  const problems: PolicyProblem[] = []
  for (const source of sources) {
    if (sourceIds.has(source.id)) problems.push({ policyId: source.id, message: 'two sources carry this id' })
    sourceIds.add(source.id)
    try {
      for (const policy of readSource(source)) {
        if (byId.has(policy.id)) problems.push({ policyId: policy.id, message: 'two policies carry this id' })
        byId.set(policy.id, policy)
      }
    } catch (error) {
      if (!(error instanceof PolicyRefused)) throw error
      problems.push(...error.problems)
    }
  }
  if (problems.length > 0) throw new PolicyRefused(problems)
  return byId
}

function validateAll(texts: Record<string, string>): PolicyProblem[] {
  const policies: CedarPolicies = { staticPolicies: texts }
  const answer = validate({ schema: schemaText, policies, validationSettings: { mode: 'strict' } })
  if (answer.type === 'failure') throw new PolicyRefused(problemsOf('policies', answer.errors))
  if (answer.validationErrors.length > 0) {
    throw new PolicyRefused(answer.validationErrors.flatMap(({ policyId, error }) => problemsOf(policyId, [error])))
  }
  return [
    ...answer.validationWarnings.flatMap(({ policyId, error }) => problemsOf(policyId, [error])),
    ...problemsOf('policies', answer.otherWarnings),
  ]
}

function rowsOf(policies: readonly ReadPolicy[]): FactRow[] {
  const refs = new Set(policies.flatMap(({ reads }) => [...reads]))
  return factTable.filter((row) => refs.has(`${row.source}.${row.attr}`) || refs.has(`${row.source}.*`))
}
