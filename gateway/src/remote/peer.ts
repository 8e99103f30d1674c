/**
 * The connection to a service in another process: kept open, limited in time
 * and size, mutually authenticated when certificates are given.
 */
import { Agent, type Dispatcher } from 'undici'

/** Our own certificate and the authority of theirs, PEM. */
export interface PeerTls {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** Slower than any statement may be; a service that does not answer by then is away. */
const answerTimeoutMs = 20_000
const connectTimeoutMs = 3_000
const connectionsMax = 128
/** A page of a thousand receipts is about one MiB; more than this is not an answer. */
const answerBytesMax = 32 * 1024 * 1024

/** Connections to one service. Close it when the gateway closes. */
export function peerAgent(tls: PeerTls | undefined): Dispatcher {
  return new Agent({
    connections: connectionsMax,
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
    maxResponseSize: answerBytesMax,
    connect: { timeout: connectTimeoutMs, ...tls },
  })
}
