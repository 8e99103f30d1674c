/**
 * What the composed graph says: the schema the public sees, and which service
 * can answer an operation alone.
 *
 * Most operations need one service. Planning tells which: when every fetch of
 * the plan starts at the root and asks the same service, and the document stands
 * in that service's own schema, it is sent there as it came, with nothing merged
 * or shaped in between.
 * INVARIANT (same answer): an operation goes straight only when the planner
 * itself would have asked one service alone.
 */
import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { QueryPlanner, type PlanNode, type SubscriptionNode } from '@apollo/query-planner'
import { sharedScalars } from '@muster/subgraph-kit'
import { GraphQLScalarType, validate, type DocumentNode, type GraphQLSchema } from 'graphql'

export interface PublicGraph {
  /** The public schema: what clients may ask for. */
  readonly schema: GraphQLSchema
  /** Names and addresses of the services in the supergraph. */
  readonly services: readonly { readonly name: string; readonly url: string }[]
  /** The one service that answers this operation alone; null when it takes more than one. */
  soleService(document: DocumentNode, operationName: string | undefined): string | null
}

/** Reads a supergraph. Throws when the text is not one. */
export function readSupergraph(sdl: string): PublicGraph {
  const supergraph = Supergraph.build(sdl, { validateSupergraph: true })
  const apiSchema = supergraph.apiSchema()
  const schema = withSharedScalars(apiSchema.toGraphQLJSSchema())
  const planner = new QueryPlanner(supergraph)
  const own = new Map(
    [...supergraph.subgraphs()].map((part) => [part.name, withSharedScalars(part.schema.toGraphQLJSSchema())]),
  )
  return {
    schema,
    services: supergraph.subgraphsMetadata().map(({ name, url }) => ({ name, url })),
    soleService(document, operationName) {
      const operation = operationFromDocument(apiSchema, document, operationName === undefined ? {} : { operationName })
      const { node } = planner.buildQueryPlan(operation)
      const [name, ...others] = node === undefined ? [] : rootServices(node)
      if (name === undefined || name === null || others.some((other) => other !== name)) return null
      const its = own.get(name)
      return its !== undefined && validate(its, document).length === 0 ? name : null
    },
  }
}

/** The service of each fetch that starts at the root; null for one that builds on another's answer. */
function rootServices(node: PlanNode | SubscriptionNode): (string | null)[] {
  switch (node.kind) {
    case 'Fetch':
      return [node.requires === undefined ? node.serviceName : null]
    case 'Parallel':
    case 'Sequence':
      return node.nodes.flatMap(rootServices)
    case 'Condition':
      return [node.ifClause, node.elseClause].flatMap((clause) => (clause === undefined ? [] : rootServices(clause)))
    default:
      return [null]
  }
}

/** Gives the scalars their real rules: JSON never as a literal, instants and 64-bit integers as they are spelled. */
function withSharedScalars(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, real] of Object.entries(sharedScalars)) {
    const type = schema.getType(name)
    if (!(type instanceof GraphQLScalarType)) continue
    type.parseValue = real.parseValue
    type.parseLiteral = real.parseLiteral
  }
  return schema
}
