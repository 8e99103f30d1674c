/**
 * One subgraph: its SDL, its executable schema, and how it starts and stops.
 *
 * The service code cannot tell which form it runs in: embedded, the gateway
 * calls `execute` in process; distributed, `serveSubgraph` puts the same
 * `execute` behind HTTP. The hand-over stands before both.
 */
import { buildSubgraphSchema } from '@apollo/subgraph'
import { Fault, Refusal, type Clock } from '@muster/kernel'
import { inScope, requestScope, toFault, type Handovers, type LoginRole } from '@muster/db'
import type { KeyProvider } from '@muster/keys'
import {
  GraphQLError,
  execute,
  parse,
  validate,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql'
import type { Logger } from 'pino'
import { subgraphContext, type SubgraphContext } from './context.ts'
import type { ServiceDoor } from './serviceDoor.ts'
import { sharedScalars, sharedTypeDefs } from './scalars.ts'

/** What a service is given to stand on; the same in both forms. */
export interface ServiceDeps {
  /** Connection URL of a login role. */
  databaseUrl(role: LoginRole): string
  /** Wraps data keys and signing keys. */
  keyProvider: KeyProvider
  /** 32 bytes: keys the blind index over e-mail addresses. */
  emailIndexKey: Uint8Array
  clock: Clock
  log: Logger
}

export type Resolvers = Record<string, unknown>

export interface SubgraphParts {
  /** `identity`, `scoring`, `guard`, `passport` or `workforce`. */
  name: string
  /** Login roles this service connects as: the hand-overs it is given. */
  roles: readonly LoginRole[]
  /** The service's SDL, without the shared scalars. */
  sdl: string
  resolvers: Resolvers
  clock: Clock
  log: Logger
  /** Resolves when requests can be served, rejects with what is missing. */
  ready(): Promise<void>
  /** Finishes what is under way and closes connections. */
  close(): Promise<void>
}

export interface SubgraphRequest {
  query: string
  variables?: Record<string, unknown> | null | undefined
  operationName?: string | null | undefined
  handovers: Handovers
}

export interface SubgraphResponse {
  data?: Record<string, unknown> | null
  errors?: readonly GraphQLFormattedError[]
}

export interface Subgraph extends Pick<SubgraphParts, 'name' | 'roles' | 'ready' | 'close'> {
  /** SDL as committed in `schema.graphql` and composed into the supergraph. */
  readonly sdl: string
  readonly schema: GraphQLSchema
  /** Acts a gateway in another process may call beside the graph. */
  readonly door?: ServiceDoor
  /** Executes one operation. Never rejects: what went wrong is in `errors`. */
  execute(request: SubgraphRequest): Promise<SubgraphResponse>
}

const federationLink = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@provides", "@shareable"])`

/** How many parsed documents are kept: more than the operations any client has, far less than memory. */
const documentsMax = 1_000

/** Full SDL of a service: federation link, shared scalars, its own types. */
export function fullSdl(sdl: string): string {
  return `${federationLink}\n${sharedTypeDefs}\n${sdl}`
}

/** Builds a subgraph. Throws when SDL and resolvers do not fit. */
export function makeSubgraph(parts: SubgraphParts): Subgraph {
  const sdl = fullSdl(parts.sdl)
  const schema = buildSubgraphSchema([
    { typeDefs: parse(sdl), resolvers: { ...sharedScalars, ...parts.resolvers } as never },
  ])
  const documents = new Map<string, DocumentNode | readonly GraphQLError[]>()

  /** Parsed and validated once a text. A bad document is remembered as its errors. */
  function documentOf(query: string): DocumentNode | readonly GraphQLError[] {
    let known = documents.get(query)
    if (known === undefined) {
      try {
        const document = parse(query)
        const errors = validate(schema, document)
        known = errors.length === 0 ? document : errors
      } catch (error) {
        known = [error as GraphQLError]
      }
      if (documents.size >= documentsMax) documents.delete(documents.keys().next().value!)
      documents.set(query, known)
    }
    return known
  }

  async function run(request: SubgraphRequest, document: DocumentNode): Promise<SubgraphResponse> {
    const scope = requestScope(request.handovers)
    const log = parts.log.child({ requestId: scope.requestId, tenant: scope.claims.tenant_id })
    const context: SubgraphContext = subgraphContext(scope, parts.clock, log)
    const result = (await inScope(scope, () =>
      execute({
        schema,
        document,
        contextValue: context,
        variableValues: request.variables ?? undefined,
        operationName: request.operationName,
      }),
    )) as ExecutionResult<Record<string, unknown>>
    const response: SubgraphResponse = {}
    if (result.data !== undefined) response.data = result.data
    if (result.errors !== undefined)
      response.errors = result.errors.map((error) => publicError(error, scope.requestId, log))
    return response
  }

  return {
    name: parts.name,
    roles: parts.roles,
    sdl,
    schema,
    ready: parts.ready,
    close: parts.close,
    async execute(request) {
      const document = documentOf(request.query)
      if (Array.isArray(document)) {
        return {
          errors: document.map((error: GraphQLError) => ({
            message: error.message,
            extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
          })),
        }
      }
      try {
        return await run(request, document as DocumentNode)
      } catch (error) {
        const requestId = 'unknown'
        return {
          errors: [publicError(new GraphQLError('failed', { originalError: error as Error }), requestId, parts.log)],
        }
      }
    },
  }
}

/** A resolver's error as a caller may see it: stable code, public text, request id; the rest goes to the log. */
export function publicError(error: GraphQLError, requestId: string, log: Logger): GraphQLFormattedError {
  const original = error.originalError ? toFault(error.originalError) : undefined
  const path = error.path === undefined ? {} : { path: error.path }
  if (original instanceof Fault) {
    if (original.code === 'INTERNAL') log.error({ err: original, path: error.path }, 'internal fault')
    return { message: original.publicText, ...path, extensions: { code: original.code, requestId } }
  }
  if (original instanceof Refusal)
    return { message: original.message, ...path, extensions: { code: original.code, requestId } }
  if (error.originalError === undefined || error.originalError instanceof GraphQLError) {
    // graphql's own: a bad variable, a missing argument. Its text speaks of the request alone.
    const code = typeof error.extensions['code'] === 'string' ? error.extensions['code'] : 'BAD_REQUEST'
    return { message: error.message, ...path, extensions: { code, requestId } }
  }
  log.error({ err: original ?? error, path: error.path }, 'unexpected error')
  return { message: 'something went wrong on our side', ...path, extensions: { code: 'INTERNAL', requestId } }
}
