/**
 * The id that threads one request from the door through the hand-over to the
 * SQL session, the receipt, the log and the span.
 */
import { newId } from '@muster/kernel'
import type { IncomingMessage } from 'node:http'

/** Long enough to be unique, short enough for a log line, nothing that needs escaping anywhere. */
const wellFormed = /^[A-Za-z0-9._-]{8,128}$/

export const requestIdHeader = 'x-request-id'

/** The caller's own id when it is well formed, else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const given = request.headers[requestIdHeader]
  return typeof given === 'string' && wellFormed.test(given) ? given : newId()
}
