/**
 * Which facts a policy can depend on, read from its syntax tree.
 *
 * The tree is Cedar's own JSON form. `context.x`, `principal.x`, `resource.x`
 * read one fact; any other use of a variable counts as reading all of it. The
 * answer may name too much, never too little.
 */
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { FactSource } from '../facts/policyFacts.ts'

/** `principal.riskTier`, or `principal.*` for everything of it. */
export type ReadRef = `${FactSource}.${string}`

const sources: readonly string[] = ['principal', 'resource', 'context'] satisfies FactSource[]

function isSource(name: unknown): name is FactSource {
  return typeof name === 'string' && sources.includes(name)
}

function isRecord(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null
}

/** The variable when `node` is `{ Var: … }` of one we know. */
function variable(node: unknown): FactSource | undefined {
  if (!isRecord(node)) return undefined
  const name = node['Var']
  return isSource(name) ? name : undefined
}

function walk(node: unknown, refs: Set<ReadRef>): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, refs)
    return
  }
  if (!isRecord(node)) return
  const bare = variable(node)
  if (bare !== undefined) {
    refs.add(`${bare}.*`)
    return
  }
  const access = node['.']
  if (isRecord(access)) {
    const source = variable(access['left'])
    if (source !== undefined && typeof access['attr'] === 'string') {
      refs.add(`${source}.${access['attr']}`)
      return
    }
  }
  for (const child of Object.values(node)) walk(child, refs)
}

/** Facts read by the scope (`principal in …`) and conditions of one policy. */
export function policyReads(policy: PolicyJson): Set<ReadRef> {
  const refs = new Set<ReadRef>()
  for (const source of ['principal', 'resource'] as const) {
    const { op } = policy[source]
    // `is` asks for the type, which never varies, unless it also asks for membership.
    if (op !== 'All' && !(op === 'is' && !('in' in policy[source]))) refs.add(`${source}.*`)
  }
  walk(policy.conditions, refs)
  return refs
}
