/**
 * A company for the tests of scoring: tenants with a few units and agents on a
 * real database. What other services own is laid down as superuser; what
 * scoring does goes through its own subgraph.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoginRole, RequestScope } from '@muster/db'
import { startMusterDatabase, type MusterDatabase } from '@muster/db/testing'
import { capabilities, newId, systemClock, type Claims, type Clock } from '@muster/kernel'
import { LocalFileProvider, type KeyProvider } from '@muster/keys'
import pino from 'pino'
import { createScoring, type Scoring } from '../subgraph.ts'

/** JSON as it comes back: tests know its shape. */
export type Answer = ReturnType<typeof JSON.parse>

export interface Company {
  readonly tenantId: string
  /** A department and two teams below it. */
  readonly units: { finance: string; payments: string; support: string }
  /** A hand-over with the whole tenant and every capability in it, or what `part` says. */
  scope(part?: Partial<Claims>): RequestScope
  /** A team lead: these units and no more. */
  lead(...units: string[]): RequestScope
  /** The agent's own key: it sees itself. */
  own(agent: string): RequestScope
  agent(options?: { team?: string; publicKey?: string }): Promise<string>
}

export interface World {
  readonly database: MusterDatabase
  readonly keyProvider: KeyProvider
  readonly scoring: Scoring
  /** Another process of the same service, which has opened no key yet. */
  another(): Promise<Scoring>
  company(slug: string): Promise<Company>
  /** Executes an operation; throws when it answers with errors. */
  run(scope: RequestScope, query: string, variables?: Record<string, unknown>): Promise<Answer>
  /** Executes an operation that is expected to fail; the codes of its errors. */
  faults(scope: RequestScope, query: string, variables?: Record<string, unknown>): Promise<unknown[]>
  /** Sends events through the graph. */
  ingest(scope: RequestScope, events: readonly object[]): Promise<Answer>
  stop(): Promise<void>
}

const ingestion = `mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { __typename
  ... on EventsIngested { accepted duplicates rejected { eventId code message } receipt { id seq } } ... on Refusal { code message } } }`

export async function makeWorld(clock: Clock = systemClock): Promise<World> {
  const database = await startMusterDatabase(clock)
  const home = mkdtempSync(join(tmpdir(), 'muster-scoring-'))
  const keyProvider = await LocalFileProvider.open(join(home, 'root.key'))
  const another = (): Promise<Scoring> =>
    createScoring({
      databaseUrl: (role: LoginRole) => database.url(role),
      keyProvider,
      emailIndexKey: randomBytes(32),
      clock,
      log: pino({ level: 'silent' }),
    })
  const scoring = await another()
  const run: World['run'] = async (scope, query, variables) => {
    const { data, errors } = await scoring.execute({ query, variables, handovers: scope.handovers })
    if (errors !== undefined) throw new Error(JSON.stringify(errors))
    return data
  }
  return {
    database,
    keyProvider,
    scoring,
    another,
    run,
    async faults(scope, query, variables) {
      const { errors } = await scoring.execute({ query, variables, handovers: scope.handovers })
      return (errors ?? []).map((error) => error.extensions?.['code'])
    },
    ingest: async (scope, events) => (await run(scope, ingestion, { input: { events } })).ingestEvents,
    company: (slug) => makeCompany(database, slug),
    async stop() {
      await scoring.close()
      await database.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function makeCompany(database: MusterDatabase, slug: string): Promise<Company> {
  const { tenantId } = await database.openTenant(slug)
  const sql = database.asSuperuser
  const units = { finance: newId(), payments: newId(), support: newId() }
  // The hierarchy's triggers need claims, which a superuser has none of: both tables are laid down by hand.
  await sql('ALTER TABLE workforce.org_unit DISABLE TRIGGER USER')
  for (const [name, id] of Object.entries(units)) {
    const path = name === 'finance' ? [id] : [id, units.finance]
    await sql(
      `INSERT INTO workforce.org_unit (tenant_id, id, parent_id, kind, name, path) VALUES ($1, $2, $3, 'team', $4, $5::uuid[])`,
      [tenantId, id, path[1] ?? null, name, path],
    )
    for (const [depth, ancestor] of path.entries())
      await sql('INSERT INTO workforce.org_closure VALUES ($1, $2, $3, $4)', [tenantId, ancestor, id, depth])
  }
  await sql('ALTER TABLE workforce.org_unit ENABLE TRIGGER USER')
  const owner = newId()
  await sql(
    'INSERT INTO identity.person (tenant_id, id, email_index, email_sealed, name_sealed) VALUES ($1, $2, $3, $4, $4)',
    [tenantId, owner, randomBytes(32), Buffer.from('sealed')],
  )
  const scope: Company['scope'] = (part) => database.scope(tenantId, { caps: capabilities, ...part })
  return {
    tenantId,
    units,
    scope,
    lead: (...ids) => scope({ all: false, units: ids, roles: ['team-lead'] }),
    own: (agent) => scope({ kind: 'agent', agent, sub: agent, all: false }),
    async agent({ team = units.payments, publicKey } = {}) {
      const id = newId()
      await sql(
        `INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id, public_key) VALUES ($1, $2, $3, $3, $4, $5, $6)`,
        [tenantId, id, `agent-${id}`, owner, team, publicKey ?? null],
      )
      return id
    },
  }
}

/** An event that is good as it stands. */
export function event(agentId: string, eventType = 'task.completed', part: object = {}): Record<string, unknown> {
  return { eventId: newId(), agentId, sourceType: 'PLATFORM', eventType, occurredAt: new Date().toISOString(), ...part }
}
