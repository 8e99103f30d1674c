/**
 * Two kinds of "no", kept apart.
 *
 * A `Refusal` is an answer the domain gives (typed, expected, part of a
 * mutation's result union): it carries a stable code and a sentence a caller
 * may read. A `Fault` is something that went wrong: the caller gets a stable
 * code and the request id, the internal text stays in the log.
 */
export class Refusal extends Error {
  readonly code: string
  override readonly name = 'Refusal'
  /** @param code stable, upper snake case. @param message public text: lower case, no full stop, input in backticks. */
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export type FaultCode =
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'BAD_REQUEST'
  | 'PAYLOAD_TOO_LARGE'
  | 'RATE_LIMITED'
  | 'NOT_RECORDED'
  | 'UNAVAILABLE'
  | 'INTERNAL'

/** HTTP status of each fault (RFC 9457 problem details carry the same). */
export const faultStatus: Record<FaultCode, number> = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  BAD_REQUEST: 400,
  PAYLOAD_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  NOT_RECORDED: 503,
  UNAVAILABLE: 503,
  INTERNAL: 500,
}

export class Fault extends Error {
  readonly code: FaultCode
  /** Text a caller may read. The `cause` and any internal text never leave the process. */
  readonly publicText: string
  override readonly name = 'Fault'
  constructor(code: FaultCode, publicText: string, options?: { cause?: unknown }) {
    super(publicText, options)
    this.code = code
    this.publicText = publicText
  }
  get status(): number {
    return faultStatus[this.code]
  }
}

/** Makes a forgotten case a compile error, and a denial should one be reached all the same. */
export function assertNever(value: never): never {
  throw new Fault('INTERNAL', 'an unexpected case was reached', { cause: value })
}
