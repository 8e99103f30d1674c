/**
 * One call of one service, as a span when traces are collected.
 */
import type { SubgraphResponse } from '@muster/subgraph-kit'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { tracer, tracing } from '../telemetry/spans.ts'
import type { Endpoint, SubgraphCall } from './endpoint.ts'

/** Asks the service; never rejects. */
export function callSubgraph(endpoint: Endpoint, call: SubgraphCall): Promise<SubgraphResponse> {
  if (!tracing.on) return endpoint.execute(call)
  const attributes = {
    'peer.service': endpoint.name,
    ...(call.operationName ? { 'graphql.operation.name': call.operationName } : {}),
  }
  return tracer.startActiveSpan(`subgraph ${endpoint.name}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      const answer = await endpoint.execute(call)
      if (answer.errors !== undefined) span.setStatus({ code: SpanStatusCode.ERROR })
      return answer
    } finally {
      span.end()
    }
  })
}
