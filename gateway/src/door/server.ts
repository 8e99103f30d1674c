/**
 * The HTTP server under every route: what it accepts at all, how long it waits,
 * what each answer carries, and the one place where an error becomes an answer.
 */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import formbody from '@fastify/formbody'
import cookie from '@fastify/cookie'
import { newId } from '@muster/kernel'
import Fastify, {
  type ConnectionError,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import type { GatewayConfig } from '../config.ts'
import { asRefused, problem, Refused, sendProblem, type ProblemCode } from './problem.ts'
import { requestIdHeader, requestIdOf } from './requestId.ts'
import { commonHeaders } from './securityHeaders.ts'

/** A tool call with its parameters fits many times over; the strict parser takes no more either. */
export const bodyBytesMax = 1_048_576
/** Longer than any load balancer's idle time, so that the balancer closes first. */
const keepAliveMs = 72_000
/** Time for a request's head to arrive. */
const headersMs = 10_000
/** Origin ids are the longest thing in a path. */
const pathPartMax = 200

declare module 'fastify' {
  interface FastifyRequest {
    /** When the request's head was read, `performance.now()` milliseconds. */
    arrivedAt: number
    /** Why the request failed, for the log; never for the answer. */
    failure: unknown
  }
}

/** An instance with parsers, hooks and error handling; routes are added by their folders. */
export async function openServer(config: GatewayConfig): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false, // one line a request, with the fields of this house: `requestLog.ts`
    genReqId: requestIdOf,
    requestIdHeader: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: config.requestArrivalMs,
    connectionTimeout: 0, // streams stay open; a request's own time is limited above
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: pathPartMax, ignoreTrailingSlash: true },
    trustProxy: config.trustedProxies.length === 0 ? false : config.trustedProxies,
    onProtoPoisoning: 'error',
    http: {
      // Never longer than the whole request may take: Node would then swap the two.
      headersTimeout: Math.min(headersMs, config.requestArrivalMs),
      connectionsCheckingInterval: 2_000, // how punctually a slow request is ended
    },
    clientErrorHandler: answerBadConnection,
    frameworkErrors: (error, request, reply) => {
      void answerError(error, request, reply)
    },
  })
  // Bodies reach their routes as bytes: the strict parser reads them, nothing before it.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  await app.register(formbody, { bodyLimit: 16_384 })
  await app.register(cookie)

  const headers = commonHeaders(config.publicUrl?.startsWith('https:') ?? false)
  app.decorateRequest('arrivedAt', 0)
  app.decorateRequest('failure', null)
  app.addHook('onRequest', (request, reply, done) => {
    request.arrivedAt = performance.now()
    reply.headers(headers)
    reply.header(requestIdHeader, request.id)
    done()
  })
  app.setErrorHandler(answerError)
  return app
}

/** What is no HTTP, or did not arrive in time, never becomes a request: it is answered on the bare connection. */
function answerBadConnection(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy()
  const [code, detail] = connectionRefusals[error.code] ?? ['BAD_REQUEST', 'the bytes are not HTTP']
  const requestId = newId()
  const body = problem(code, detail, requestId)
  const text = JSON.stringify(body)
  socket.end(
    [
      `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status] ?? ''}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(text)}`,
      `${requestIdHeader}: ${requestId}`,
      'connection: close',
      '',
      text,
    ].join('\r\n'),
  )
}

const connectionRefusals: Record<string, [ProblemCode, string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TIMEOUT', 'the request did not arrive in time'],
  HPE_HEADER_OVERFLOW: ['PAYLOAD_TOO_LARGE', 'the headers are too large'],
}

/** What Fastify itself refuses, in our words. */
const frameworkRefusals: Record<string, () => Refused> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Refused('PAYLOAD_TOO_LARGE', `a body has at most ${bodyBytesMax} bytes`),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new Refused('UNSUPPORTED_MEDIA_TYPE', 'send `application/json`'),
  FST_ERR_CTP_EMPTY_TYPE: () => new Refused('UNSUPPORTED_MEDIA_TYPE', 'send `application/json`'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new Refused('BAD_REQUEST', 'the body is not as long as it says'),
  FST_ERR_CTP_EMPTY_JSON_BODY: () => new Refused('BAD_REQUEST', 'the body is empty'),
  FST_ERR_BAD_URL: () => new Refused('BAD_REQUEST', 'the path is not well formed'),
  FST_ERR_MAX_PARAM_LENGTH: () => new Refused('NOT_FOUND', 'a part of the path is too long'),
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = frameworkRefusals[(error as Partial<FastifyError>).code ?? '']
  const status = (error as Partial<FastifyError>).statusCode
  const refused =
    known?.() ??
    (status !== undefined && status >= 400 && status < 500 && !(error instanceof Refused)
      ? new Refused('BAD_REQUEST', 'the request cannot be understood', { cause: error })
      : asRefused(error))
  request.failure = refused.cause ?? (refused.code === 'INTERNAL' ? error : refused)
  return sendProblem(reply, refused, request.id)
}
