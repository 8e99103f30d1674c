/**
 * A gateway on a real database, with identity as it is and one small subgraph
 * for what no service offers: fields that fail on purpose.
 *
 * Never imported by the product.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composeServices, compositionHasErrors } from '@theguild/federation-composition'
import { currentScope, inScope, openPool, withRequest } from '@muster/db'
import { startMusterDatabase, type MusterDatabase } from '@muster/db/testing'
import { createIdentity, type Identity, type NewApiKeyInput, type NewPerson } from '@muster/identity'
import { capabilities, Fault, newId, systemClock, type Clock } from '@muster/kernel'
import { LocalFileProvider, LocalSigner, type Signer } from '@muster/keys'
import { createPassport, fileCheckpointVault, type Passport } from '@muster/passport'
import { makeSubgraph, type Subgraph } from '@muster/subgraph-kit'
import { parse } from 'graphql'
import type { Logger } from 'pino'
import type { GatewaySettings } from '../config.ts'
import { openLog } from '../door/log.ts'
import { createGateway, type Gateway, type GatewayOptions } from '../gateway.ts'
import { platformKeyStore } from '../tokens/platformKeyStore.ts'

export interface World {
  readonly url: string
  readonly gateway: Gateway
  readonly database: MusterDatabase
  readonly identity: Identity
  readonly passport: Passport
  readonly tenantId: string
  readonly origin: string
  /** Every line the gateway and the services logged. */
  readonly log: string[]
  /** What the test subgraph saw, latest last. */
  readonly seen: { requestId: string; variables: unknown }[]
  openTenant(slug: string): Promise<{ tenantId: string; origin: string }>
  addPerson(person: Partial<NewPerson> & { email: string }, tenantId?: string): Promise<string>
  addKey(key?: Partial<NewApiKeyInput>, tenantId?: string): Promise<{ keyId: string; prefix: string; apiKey: string }>
  /** Puts an agent there, as its registration would. */
  addAgent(slug: string, tenantId?: string): Promise<string>
  /** A second gateway on the same database, under the same name; closed with the world. */
  replica(): Promise<string>
  /** Another gateway's hands on the platform key. */
  signer(): Signer
  /** POSTs an operation. */
  graphql(query: string, options?: GraphOptions): Promise<Answer>
  fetch(path: string, init?: RequestInit): Promise<Response>
  stop(): Promise<void>
}

export interface GraphOptions {
  bearer?: string
  headers?: Record<string, string>
  variables?: unknown
  operationName?: string
  /** Sent as it is, in place of a body made of the rest. */
  raw?: string | Uint8Array<ArrayBuffer>
}

export interface Answer {
  status: number
  headers: Headers
  body: {
    data?: Record<string, unknown> | null
    errors?: { message: string; extensions: Record<string, unknown> }[]
    [member: string]: unknown
  }
}

export interface WorldOptions {
  settings?: GatewaySettings
  clock?: Clock
  /** Before the gateway is made: with the subgraphs it will be given. */
  prepare?: (subgraphs: readonly Subgraph[]) => Promise<void>
  /** Changes what the gateway is made of; `origin` is the first tenant's. */
  change?: (options: GatewayOptions, origin: string) => GatewayOptions
}

/** Roles are those of the whole tenant unless said otherwise. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const clock = options.clock ?? systemClock
  const folder = await mkdtemp(join(tmpdir(), 'muster-gateway-'))
  const database = await startMusterDatabase(clock)
  const lines: string[] = []
  const log = openLog('debug', { write: (line: string) => void lines.push(line) })
  const keyProvider = await LocalFileProvider.open(join(folder, 'root.key'))
  const deps = {
    databaseUrl: (role: string) => database.url(role),
    keyProvider,
    emailIndexKey: Buffer.alloc(32, 7),
    clock,
    log,
  }
  const identity = await createIdentity(deps)
  const pool = openPool({ url: database.url('muster_gateway'), role: 'muster_gateway', max: 2 })
  const seen: World['seen'] = []
  const passport = await createPassport({ ...deps, vault: fileCheckpointVault(join(folder, 'checkpoints')) })
  const probe = probeSubgraph(database, seen, clock, log)
  const { tenantId, origin } = await database.openTenant(`t-${newId()}`)
  const made: GatewayOptions = {
    subgraphs: [identity, probe],
    supergraphSdl: compose([identity, probe]),
    identity,
    passport,
    databaseUrl: deps.databaseUrl,
    handoverKey: database.handoverKey,
    keyProvider,
    clock,
    log,
    settings: options.settings ?? {},
  }
  await options.prepare?.([identity, probe])
  const others: Gateway[] = []
  const closeParts = async (): Promise<void> => {
    await pool.end()
    await identity.close()
    await passport.close()
    await probe.close()
    await database.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const gateway = await createGateway(options.change?.(made, origin) ?? made).catch(async (error: unknown) => {
    await closeParts()
    throw error
  })
  const url = await gateway.listen({ host: '127.0.0.1', port: 0 })
  const local = url.replace('localhost', '127.0.0.1')

  const within = <T>(tenant: string, work: () => Promise<T>): Promise<T> =>
    inScope(database.scope(tenant, { caps: [...capabilities], kind: 'service' }), work)
  const call = (path: string, init?: RequestInit): Promise<Response> => fetch(local + path, init)

  const addPerson: World['addPerson'] = async (person, tenant = tenantId) => {
    const added = await within(tenant, () =>
      identity.addPerson({ displayName: 'Somebody', password: null, roles: [{ role: 'tenant-admin' }], ...person }),
    )
    return added.personId
  }

  return {
    url: local,
    gateway,
    database,
    identity,
    passport,
    tenantId,
    origin,
    log: lines,
    seen,
    openTenant: (slug) => database.openTenant(slug),
    addPerson,
    addKey: (key, tenant = tenantId) =>
      within(tenant, () =>
        identity.createApiKey({ label: 'test', capabilities, trustCeiling: 'TRUSTED_INTERNAL', ...key }),
      ),
    async addAgent(slug, tenant = tenantId) {
      const owner = await addPerson({ email: `${newId()}@example.test` }, tenant)
      const [id, team] = [newId(), newId()]
      await database.asSuperuser(
        'INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id) VALUES ($1, $2, $3, $3, $4, $5)',
        [tenant, id, slug, owner, team],
      )
      return id
    },
    async replica() {
      const other = await createGateway({ ...made, settings: { ...made.settings, publicUrl: url } })
      others.push(other)
      return (await other.listen({ host: '127.0.0.1', port: 0 })).replace('localhost', '127.0.0.1')
    },
    signer: () => new LocalSigner({ store: platformKeyStore(pool), provider: keyProvider, clock, stateTtlMs: 0 }),
    fetch: call,
    async graphql(query, { bearer, headers, variables, operationName, raw } = {}) {
      const answer = await call('/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          ...headers,
        },
        body: raw ?? JSON.stringify({ query, variables, operationName }),
      })
      return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer['body'] }
    },
    async stop() {
      for (const other of others) await other.close()
      await gateway.close()
      await closeParts()
    },
  }
}

/** Composes subgraphs under the names the embedded form uses. */
export function compose(
  subgraphs: readonly Subgraph[],
  url = (name: string) => `http://${name}.muster.internal/graphql`,
): string {
  const services = subgraphs.map(({ name, sdl }) => ({ name, url: url(name), typeDefs: parse(sdl) }))
  const result = composeServices(services)
  if (compositionHasErrors(result)) throw new Error(result.errors.map(({ message }) => message).join('\n'))
  return result.supergraphSdl
}

const probeSdl = `
  type Query {
    hello(name: String): String
    echo(json: JSON): JSON
    colour(of: Colour): String
    tenantSeen: ID
    unavailable: String
    broken: String
    page(first: Int): ProbePage
    someAgent(id: ID!): Agent
  }
  type Agent @key(fields: "id") { id: ID! shade: String }
  type ProbePage { nodes: [Probe!]! }
  type Probe { id: ID! pages(first: Int): ProbePage }
  enum Colour { RED GREEN }
  type Mutation { record: Recorded unrecorded: String }
  type Recorded { ok: Boolean! }
`

/** Stands in for nothing: it offers what a service must never do, so that the door can be seen handling it. */
export function probeSubgraph(database: MusterDatabase, seen: World['seen'], clock: Clock, log: Logger): Subgraph {
  const pool = openPool({ url: database.url('muster_scoring'), role: 'muster_scoring', max: 4 })
  return makeSubgraph({
    name: 'scoring',
    roles: ['muster_scoring'],
    sdl: probeSdl,
    clock,
    log,
    resolvers: {
      Query: {
        hello: (_parent: unknown, { name }: { name?: string }) => `hello ${name ?? 'world'}`,
        echo: (_parent: unknown, args: { json: unknown }) => {
          seen.push({ requestId: currentScope().requestId, variables: args.json })
          return args.json
        },
        colour: (_parent: unknown, args: { of?: string }) => args.of ?? null,
        tenantSeen: async () => {
          const [row] = await withRequest(pool, (tx) =>
            tx.query<{ tenant: string }>('SELECT muster.tenant() AS tenant'),
          )
          return row?.tenant
        },
        unavailable: () => {
          throw new Fault('UNAVAILABLE', 'the database is not answering; nothing was recorded')
        },
        broken: () => {
          throw new Error('column "salary" of relation "people" does not exist')
        },
        page: () => ({ nodes: [] }),
        someAgent: (_parent: unknown, { id }: { id: string }) => ({ id }),
      },
      Agent: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        shade: () => currentScope().requestId,
      },
      Mutation: {
        record: () => ({ ok: true }),
        unrecorded: () => {
          throw new Fault('NOT_RECORDED', 'it could not be recorded, so it was not allowed')
        },
      },
    },
    ready: async () => {
      await pool.query('SELECT 1')
    },
    close: async () => {
      await pool.end()
    },
  })
}
