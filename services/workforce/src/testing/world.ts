/**
 * A company for the tests of workforce: tenants with people, teams and agents
 * on a real database. What other services own is laid down as superuser; what
 * workforce does goes through its own subgraph.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoginRole, RequestScope } from '@muster/db'
import { startMusterDatabase, type MusterDatabase } from '@muster/db/testing'
import { capabilities, newId, systemClock, type Claims, type Clock } from '@muster/kernel'
import { LocalFileProvider } from '@muster/keys'
import pino from 'pino'
import { createWorkforce, type Workforce } from '../subgraph.ts'

/** JSON as it comes back: tests know its shape. */
export type Answer = ReturnType<typeof JSON.parse>

export interface NewTestAgent {
  team: string
  owner?: string
  status?: string
  tier?: string
}

export interface Company {
  readonly tenantId: string
  /** A hand-over with the whole tenant and every capability in it, or what `part` says. */
  scope(part?: Partial<Claims>): RequestScope
  /** A team lead: these units and no more. */
  lead(...units: string[]): RequestScope
  person(): Promise<string>
  agent(options: NewTestAgent): Promise<string>
  /** Makes a unit through the subgraph; its id. */
  unit(name: string, kind: 'DEPARTMENT' | 'TEAM', parentId?: string): Promise<string>
}

export interface World {
  readonly database: MusterDatabase
  readonly workforce: Workforce
  company(slug: string): Promise<Company>
  /** Executes an operation; throws when it answers with errors. */
  run(scope: RequestScope, query: string, variables?: Record<string, unknown>): Promise<Answer>
  /** Executes an operation that is expected to fail; the codes of its errors. */
  faults(scope: RequestScope, query: string, variables?: Record<string, unknown>): Promise<unknown[]>
  stop(): Promise<void>
}

export async function makeWorld(clock: Clock = systemClock): Promise<World> {
  const database = await startMusterDatabase(clock)
  const home = mkdtempSync(join(tmpdir(), 'muster-workforce-'))
  const workforce = await createWorkforce({
    databaseUrl: (role: LoginRole) => database.url(role),
    keyProvider: await LocalFileProvider.open(join(home, 'root.key')),
    emailIndexKey: randomBytes(32),
    clock,
    log: pino({ level: 'silent' }),
  })
  const run: World['run'] = async (scope, query, variables) => {
    const { data, errors } = await workforce.execute({ query, variables, handovers: scope.handovers })
    if (errors !== undefined) throw new Error(JSON.stringify(errors))
    return data
  }
  return {
    database,
    workforce,
    run,
    async faults(scope, query, variables) {
      const { errors } = await workforce.execute({ query, variables, handovers: scope.handovers })
      return (errors ?? []).map((error) => error.extensions?.['code'])
    },
    company: (slug) => makeCompany(database, run, slug),
    async stop() {
      await workforce.close()
      await database.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function makeCompany(database: MusterDatabase, run: World['run'], slug: string): Promise<Company> {
  const { tenantId } = await database.openTenant(slug)
  const scope: Company['scope'] = (part) => database.scope(tenantId, { caps: capabilities, ...part })
  const person: Company['person'] = async () => {
    const id = newId()
    await database.asSuperuser(
      'INSERT INTO identity.person (tenant_id, id, email_index, email_sealed, name_sealed) VALUES ($1, $2, $3, $4, $4)',
      [tenantId, id, randomBytes(32), Buffer.from('sealed')],
    )
    return id
  }
  return {
    tenantId,
    scope,
    person,
    lead: (...units) => scope({ all: false, units, roles: ['team-lead'] }),
    async agent({ team, owner, status = 'ACTIVE', tier = 'MEDIUM' }) {
      const id = newId()
      await database.asSuperuser(
        `INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id, status, risk_tier)
         VALUES ($1, $2, $3, $3, $4, $5, $6, $7)`,
        [tenantId, id, `agent-${id}`, owner ?? (await person()), team, status, tier],
      )
      return id
    },
    async unit(name, kind, parentId) {
      const { createOrgUnit } = await run(
        scope(),
        `mutation ($input: CreateOrgUnitInput!) { createOrgUnit(input: $input) { ... on OrgUnitCreated { orgUnit { id } } ... on Refusal { code } } }`,
        { input: { name, kind, parentId } },
      )
      if (createOrgUnit.orgUnit === undefined) throw new Error(createOrgUnit.code)
      return createOrgUnit.orgUnit.id
    },
  }
}

/** A receipt as the ledger keeps it, with what its body says. */
export async function receiptOf(
  database: MusterDatabase,
  id: string,
): Promise<{ type: string; seq: string; agentId: string | null; unitPath: string[]; body: Answer; text: string }> {
  const [row] = await database.asSuperuser<{
    type: string
    seq: string
    agent_id: string | null
    unit_path: string[]
    body: Buffer
  }>('SELECT type, seq, agent_id, unit_path, body FROM ledger.receipt WHERE id = $1', [id])
  if (row === undefined) throw new Error(`no receipt \`${id}\``)
  const text = row.body.toString('utf8')
  return { type: row.type, seq: row.seq, agentId: row.agent_id, unitPath: row.unit_path, body: JSON.parse(text), text }
}
