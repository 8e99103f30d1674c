/**
 * What @graphql-codegen makes of a service's SDL: the types its resolvers are
 * checked against, `services/<service>/src/generated/resolvers.ts`.
 *
 * Convention: a type `AgentModel` exported from `services/<service>/src/models.ts`
 * is what resolvers of the GraphQL type `Agent` receive as their parent. A type
 * without a model is its own parent.
 *
 * Output is erasable TypeScript: `import type` only, enums as unions, nothing
 * for CommonJS. A scalar without an entry below fails the generation.
 */
import type { CodegenConfig } from '@graphql-codegen/cli'

const scalars = {
  ID: 'string',
  // The shared scalar parses to a `Date` and takes either.
  DateTime: { input: 'Date', output: 'Date | string' },
  Date: 'string',
  JSON: 'unknown',
  Int64: 'string',
  _FieldSet: 'string',
  _Any: 'Record<string, unknown>',
}

/** The configuration for one service. `models` maps GraphQL types to the rows their resolvers start from. */
export function resolverTypes(options: {
  schema: string
  output: string
  contextType: string | undefined
  models: Readonly<Record<string, string>>
}): CodegenConfig {
  return {
    schema: options.schema,
    silent: true,
    noSilentErrors: true,
    generates: {
      [options.output]: {
        plugins: ['typescript', 'typescript-resolvers'],
        config: {
          federation: true,
          useTypeImports: true,
          enumsAsTypes: true,
          emitLegacyCommonJSImports: false,
          importExtension: '.ts',
          maybeValue: 'T | null | undefined',
          inputMaybeValue: 'T | null | undefined',
          strictScalars: true,
          scalars,
          mappers: options.models,
          resolversNonOptionalTypename: { unionMember: true },
          ...(options.contextType === undefined ? {} : { contextType: options.contextType }),
        },
      },
    },
  }
}
