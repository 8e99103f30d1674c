/**
 * What an operation may cost: the objects its answer could hold, estimated from
 * the page sizes it asks for.
 *
 * A field with a `first` argument multiplies everything below it by that many;
 * a list without one by a fixed guess. The estimate is compiled once a document
 * into a small tree, because page sizes may be variables.
 */
import {
  Kind,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type GraphQLNamedType,
} from 'graphql'

/** A thousand-row window of a ledger with its parts fits; a thousand agents with a thousand receipts each do not. */
export const costMax = 50_000
/** Rows of a page when nobody says: the services' own default. */
const pageDefault = 50
/** Rows of a list that has no pages: grants of an agent, factors of a score. */
const listGuess = 10

/** Estimates one request. `variables` as they came. */
export type Estimate = (variables: Readonly<Record<string, unknown>>) => number

interface Node {
  /** How many of this there are for each parent. */
  times: number | { variable: string; otherwise: number }
  children: Node[]
}

/** Compiles the estimate of one operation of a document that is valid against `schema`. */
export function estimateOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Estimate {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const defaults = new Map<string, number>()
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    if (defaultValue?.kind === Kind.INT) defaults.set(variable.name.value, Number(defaultValue.value))
  }

  /** Nodes of a selection; `paged` when the page's own size was already counted above. */
  function nodesOf(set: SelectionSetNode, type: GraphQLNamedType, paged: boolean, into: Node[]): Node[] {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const node = nodeOf(selection, type, paged)
        if (node !== null) into.push(node)
      } else {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection
        if (fragment === undefined) continue
        const named =
          fragment.typeCondition === undefined ? undefined : schema.getType(fragment.typeCondition.name.value)
        nodesOf(fragment.selectionSet, named ?? type, paged, into)
      }
    }
    return into
  }

  function nodeOf(field: FieldNode, type: GraphQLNamedType, paged: boolean): Node | null {
    if (!isObjectType(type) && !isInterfaceType(type)) return null
    const definition = type.getFields()[field.name.value]
    if (definition === undefined || field.selectionSet === undefined) return null
    const named = getNamedType(definition.type)
    if (!isCompositeType(named)) return null
    const hasPages = definition.args.some(({ name }) => name === 'first')
    const times = hasPages ? pageSizeOf(field, defaults) : isList(definition.type) && !paged ? listGuess : 1
    return { times, children: nodesOf(field.selectionSet, named, hasPages, []) }
  }

  const root = schema.getRootType(operation.operation)
  const nodes = root ? nodesOf(operation.selectionSet, root, false, []) : []
  return (variables) => total(nodes, variables)
}

function total(nodes: readonly Node[], variables: Readonly<Record<string, unknown>>): number {
  let sum = 0
  for (const { times, children } of nodes) {
    const given = typeof times === 'number' ? times : variables[times.variable]
    const count = typeof given === 'number' ? given : typeof times === 'number' ? times : times.otherwise
    sum += Math.max(1, count) * (1 + total(children, variables))
  }
  return sum
}

function pageSizeOf(field: FieldNode, defaults: ReadonlyMap<string, number>): Node['times'] {
  const value = field.arguments?.find(({ name }) => name.value === 'first')?.value
  if (value?.kind === Kind.INT) return Number(value.value)
  if (value?.kind !== Kind.VARIABLE) return pageDefault
  return { variable: value.name.value, otherwise: defaults.get(value.name.value) ?? pageDefault }
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type)
}
