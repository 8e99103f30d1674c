/**
 * One line a request, when it is over: who asked for what is in the receipts,
 * how it went is here.
 *
 * What succeeds on the graph is logged at `debug`: at thousands a second the
 * metrics count it and the ledger holds what mattered. Bodies, queries,
 * variables, credentials and addresses of people are in no line at any level.
 */
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Metrics } from '../health/metrics.ts'

/** Logs and measures every answer. */
export function logRequests(app: FastifyInstance, log: Logger, metrics: Metrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    const ms = performance.now() - request.arrivedAt
    const route = request.routeOptions.url ?? 'unknown'
    metrics.answered(request.method, route, reply.statusCode, ms)
    const level = reply.statusCode >= 500 ? 'error' : reply.statusCode >= 400 || route !== '/graphql' ? 'info' : 'debug'
    if (log.isLevelEnabled(level)) {
      log[level](
        {
          requestId: request.id,
          method: request.method,
          route,
          status: reply.statusCode,
          ms: Math.round(ms * 100) / 100,
          ...failure(request.failure, reply.statusCode),
        },
        'answered',
      )
    }
    done()
  })
}

/** A refusal is told by its code alone, because its text may quote the request; a failure of ours in full. */
function failure(error: unknown, status: number): Record<string, unknown> {
  if (!(error instanceof Error)) return {}
  if (status >= 500) return { err: describe(error) }
  return typeof (error as { code?: unknown }).code === 'string' ? { code: (error as { code?: unknown }).code } : {}
}

/** An error without what it may quote: a name, a code, where it was thrown, and the same of its cause. */
function describe(error: Error): Record<string, unknown> {
  const { code } = error as { code?: unknown }
  return {
    type: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack.split('\n').slice(1, 8).join('\n') }),
    ...(error.cause instanceof Error ? { cause: describe(error.cause) } : {}),
  }
}
