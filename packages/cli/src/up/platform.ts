/**
 * The embedded form: one process with gateway and five subgraphs, beside a
 * real PostgreSQL, on one address.
 *
 * Started in the order things stand on each other, stopped in the reverse;
 * whatever fails on the way up takes down what was started before it.
 */
import { randomBytes } from 'node:crypto'
import { createGateway, openLog as openRedactedLog } from '@muster/gateway'
import { createGuard } from '@muster/guard'
import { createIdentity } from '@muster/identity'
import { createPassport, fileCheckpointVault } from '@muster/passport'
import { createScoring } from '@muster/scoring'
import { createWorkforce } from '@muster/workforce'
import { migrate, provision, type LoginRole } from '@muster/db'
import { assertCatalog, installGuards } from '@muster/db/catalog'
import { readOrCreateSecret, startPostgres } from '@muster/db/embedded'
import { movableClock, type Clock } from '@muster/kernel'
import { LocalFileProvider } from '@muster/keys'
import type { ServiceDeps, Subgraph } from '@muster/subgraph-kit'
import pino, { type Logger } from 'pino'
import { ensureDemo, type DemoState } from './demo.ts'
import { startDemoSso } from './demoSso.ts'
import { superviseDatabase } from './superviseDatabase.ts'
import { homeAt, makeFolders, type Home } from './home.ts'
import { smallCompanies, type SeedCompany } from '../../../../prisma/seed/company.ts'
import { serviceScopes, type ServiceScopes } from './serviceScope.ts'
import { startTimers } from './timers.ts'

export interface PlatformOptions {
  home: string
  /** 0 = any free port. */
  port: number
  clock: Clock
  onProgress(words: string): void
  /** What is seeded on a first start; the small companies, which have no past, unless said otherwise. */
  companies?: readonly SeedCompany[]
  /** A supergraph whose subgraph URLs are used instead of the ones in this process. */
  supergraphFile?: string | undefined
}

export interface Platform {
  readonly url: string
  readonly demo: DemoState
  readonly home: Home
  /** For measurements beside the same database and services; nothing that serves requests reads these. */
  readonly inside: { superuserUrl: string; subgraphs: readonly Subgraph[]; scopes: ServiceScopes }
  /** Resolves when the database ended without being asked to and could not be started again. */
  readonly databaseLost: Promise<void>
  stop(): Promise<void>
}

type Step = () => Promise<unknown>

export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const home = homeAt(options.home)
  const undo: Step[] = []
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    return await raise(options, home, undo, stop)
  } catch (error) {
    await stop().catch(() => {}) // the first failure is the one worth telling
    throw error
  }
}

async function raise(options: PlatformOptions, home: Home, undo: Step[], stop: () => Promise<void>): Promise<Platform> {
  const { onProgress } = options
  const clock = movableClock(options.clock.offsetMs)
  const postgres = await startPostgres({ home: home.folder })
  const database = superviseDatabase(home.folder, postgres)
  undo.push(() => database.stop())
  makeFolders(home)
  const log = openLog(home, undo)
  database.tell(log)

  const applied = await migrate(postgres.superuserUrl, { password: postgres.password })
  if (applied > 0) onProgress(`database ready, ${applied} migrations applied`)
  const handoverKey = randomBytes(32) // lives as long as this process: no hand-over outlives it
  await provision(postgres.superuserUrl, handoverKey, clock.offsetMs)
  await installGuards(postgres.superuserUrl)
  await assertCatalog(postgres.superuserUrl)

  const deps: ServiceDeps = {
    databaseUrl: (role: LoginRole) => postgres.url(role),
    keyProvider: await LocalFileProvider.open(home.rootKey),
    emailIndexKey: Buffer.from(readOrCreateSecret(home.keys, 'email-index.key'), 'base64url'),
    clock,
    log,
  }
  const scopes = serviceScopes(handoverKey, clock)
  // The demo's own provider is on this machine, and without TLS.
  const identity = await createIdentity({ ...deps, sso: { allowLoopback: true, keyCooldownMs: 30_000 } })
  const workforce = await createWorkforce(deps)
  const scoring = await createScoring(deps)
  const guard = await createGuard(deps)
  const passport = await createPassport({ ...deps, vault: fileCheckpointVault(home.checkpoints) })
  const subgraphs = [identity, scoring, guard, passport, workforce]
  for (const subgraph of subgraphs) undo.push(() => subgraph.close())

  const clocks = { moving: clock, asked: options.clock }
  const demo = await ensureDemo(home, postgres, options.companies ?? smallCompanies, clocks, {
    identity,
    workforce,
    scoring,
    guard,
    passport,
    scope: scopes,
    onProgress,
  })
  for (const tenant of demo.tenants) {
    await passport.assertNotRewound(scopes(tenant.id))
    await passport.maintainCheckpoints(scopes(tenant.id)) // a ledger is never served without a signed head
  }

  const gateway = await createGateway({
    subgraphs,
    identity,
    passport,
    databaseUrl: deps.databaseUrl,
    handoverKey,
    keyProvider: deps.keyProvider,
    clock,
    log,
    demoPeople: demo.guide,
    ...(options.supergraphFile === undefined ? {} : { supergraphFile: options.supergraphFile }),
  })
  undo.push(() => gateway.close())
  const timers = startTimers({
    schedulerUrl: postgres.url('muster_scheduler'),
    scopes,
    guard,
    identity,
    passport,
    scoring,
    log,
  })
  undo.push(() => timers.stop())
  const url = await gateway.listen({ host: 'localhost', port: options.port })
  const provider = await startDemoSso({ home, url, port: options.port, tenants: demo.tenants, identity, scopes })
  undo.push(() => provider.stop())
  return {
    url,
    demo,
    home,
    inside: { superuserUrl: postgres.superuserUrl, subgraphs, scopes },
    databaseLost: database.lost,
    stop,
  }
}

/** Structured lines to a file; the terminal is for people. */
function openLog(home: Home, undo: Step[]): Logger {
  const destination = pino.destination({ dest: home.log, mkdir: true, mode: 0o600, sync: false })
  undo.push(
    () =>
      new Promise<void>((resolve) => {
        destination.once('close', resolve)
        destination.end()
      }),
  )
  return openRedactedLog(process.env['LOG_LEVEL'], destination)
}
