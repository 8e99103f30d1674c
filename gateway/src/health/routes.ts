/**
 * `/healthz`: the process answers. `/readyz`: it can serve, each part named.
 * `/metrics`: for a scraper on this machine, or one that has the token.
 */
import { isIP } from 'node:net'
import type { RolePool } from '@muster/db'
import { textsEqual } from '@muster/keys'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { bearerChallenge, Refused } from '../door/problem.ts'
import type { Endpoint } from '../graph/endpoint.ts'
import type { Metrics } from './metrics.ts'

export interface HealthParts {
  endpoints: readonly Endpoint[]
  pool: RolePool
  metrics: Metrics
  metricsToken: string | undefined
}

/** A part that does not say it is ready within this time is not. Milliseconds. */
const readyTimeoutMs = 2_000

export function healthRoutes(app: FastifyInstance, { endpoints, pool, metrics, metricsToken }: HealthParts): void {
  app.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ alive: true }))

  app.get('/readyz', async (_request, reply) => {
    const parts: [string, () => Promise<unknown>][] = [
      ['database', () => pool.query('SELECT 1')],
      ...endpoints.map((endpoint): [string, () => Promise<unknown>] => [endpoint.name, () => endpoint.ready()]),
    ]
    const states = await Promise.all(parts.map(async ([name, ask]) => [name, await isReady(ask)] as const))
    const ready = states.every(([, state]) => state)
    return reply
      .code(ready ? 200 : 503)
      .header('cache-control', 'no-store')
      .send({ ready, parts: Object.fromEntries(states) })
  })

  app.get('/metrics', async (request, reply) => {
    if (!mayScrape(request, metricsToken)) {
      throw new Refused('UNAUTHENTICATED', 'metrics are for this machine or for who has the token', {
        headers: bearerChallenge(request.headers.authorization !== undefined),
      })
    }
    return reply
      .header('cache-control', 'no-store')
      .type(metrics.registry.contentType)
      .send(await metrics.registry.metrics())
  })
}

async function isReady(ask: () => Promise<unknown>): Promise<boolean> {
  const late = AbortSignal.timeout(readyTimeoutMs)
  const answered = ask().then(
    () => true,
    () => false,
  )
  const timedOut = new Promise<boolean>((resolve) =>
    late.addEventListener('abort', () => resolve(false), { once: true }),
  )
  return Promise.race([answered, timedOut])
}

function mayScrape(request: FastifyRequest, token: string | undefined): boolean {
  const given = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1]
  if (given !== undefined) return token !== undefined && textsEqual(given, token)
  // A proxy on this machine forwards for others: what it forwards is not from here.
  if (request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined) return false
  return isLoopback(request.socket.remoteAddress ?? '')
}

function isLoopback(address: string): boolean {
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address
  return isIP(plain) === 4 ? plain.startsWith('127.') : plain === '::1'
}
