/**
 * `GET /events`: the live stream of the caller's tenant and scope.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { GatewayConfig } from '../config.ts'
import { Refused } from '../door/problem.ts'
import type { Metrics } from '../health/metrics.ts'
import type { Authenticator } from '../principals/authenticate.ts'
import type { ReceiptFeed } from './receiptFeed.ts'
import { openRelay, type Relay } from './relay.ts'
import { openStream, type Stream } from './stream.ts'

export interface LiveStreams {
  /** A tenant's ledger may have grown. */
  hint(tenantId: string): void
  /** Ends every stream. */
  close(): void
}

export interface EventParts {
  authenticator: Authenticator
  feed: ReceiptFeed
  limits: GatewayConfig['streams']
  metrics: Metrics
  log: Logger
  streamMsMax?: number
}

export function eventRoutes(app: FastifyInstance, parts: EventParts): LiveStreams {
  const { authenticator, feed, limits, metrics, log } = parts
  const relays = new Map<string, Relay>()
  const open = new Map<string, number>()
  let total = 0

  function relayOf(tenantId: string): Relay {
    let relay = relays.get(tenantId)
    if (relay === undefined) {
      relay = openRelay(tenantId, { ...parts, eventsSent: (count) => metrics.eventsSent(count) })
      relays.set(tenantId, relay)
    }
    return relay
  }

  function count(credential: string, change: 1 | -1): void {
    const now = (open.get(credential) ?? 0) + change
    if (now === 0) open.delete(credential)
    else open.set(credential, now)
    total += change
    metrics.streamsOpen(total)
  }

  app.get('/events', { exposeHeadRoute: false }, async (request, reply) => {
    const presented = authenticator.presented(request)
    const principal = await authenticator.caller(request)
    if (presented === null) throw new Refused('UNAUTHENTICATED', 'present a credential')
    if (!principal.caps.includes('ledger:read') && !principal.caps.includes('agents:read')) {
      throw new Refused('FORBIDDEN', 'this credential may not watch')
    }
    if ((open.get(principal.credential) ?? 0) >= limits.perCredential || total >= limits.total) {
      throw new Refused('RATE_LIMITED', 'too many live streams are open', { headers: { 'retry-after': '5' } })
    }
    const head = await feed.head(principal.tenantId)
    // A browser that comes back says where it was; a number from elsewhere is no place in this ledger.
    const at = Math.min(lastEventId(request) ?? head, head)

    reply.hijack()
    // Left while it was looked up: its `close` was, and does not come again.
    if (reply.raw.destroyed) return
    const headers = {
      ...reply.getHeaders(),
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    }
    reply.raw.writeHead(200, headers as Record<string, string>)
    const relay = relayOf(principal.tenantId)
    count(principal.credential, 1)
    const stream: Stream = openStream(reply.raw, { presented, principal, at }, () => {
      relay.remove(stream)
      count(principal.credential, -1)
      if (relay.empty && relays.get(principal.tenantId) === relay) {
        relay.stop()
        relays.delete(principal.tenantId)
      }
    })
    relay.add(stream)
    log.debug({ requestId: request.id }, 'live stream opened')
  })

  return {
    hint: (tenantId) => relays.get(tenantId)?.hint(),
    close() {
      for (const relay of relays.values()) relay.stop()
      relays.clear()
    },
  }
}

/** By the browser's own header, or by the address where another tab takes over the reading. */
function lastEventId(request: FastifyRequest): number | null {
  const given = request.headers['last-event-id'] ?? (request.query as Record<string, unknown>)['after']
  if (typeof given !== 'string' || !/^\d{1,15}$/.test(given)) return null
  return Number(given)
}
