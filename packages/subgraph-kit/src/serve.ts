/**
 * A subgraph as a process of its own: the distributed form.
 *
 * `POST /graphql` with the hand-overs in `x-muster-handover` (JSON by login
 * role). The listener stands behind mutual TLS there; the hand-over decides
 * what a caller may reach, and the database verifies it.
 */
import type { AddressInfo } from 'node:net'
import { parseStrict } from '@muster/canonical-json'
import { Fault } from '@muster/kernel'
import type { Handovers } from '@muster/db'
import Fastify, { type FastifyServerOptions } from 'fastify'
import { serveDoor } from './serviceDoor.ts'
import type { Subgraph } from './subgraph.ts'

/** Header that carries the hand-overs of one request. */
export const handoverHeader = 'x-muster-handover'

export interface ServedSubgraph {
  readonly url: string
  close(): Promise<void>
}

/** Our certificate, and the authority that must have signed the caller's. PEM. */
export interface ServerTls {
  ca: string
  cert: string
  key: string
}

export interface ServeOptions {
  host?: string
  port?: number
  /** Mutual TLS 1.3: whoever has no certificate of this authority is not spoken to. Absent on a loopback alone. */
  tls?: ServerTls | undefined
}

/** What the gateway let in at 1 MiB may be written longer here (`1e9` as ten digits), and stands a little deeper. */
const bodyBytesMax = 8 * 1024 * 1024
const bodyDepthMax = 80
/** A hand-over names every subtree in scope; a person with hundreds still fits. */
const headerBytesMax = 256 * 1024

/** Serves `subgraph` on `host:port` (0 = any free port). Resolves once it listens. */
export async function serveSubgraph(
  subgraph: Subgraph,
  { host = '127.0.0.1', port = 0, tls }: ServeOptions = {},
): Promise<ServedSubgraph> {
  const server = { maxHeaderSize: headerBytesMax }
  const secured = { ...server, ...tls, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.3' }
  const options = { bodyLimit: bodyBytesMax, forceCloseConnections: true }
  const app = Fastify({
    ...options,
    ...(tls === undefined ? { http: server } : { https: secured }),
  } as FastifyServerOptions)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, parseStrict(body, { maxBytes: bodyBytesMax, maxDepth: bodyDepthMax }))
    } catch (error) {
      done(error as Error)
    }
  })
  app.get('/readyz', async (_request, reply) => {
    try {
      await subgraph.ready()
      return { ready: true }
    } catch {
      return reply.code(503).send({ ready: false })
    }
  })
  app.post('/graphql', async (request, reply) => {
    const header = request.headers[handoverHeader]
    if (typeof header !== 'string')
      return reply.code(401).send({ errors: [{ message: 'no hand-over', extensions: { code: 'UNAUTHENTICATED' } }] })
    const body = request.body as { query?: unknown; variables?: unknown; operationName?: unknown }
    if (typeof body.query !== 'string') throw new Fault('BAD_REQUEST', 'no query')
    return subgraph.execute({
      query: body.query,
      variables: (body.variables ?? {}) as Record<string, unknown>,
      operationName: typeof body.operationName === 'string' ? body.operationName : undefined,
      handovers: JSON.parse(header) as Handovers,
    })
  })
  if (subgraph.door !== undefined) serveDoor(app, subgraph.door, handoverHeader)
  await app.listen({ host, port })
  const address = app.server.address() as AddressInfo
  return { url: `${tls === undefined ? 'http' : 'https'}://${host}:${address.port}/graphql`, close: () => app.close() }
}
