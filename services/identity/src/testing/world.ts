/**
 * For identity's integration tests: two companies on a real database, built
 * through the service itself, and hand-overs that are really signed.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JsonValue } from '@muster/canonical-json'
import { dataKeyStore, inScope, openPool, withRequest, type RequestScope } from '@muster/db'
import { startMusterDatabase, type MusterDatabase } from '@muster/db/testing'
import { accessOf, capabilities, newId, systemClock, type Claims, type Role } from '@muster/kernel'
import { DataKeyring, LocalFileProvider, openJson } from '@muster/keys'
import { verifyLedger, type LedgerVerdict } from '@muster/ledger'
import { pino } from 'pino'
import type { IdentityDeps } from '../room.ts'
import { createIdentity } from '../subgraph.ts'
import { startNameServer, type NameServer } from './nameServer.ts'
import type { Identity, OpenedSession } from '../identity.ts'
import type { ProofSettings } from '../verification/proofSources.ts'

export interface Company {
  tenantId: string
  origin: string
  units: { finance: string; payments: string; support: string }
  /** The bootstrap: all capabilities over the whole tenant. */
  service: RequestScope
}

export interface World {
  database: MusterDatabase
  identity: Identity
  /** What identity asks for TXT records. */
  names: NameServer
  northwind: Company
  contoso: Company
  /** A scope in a company; the claims given, the rest a person's without any right. */
  scope(company: Company, part?: Partial<Claims>): RequestScope
  /** Adds a person and answers a scope that acts as them, resolved as the gateway resolves it. */
  person(
    company: Company,
    name: string,
    bindings: { role: Role; unit: string | null }[],
    home?: string | null,
  ): Promise<Actor>
  /** A team at the top of a company; its id. */
  addUnit(company: Company, name: string): Promise<string>
  /** Runs an operation and answers its data; throws when there are errors. */
  run<Data = Record<string, unknown>>(scope: RequestScope, query: string, variables?: object): Promise<Data>
  /** Runs a mutation with one `input` and answers its result. */
  mutate(scope: RequestScope, name: string, input: object, fields?: string): Promise<Answer>
  /** Registers an agent in a team, as the bootstrap. */
  agent(
    company: Company,
    slug: string,
    team: string,
    ownerEmail: string,
  ): Promise<{ id: string; apiKey: string; keyId: string }>
  /** Receipts of a company, oldest first, as their bodies say. */
  receipts(company: Company, type?: string): Promise<Body[]>
  verdict(company: Company): Promise<LedgerVerdict>
  /** What a receipt's sidecar holds, opened with the tenant's keys. */
  openSealed(company: Company, sealed: Uint8Array): Promise<JsonValue>
  /** A scope as the gateway signs it while somebody signs in: the person, and no right at all. */
  actingAs(company: Company, personId: string): RequestScope
  signInAs(company: Company, personId: string, password: string): Promise<boolean>
  openSessionAs(company: Company, personId: string): Promise<OpenedSession>
  /** Another instance over the same database, with empty caches; closed with the world. */
  freshIdentity(): Promise<Identity>
  stop(): Promise<void>
}

export interface Actor {
  id: string
  email: string
  scope: RequestScope
}
export type Answer = { __typename: string; code?: string; message?: string } & Record<string, never>
export interface Body {
  id: string
  type: string
  subject: { id: string; type: string }
  actor: { id: string; kind: string }
  data: Record<string, unknown>
}

/** @param proofs where proofs outside are looked for, beside each other in one process. */
export async function startWorld(clock = systemClock, proofs?: ProofSettings): Promise<World> {
  const database = await startMusterDatabase(clock)
  const home = mkdtempSync(join(tmpdir(), 'muster-identity-'))
  const keyProvider = await LocalFileProvider.open(join(home, 'root.key'))
  const names = await startNameServer()
  const deps: IdentityDeps = {
    databaseUrl: (role) => database.url(role),
    keyProvider,
    emailIndexKey: randomBytes(32),
    clock,
    log: pino({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' }),
    sso: { allowLoopback: true, keyCooldownMs: 0, dnsServers: [names.address] },
  }
  const identity = await createIdentity(deps, proofs)
  const others: Identity[] = []
  const workforce = openPool({ url: database.url('muster_workforce'), role: 'muster_workforce', max: 1 })

  const scope: World['scope'] = (company, part) =>
    database.scope(company.tenantId, { all: false, units: [], caps: [], roles: [], ...part })

  const unit = (by: RequestScope, kind: string, name: string, parent: string | null): Promise<string> =>
    inScope(by, () =>
      withRequest(workforce, async (tx) => {
        const id = newId()
        await tx.query(
          'INSERT INTO workforce.org_unit (tenant_id, id, parent_id, kind, name) VALUES ($1, $2, $3, $4, $5)',
          [by.claims.tenant_id, id, parent, kind, name],
        )
        return id
      }),
    )

  async function open(slug: string): Promise<Company> {
    const { tenantId, origin } = await database.openTenant(slug)
    const service = database.scope(tenantId, { kind: 'service', caps: capabilities, all: true, roles: [] })
    const finance = await unit(service, 'department', 'Finance', null)
    const units = {
      finance,
      payments: await unit(service, 'team', 'payments', finance),
      support: await unit(service, 'team', 'support', finance),
    }
    return { tenantId, origin, units, service }
  }

  const run: World['run'] = async (scoped, query, variables = {}) => {
    const { data, errors } = await identity.execute({
      query,
      variables: variables as Record<string, unknown>,
      handovers: scoped.handovers,
    })
    if (errors !== undefined) throw Object.assign(new Error(errors[0]!.message), errors[0]!.extensions)
    return data as never
  }

  const world: World = {
    database,
    identity,
    names,
    northwind: await open('northwind'),
    contoso: await open('contoso'),
    scope,
    addUnit: (company, name) => unit(company.service, 'team', name, null),
    run,
    async person(company, name, bindings, home = bindings[0]?.unit ?? null) {
      const email = `${name}@${company.tenantId.slice(0, 8)}.example.com`
      const { personId } = await inScope(company.service, () =>
        identity.addPerson({
          email,
          displayName: name,
          unitId: home,
          roles: bindings.map(({ role, unit }) => ({ role, unitId: unit })),
          password: `${name} and a long passphrase`,
        }),
      )
      return { id: personId, email, scope: scope(company, { sub: personId, ...accessOf(bindings) }) }
    },
    async mutate(scoped, name, input, fields = '') {
      const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
      const data = await run<Record<string, Answer>>(
        scoped,
        `mutation Act($input: ${type}!) { ${name}(input: $input) { __typename ${fields} ... on Refusal { code message } } }`,
        { input },
      )
      return data[name]!
    },
    async agent(company, slug, team, ownerEmail) {
      const input = { slug, displayName: slug, ownerEmail, teamId: team }
      const { agentId, apiKey, keyId } = await inScope(company.service, () => identity.registerAgent(input))
      return { id: agentId, apiKey, keyId }
    },
    async receipts(company, type) {
      const rows = await database.asSuperuser<{ body: Buffer }>(
        'SELECT body FROM ledger.receipt WHERE tenant_id = $1 AND ($2::text IS NULL OR type = $2) ORDER BY seq',
        [company.tenantId, type ?? null],
      )
      return rows.map(({ body }) => JSON.parse(body.toString('utf8')) as Body)
    },
    async verdict(company) {
      const rows = await database.asSuperuser<{ seq: string; leaf: Buffer; link: Buffer; body: Buffer }>(
        'SELECT e.seq, e.leaf, e.link, r.body FROM ledger.entry e JOIN ledger.receipt r USING (tenant_id, seq) WHERE tenant_id = $1 ORDER BY seq',
        [company.tenantId],
      )
      const entries = rows.map((row) => ({
        seq: row.seq,
        leafHash: row.leaf.toString('hex'),
        link: row.link.toString('hex'),
        body: row.body.toString('utf8'),
      }))
      return verifyLedger(entries, { origin: company.origin, tenant: company.tenantId })
    },
    async openSealed(company, sealed) {
      const ring = new DataKeyring({ store: dataKeyStore(workforce), provider: keyProvider })
      return inScope(company.service, () => openJson(ring, company.tenantId, sealed))
    },
    actingAs: (company, personId) => scope(company, { sub: personId, cred: 'sign-in' }),
    signInAs(company, personId, password) {
      const account = { tenantId: company.tenantId, personId }
      return inScope(world.actingAs(company, personId), () => identity.verifyPassword(account, password))
    },
    openSessionAs: (company, personId) =>
      inScope(world.actingAs(company, personId), () => identity.openSession({ personId, loginMethod: 'password' })),
    async freshIdentity() {
      const other = await createIdentity(deps)
      others.push(other)
      return other
    },
    async stop() {
      await Promise.all([identity.close(), workforce.end(), ...others.map((other) => other.close())])
      await database.stop()
      await names.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
  return world
}
