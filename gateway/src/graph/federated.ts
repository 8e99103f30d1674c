/**
 * Operations that take more than one service: planned and merged by Apollo.
 *
 * Each service is a data source over its endpoint; the hand-overs of the
 * request travel in the context and are signed for the one service that is
 * asked. INVARIANT (JSON boundary): what passes between services is JSON in
 * both forms, so that nothing works embedded that would not work distributed.
 */
import './noUsageReports.ts'
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import type { Handovers, LoginRole } from '@muster/db'
import type { SubgraphResponse } from '@muster/subgraph-kit'
import type { Logger } from 'pino'
import { throughJson } from './throughJson.ts'
import type { Endpoint } from './endpoint.ts'
import { callSubgraph } from './callSubgraph.ts'

export interface GraphRequest {
  readonly query: string
  readonly operationName: string | undefined
  readonly variables: Record<string, unknown>
}

/** What each fetch of an operation is given. */
export interface FederatedContext {
  /** Hand-overs of this request for a service's login roles. */
  handoversFor(roles: readonly LoginRole[]): Handovers
  [other: string]: unknown
}

export interface Federated {
  execute(request: GraphRequest, context: FederatedContext): Promise<SubgraphResponse>
  stop(): Promise<void>
}

/** Starts the merging server. @param endpoints one for every service of the supergraph. */
export async function startFederated(
  supergraphSdl: string,
  endpoints: ReadonlyMap<string, Endpoint>,
  log: Logger,
): Promise<Federated> {
  const quiet = log.child({ part: 'apollo' }, { level: log.isLevelEnabled('debug') ? 'debug' : 'warn' })
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: quiet,
    validateSupergraph: false, // done once, in `supergraph.ts`
    __exposeQueryPlanExperimental: false,
    buildService: ({ name }) => dataSource(endpointNamed(endpoints, name)),
  })
  const server = new ApolloServer<FederatedContext>({
    gateway,
    logger: quiet,
    introspection: true, // decided by our own rules, before a document comes here
    persistedQueries: false,
    stopOnTerminationSignals: false,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: false, // no HTTP here; the door checks origins
  })
  await server.start()
  return {
    async execute({ query, operationName, variables }, context) {
      const named = operationName === undefined ? {} : { operationName }
      const { body } = await server.executeOperation({ query, variables, ...named }, { contextValue: context })
      if (body.kind !== 'single') throw new Error('an answer in parts was not asked for')
      const { data, errors } = body.singleResult
      return { ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { errors }) }
    },
    stop: () => server.stop(),
  }
}

function endpointNamed(endpoints: ReadonlyMap<string, Endpoint>, name: string): Endpoint {
  const endpoint = endpoints.get(name)
  if (endpoint === undefined) throw new RangeError(`the supergraph names a service \`${name}\` that was not given`)
  return endpoint
}

function dataSource(endpoint: Endpoint): GraphQLDataSource<FederatedContext> {
  return {
    async process({ request, context }) {
      const answer = await callSubgraph(endpoint, {
        query: request.query ?? '',
        variables: request.variables,
        operationName: request.operationName,
        handovers: (context as FederatedContext).handoversFor(endpoint.roles),
      })
      return throughJson(answer)
    },
  }
}
