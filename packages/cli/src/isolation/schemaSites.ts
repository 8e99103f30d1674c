/**
 * Every place of the public schema where a caller may name a row: the ID-typed
 * leaves below the arguments of every root field, and the texts that work like
 * ids. Read from the composed graph, so that nothing new is overlooked.
 */
import { readFileSync } from 'node:fs'
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
  isUnionType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql'

/** Texts by which a row is named, though their type does not say so. */
const namingTexts = new Set([
  'AgentFilter.owner',
  'AgentFilter.owners',
  'AuthorizeActionInput.manifestHash',
  'AuthorizeActionInput.onBehalfOf',
  'ChangeAgentInput.ownerEmail',
  'PersonFilter.email',
  'Query.manifest.tool',
  'Query.manifests.server',
  'RedeemPermitInput.permit',
  'RegisterAgentInput.ownerEmail',
])

export interface Site {
  /** `Mutation.freezeAgent.input.agentId`; `[]` stands for the members of a list. */
  readonly name: string
  readonly root: 'Query' | 'Mutation'
  readonly field: string
  /** Keys below the arguments; `0` into a list. */
  readonly path: readonly (string | number)[]
}

const supergraph = new URL('../../../../gateway/supergraph.graphql', import.meta.url)

/** The graph as composed; types and directives of the composition itself are in it and harmless. */
export function publicSchema(): GraphQLSchema {
  return buildSchema(readFileSync(supergraph, 'utf8'), { assumeValid: true })
}

export function rootFields(
  schema: GraphQLSchema,
): { root: 'Query' | 'Mutation'; field: GraphQLField<unknown, unknown> }[] {
  return (['Query', 'Mutation'] as const).flatMap((root) =>
    Object.values((schema.getType(root) as GraphQLObjectType).getFields()).map((field) => ({ root, field })),
  )
}

/** All sites, in the schema's order. */
export function sitesOf(schema: GraphQLSchema): Site[] {
  return rootFields(schema).flatMap(({ root, field }) =>
    field.args.flatMap((arg) =>
      below(arg.type, [arg.name], `${root}.${field.name}.${arg.name}`).map(({ path, name }) => ({
        root,
        field: field.name,
        path,
        name: `${root}.${field.name}.${name}`,
      })),
    ),
  )
}

/** Fields below the roots that take an id of their own: the tests here would not reach them. */
export function nestedSites(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter((type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'))
    .filter(({ name }) => name !== 'Query' && name !== 'Mutation')
    .flatMap((type) =>
      Object.values(type.getFields()).flatMap((field) =>
        field.args.flatMap((arg) =>
          below(arg.type, [arg.name], '').map(({ name }) => `${type.name}.${field.name}.${name}`),
        ),
      ),
    )
}

function below(
  type: GraphQLInputType,
  path: readonly (string | number)[],
  where: string,
): { path: readonly (string | number)[]; name: string }[] {
  if (isNonNullType(type)) return below(type.ofType, path, where)
  if (isListType(type)) return below(type.ofType, [...path, 0], where)
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).flatMap((field) =>
      below(field.type, [...path, field.name], `${type.name}.${field.name}`),
    )
  }
  const named = path
    .map((key) => (key === 0 ? '[]' : key))
    .join('.')
    .replaceAll('.[]', '[]')
  return getNamedType(type).name === 'ID' || namingTexts.has(where) ? [{ path, name: named }] : []
}

/** How far a generated selection goes: an entity, its parts, and what these are made of. */
const selectionDepth = 3
/** Rows of a page inside a page. */
const innerRows = 3

/** Everything there is to select below `type`, down to `depth` objects; empty for a leaf. */
export function selectionOf(type: GraphQLOutputType, depth = selectionDepth, above: readonly string[] = []): string {
  const named = getNamedType(type)
  if (isScalarType(named) || isEnumType(named)) return ''
  if (isUnionType(named)) return '{ __typename ... on Refusal { code message } }'
  if ((!isObjectType(named) && !isInterfaceType(named)) || above.includes(named.name)) return ''
  const parts = Object.values(named.getFields()).flatMap((field) => {
    if (field.args.some(isRequiredArgument)) return []
    const inner = getNamedType(field.type)
    if (isScalarType(inner) || isEnumType(inner)) return [field.name]
    if (depth === 0) return []
    // A connection's nodes count as one step with the connection.
    const isPage = inner.name.endsWith('Connection')
    const deeper = selectionOf(field.type, isPage ? depth : depth - 1, [...above, named.name])
    const page = field.args.some(({ name }) => name === 'first') ? `(first: ${innerRows})` : ''
    return deeper === '' ? [] : [`${field.name}${page} ${deeper}`]
  })
  return parts.length === 0 ? '' : `{ __typename ${parts.join(' ')} }`
}

/** An operation calling one root field with all its arguments as variables. */
export function operationOf(
  root: 'Query' | 'Mutation',
  field: GraphQLField<unknown, unknown>,
  given: readonly string[],
  selection: string,
): string {
  const args = field.args.filter(({ name }) => given.includes(name))
  const variables = args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ')
  const passed = args.map(({ name }) => `${name}: $${name}`).join(', ')
  const wrap = (text: string): string => (text === '' ? '' : `(${text})`)
  return `${root.toLowerCase()} ${wrap(variables)} { ${field.name}${wrap(passed)} ${selection} }`
}
