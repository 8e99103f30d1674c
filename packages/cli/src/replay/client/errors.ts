/**
 * What can go wrong between the replay and the server, told apart by what it
 * means for the call at hand.
 *
 * INVARIANT (no error allows): none of these is ever read as ALLOW; a call that
 * met one has no decision.
 */

/** The domain said no: `code` and `message` of a `Refusal`. */
export class RefusedByServer extends Error {
  readonly code: string
  override readonly name = 'RefusedByServer'
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** This request failed and would fail again: a GraphQL error, a 4xx, an answer that makes no sense. */
export class RequestFailed extends Error {
  readonly code: string
  readonly requestId: string | null
  override readonly name = 'RequestFailed'
  constructor(code: string, message: string, requestId: string | null) {
    super(message)
    this.code = code
    this.requestId = requestId
  }
}

/** The credential is not accepted any more: nothing further can be asked with it. */
export class NotAccepted extends RequestFailed {}

/** Nobody answers, however often they are asked: nothing further is asked. */
export class ServerGone extends Error {
  override readonly name = 'ServerGone'
}
