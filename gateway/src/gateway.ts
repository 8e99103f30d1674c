/**
 * The one public door, put together: server, credentials, graph, streams, the
 * ledger's public face, health, and the console.
 *
 * It owns no data and holds no authority: it verifies who asks, signs a
 * hand-over for one minute and one service, and the database decides.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openPool, type LoginRole } from '@muster/db'
import type { Identity } from '@muster/identity'
import type { Clock } from '@muster/kernel'
import type { KeyProvider } from '@muster/keys'
import type { Subgraph } from '@muster/subgraph-kit'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { gatewayConfig, type GatewaySettings } from './config.ts'
import { demoRoutes, type DemoPerson } from './console/demoPeople.ts'
import { consoleRoutes } from './console/routes.ts'
import { notYetServed } from './door/notYetServed.ts'
import { originsOf } from './door/origins.ts'
import { logRequests } from './door/requestLog.ts'
import { openServer } from './door/server.ts'
import { receiptFeed } from './events/receiptFeed.ts'
import { eventRoutes } from './events/route.ts'
import { openDocuments } from './graph/documents.ts'
import { joinGraph } from './graph/joinGraph.ts'
import type { RemoteSubgraph } from './graph/endpoint.ts'
import { openOperations } from './graph/operations.ts'
import { graphRoute } from './graph/route.ts'
import { openMetrics } from './health/metrics.ts'
import { healthRoutes } from './health/routes.ts'
import type { LedgerDoor } from './ledger/ledgerDoor.ts'
import { ledgerRoutes } from './ledger/routes.ts'
import { authenticator } from './principals/authenticate.ts'
import { badCredentials } from './principals/badCredentials.ts'
import { doorQueries } from './principals/doorQueries.ts'
import { keyUses } from './principals/keyUses.ts'
import { handoverDesk } from './principals/principal.ts'
import { planRate } from './principals/planRate.ts'
import { principalMemory } from './principals/principalMemory.ts'
import { requestRate } from './principals/requestRate.ts'
import { sessionRoutes } from './sessions/routes.ts'
import { signInDoor, type SignInDoor } from './sessions/signInDoor.ts'
import { scimRoutes } from './scim/routes.ts'
import { signInThrottle } from './sessions/signInThrottle.ts'
import { ssoRoutes } from './sessions/ssoRoutes.ts'
import { traceRequests } from './telemetry/doorSpans.ts'
import { accessTokens } from './tokens/accessTokens.ts'
import { oauthRoutes } from './tokens/oauthRoutes.ts'
import { platformKeys } from './tokens/platformKeys.ts'
import { platformKeyStore } from './tokens/platformKeyStore.ts'

export interface GatewayOptions {
  /** The services: in this process, or by address. Those only the supergraph names are reached at its URLs. */
  subgraphs: readonly (Subgraph | RemoteSubgraph)[]
  /** The composed graph; absent: the one committed beside this code. */
  supergraphSdl?: string
  /** A file to read it from instead; its URLs replace services of this process. */
  supergraphFile?: string
  /** Who signs people in and out: the service in this process, or a door to its own. */
  identity: Identity | SignInDoor
  /** The ledger's public face: the service in this process, or a door to its own. */
  passport: LedgerDoor
  /** Connection URL of a login role; only `muster_gateway` is asked for. */
  databaseUrl(role: LoginRole): string
  /** 32 bytes, shared with the database. */
  handoverKey: Uint8Array
  /** Wraps the platform's signing key. */
  keyProvider: KeyProvider
  clock: Clock
  log: Logger
  settings?: GatewaySettings
  /** Who there is to be in a demo; absent where there is none. */
  demoPeople?: readonly DemoPerson[]
}

export interface Gateway {
  readonly app: FastifyInstance
  /** Listens and resolves to the public address. @param port 0 = any free one. */
  listen(where: { host: string; port: number }): Promise<string>
  /** Ends streams, finishes requests under way, closes what it opened. Subgraphs are the caller's. */
  close(): Promise<void>
}

/** Connections for look-ups of credentials and live streams; the services have their own. */
const poolMax = 8
const committedSupergraph = fileURLToPath(new URL('../supergraph.graphql', import.meta.url))

/** Builds the gateway; it listens when told to. Throws for wrong settings or a supergraph that does not fit. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { clock, log } = options
  const config = gatewayConfig(options.settings)
  const sdl = options.supergraphSdl ?? readFileSync(options.supergraphFile ?? committedSupergraph, 'utf8')
  const graph = await joinGraph(sdl, options.subgraphs, options.supergraphFile !== undefined, log)
  const documents = openDocuments(graph.graph, config.introspection)
  const metrics = openMetrics()
  const origins = originsOf(config.publicUrl, config.otherOrigins)
  const pool = openPool({ url: options.databaseUrl('muster_gateway'), role: 'muster_gateway', max: poolMax })
  const desk = handoverDesk(options.handoverKey, clock)
  const queries = doorQueries(pool, desk)
  const keys = platformKeys(platformKeyStore(pool), options.keyProvider, clock, log)
  const tokens = accessTokens(keys, queries, clock, () => origins.own)
  const bad = badCredentials(config.badCredentialsPerMinute)
  const door = signInDoor(options.identity)
  const uses = keyUses(door, desk, clock, log)
  const callers = authenticator({ queries, tokens, memory: principalMemory(), bad, origins, clock, metrics })

  const operations = openOperations({ ...graph, documents, desk, metrics, log })

  const app = await openServer(config)
  traceRequests(app)
  logRequests(app, log, metrics)
  const live = eventRoutes(app, {
    authenticator: callers,
    feed: receiptFeed(pool, desk),
    limits: config.streams,
    metrics,
    log,
  })
  const rate = requestRate(config.requestsPerSecond)
  const plans = planRate()
  graphRoute(app, { authenticator: callers, operations, rate, plans, used: uses.note, changed: live.hint })
  oauthRoutes(app, { queries, desk, door, tokens, keys, bad, rate, plans, origins, clock, metrics })
  const throttle = signInThrottle(config.signInFailures)
  sessionRoutes(app, { door, queries, desk, throttle, clock, metrics, authenticator: callers, tokens, origins })
  ssoRoutes(app, { door, queries, desk, throttle, origins, clock, metrics })
  const publicLedgers = new Set(config.publicLedgers)
  ledgerRoutes(app, { pool, desk, authenticator: callers, door: options.passport, publicLedgers })
  healthRoutes(app, { endpoints: [...graph.endpoints.values()], pool, metrics, metricsToken: config.metricsToken })
  await scimRoutes(app, { authenticator: callers, desk, door, rate, origins, used: uses.note, changed: live.hint })
  demoRoutes(app, options.demoPeople)
  notYetServed(app)
  await consoleRoutes(app, config.consoleFolder)
  // Streams would keep the server open for ever: they end before it stops listening.
  app.addHook('preClose', (done) => {
    live.close()
    done()
  })
  await app.ready()

  let closing: Promise<void> | undefined
  async function shut(): Promise<void> {
    await app.close()
    keys.stop()
    await uses.stop()
    await graph.close()
    await pool.end()
  }

  return {
    app,
    async listen({ host, port }) {
      // A database that is away now is no reason to stay away: `/readyz` tells, and the key is made when it is needed.
      await keys.maintain().catch((error: unknown) => log.error({ err: error }, 'the platform key could not be read'))
      await app.listen({ host, port })
      const address = app.server.address()
      if (address === null || typeof address === 'string') throw new Error('the gateway listens on no port')
      origins.listeningOn(address.port)
      return origins.own
    },
    close: () => (closing ??= shut()),
  }
}
