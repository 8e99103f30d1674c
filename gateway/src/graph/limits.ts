/**
 * What a document may look like, whoever sends it: rules that need no variables
 * and are checked once a text, before anything is planned or executed.
 */
import { ApolloArmor } from '@escape.tech/graphql-armor'
import { NoSchemaIntrospectionCustomRule, type ValidationRule } from 'graphql'

/** The agent's whole file takes seven levels, fragments counted. */
export const depthMax = 14
/** A console page asks for a handful of things under names of its own. */
export const aliasesMax = 30
export const directivesMax = 40
/** The largest operation of the console has some 600. */
export const tokensMax = 3_000
/** Longer texts are whitespace or an attack; neither is parsed or remembered. */
export const queryCharsMax = 65_536
/** Operations in one HTTP request. */
export const batchMax = 10

/** Checked first: they are linear, where full validation may be quadratic. */
export function limitRules(): readonly ValidationRule[] {
  const limit = (n: number) => ({ enabled: true, n, propagateOnRejection: true, exposeLimits: true })
  const off = { enabled: false }
  const { validationRules } = new ApolloArmor({
    maxDepth: { ...limit(depthMax), flattenFragments: true },
    maxAliases: limit(aliasesMax),
    maxDirectives: limit(directivesMax),
    costLimit: off, // ours counts page sizes: `cost.ts`
    maxTokens: off, // the parser stops by itself
    blockFieldSuggestion: off, // the validator is told not to make any
  }).protect()
  return validationRules
}

/** For the public: the schema is documented, not dictated by the running service. */
export function introspectionRules(allowed: boolean): readonly ValidationRule[] {
  return allowed ? [] : [NoSchemaIntrospectionCustomRule]
}
