/**
 * One GraphQL operation, from its text to its answer.
 *
 * The text is looked up, the price estimated, then the operation goes straight
 * to the one service that answers it, or through the merging server. Both ways
 * carry the same hand-overs and end in the same shape of answer.
 */
import type { Handovers, LoginRole } from '@muster/db'
import type { SubgraphResponse } from '@muster/subgraph-kit'
import type { Logger } from 'pino'
import type { Metrics } from '../health/metrics.ts'
import type { HandoverDesk, Principal } from '../principals/principal.ts'
import { callSubgraph } from './callSubgraph.ts'
import { costMax } from './cost.ts'
import { isRefusedDocument, type Documents } from './documents.ts'
import type { Endpoint } from './endpoint.ts'
import type { Federated, GraphRequest } from './federated.ts'
import { publicErrors } from './publicErrors.ts'

export interface OperationAnswer {
  /** False when the text itself was refused: nothing was executed. */
  readonly executed: boolean
  readonly body: SubgraphResponse
  /** True when a mutation ran, so that somebody may have something new to read. */
  readonly changed: boolean
}

export interface Operations {
  /** Never rejects for what a client sent. */
  run(request: GraphRequest, principal: Principal, requestId: string): Promise<OperationAnswer>
}

export interface OperationParts {
  documents: Documents
  endpoints: ReadonlyMap<string, Endpoint>
  federated: Federated
  desk: HandoverDesk
  metrics: Metrics
  log: Logger
}

export function openOperations(parts: OperationParts): Operations {
  const { documents, endpoints, federated, desk, metrics, log } = parts

  function refused(errors: readonly { message: string; code: string }[], requestId: string): OperationAnswer {
    const body = { errors: errors.map(({ message, code }) => ({ message, extensions: { code, requestId } })) }
    return { executed: false, body, changed: false }
  }

  function execute(
    endpoint: Endpoint | undefined,
    request: GraphRequest,
    principal: Principal,
    requestId: string,
  ): Promise<SubgraphResponse> {
    if (endpoint === undefined) {
      return federated.execute(request, { handoversFor: signedOnce(desk, principal, requestId) })
    }
    const handovers = desk.sign(principal, requestId, endpoint.roles)
    return callSubgraph(endpoint, { ...request, handovers })
  }

  return {
    async run(request, principal, requestId) {
      const operation = documents.find(request.query, request.operationName)
      if (isRefusedDocument(operation)) return refused(operation.errors, requestId)
      const cost = operation.estimate(request.variables)
      if (cost > costMax) {
        const message = `this asks for about ${cost} objects; an operation may ask for ${costMax}`
        return refused([{ message, code: 'TOO_COSTLY' }], requestId)
      }
      const began = performance.now()
      let answer: SubgraphResponse
      let endpoint: Endpoint | undefined
      try {
        const sole = operation.soleService
        if (sole !== null) endpoint = endpoints.get(sole)
        answer = await execute(endpoint, request, principal, requestId)
      } catch (error) {
        log.error({ err: error, requestId }, 'an operation failed')
        answer = { data: null, errors: [{ message: '', extensions: { code: 'INTERNAL' } }] }
      }
      const { data, errors } = answer
      const failed = errors !== undefined && errors.length > 0
      const route = endpoint === undefined ? 'federated' : 'straight'
      metrics.operation(operation.kind, route, failed, performance.now() - began)
      const body: SubgraphResponse = failed
        ? { ...(data === undefined ? {} : { data }), errors: publicErrors(errors, requestId) }
        : { data: data ?? null }
      return { executed: true, body, changed: operation.kind === 'mutation' }
    },
  }
}

/** Each role's hand-over of a request is signed when a fetch first needs it. */
function signedOnce(
  desk: HandoverDesk,
  principal: Principal,
  requestId: string,
): (roles: readonly LoginRole[]) => Handovers {
  const signed: Record<string, string> = {}
  return (roles) => {
    const missing = roles.filter((role) => signed[role] === undefined)
    if (missing.length > 0) Object.assign(signed, desk.sign(principal, requestId, missing))
    return Object.fromEntries(roles.map((role) => [role, signed[role]!]))
  }
}
