/**
 * A refusal of the door itself, as RFC 9457 problem details.
 *
 * What the graph answers are GraphQL errors; everything before and beside it
 * (a bad body, no credential, an unknown path, a service that is away) is a
 * problem: `type`, `title`, `status`, `detail`, `code`, `requestId`.
 * INVARIANT (public text): `detail` never holds an internal message, a value of
 * a header or a part of a body.
 */
import { Fault, faultStatus, Refusal, type FaultCode } from '@muster/kernel'
import type { FastifyReply } from 'fastify'

/** Codes of this door beside those of every fault. */
export type ProblemCode =
  | FaultCode
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  | 'UNSUPPORTED_MEDIA_TYPE'
  | 'NOT_ACCEPTABLE'
  | 'REQUEST_TIMEOUT'
  | 'ORIGIN_REFUSED'
  | 'SIGN_IN_REFUSED'
  | 'TENANT_SUSPENDED'

const titles: Record<ProblemCode, [status: number, title: string]> = {
  UNAUTHENTICATED: [faultStatus.UNAUTHENTICATED, 'a valid credential is needed'],
  FORBIDDEN: [faultStatus.FORBIDDEN, 'this credential may not do that'],
  BAD_REQUEST: [faultStatus.BAD_REQUEST, 'the request cannot be understood'],
  PAYLOAD_TOO_LARGE: [faultStatus.PAYLOAD_TOO_LARGE, 'the request is too large'],
  RATE_LIMITED: [faultStatus.RATE_LIMITED, 'too many requests'],
  NOT_RECORDED: [faultStatus.NOT_RECORDED, 'nothing could be recorded, so nothing was allowed'],
  UNAVAILABLE: [faultStatus.UNAVAILABLE, 'the service is not available'],
  INTERNAL: [faultStatus.INTERNAL, 'something went wrong on our side'],
  NOT_FOUND: [404, 'there is nothing here'],
  METHOD_NOT_ALLOWED: [405, 'this method is not allowed here'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'this media type is not understood here'],
  NOT_ACCEPTABLE: [406, 'no acceptable form of the answer'],
  REQUEST_TIMEOUT: [408, 'the request took too long to arrive'],
  ORIGIN_REFUSED: [403, 'this origin may not act with the console\u2019s session'],
  SIGN_IN_REFUSED: [401, 'the sign-in was refused'],
  TENANT_SUSPENDED: [403, 'the tenant is suspended'],
}

export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  code: string
  requestId: string
  [extra: string]: unknown
}

/** Thrown by anything in front of the graph; the error handler answers it. */
export class Refused extends Error {
  readonly code: ProblemCode
  /** More members of the problem, e.g. the exact reason a body was unsafe. */
  readonly extra: Readonly<Record<string, unknown>>
  /** Headers the answer needs: `Retry-After`, `WWW-Authenticate`, `Allow`. */
  readonly headers: Readonly<Record<string, string>>
  override readonly name = 'Refused'
  constructor(
    code: ProblemCode,
    detail: string,
    more: { extra?: Record<string, unknown>; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause })
    this.code = code
    this.extra = more.extra ?? {}
    this.headers = more.headers ?? {}
  }
}

/** The problem document of a code. */
export function problem(code: ProblemCode, detail: string, requestId: string, extra = {}): Problem {
  const [status, title] = titles[code]
  const type = `urn:muster:problem:${code.toLowerCase().replaceAll('_', '-')}`
  return { type, title, status, detail, code, requestId, ...extra }
}

/** `WWW-Authenticate` for a bearer credential (RFC 6750 §3): with an error only when one was presented. */
export function bearerChallenge(presented: boolean): Record<string, string> {
  const realm = 'Bearer realm="muster"'
  return { 'www-authenticate': presented ? `${realm}, error="invalid_token"` : realm }
}

/** What went wrong, as the refusal the caller hears. A fault keeps its code, a service's refusal its reason; anything else is internal. */
export function asRefused(error: unknown): Refused {
  if (error instanceof Refused) return error
  if (error instanceof Fault) {
    const headers: Record<string, string> =
      error.code === 'UNAUTHENTICATED' ? bearerChallenge(true) : error.status === 503 ? { 'retry-after': '1' } : {}
    return new Refused(error.code, error.publicText, { headers, cause: error })
  }
  if (error instanceof Refusal) return new Refused('FORBIDDEN', error.message, { extra: { reason: error.code } })
  return new Refused('INTERNAL', 'the request id finds what happened in the log', { cause: error })
}

/** Sends a problem; the reply's status, type and headers are set from it. */
export function sendProblem(reply: FastifyReply, refused: Refused, requestId: string): FastifyReply {
  const body = problem(refused.code, refused.message, requestId, refused.extra)
  return reply
    .code(body.status)
    .headers({ ...refused.headers, 'cache-control': 'no-store' })
    .type('application/problem+json; charset=utf-8')
    .send(JSON.stringify(body))
}
