/**
 * A small company for the guard's own tests: one tenant, two teams, people
 * with roles, an agent with grants and pinned tools, on a real database.
 *
 * Rows of other services are laid down as superuser; everything the guard
 * does goes through its own subgraph.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LoginRole, RequestScope } from '@muster/db'
import { startMusterDatabase, type MusterDatabase } from '@muster/db/testing'
import { capabilities, newId, systemClock, type Claims, type Clock, type RiskTier } from '@muster/kernel'
import { emailIndex, LocalFileProvider, MemorySigningKeyStore, LocalSigner } from '@muster/keys'
import pino from 'pino'
import { createGuard, type Guard } from '../subgraph.ts'

export interface World {
  database: MusterDatabase
  guard: Guard
  tenantId: string
  teams: [string, string]
  owner: string
  /** People who may approve for the first team. */
  approvers: string[]
  /** A hand-over for an API key of the tenant with every capability. */
  key(part?: Partial<Claims>): RequestScope
  person(id: string, part?: Partial<Claims>): RequestScope
  addAgent(options?: { tier?: RiskTier; team?: string; tools?: string[]; owner?: string }): Promise<string>
  addPerson(roles: { role: string; unit: string | null }[]): Promise<string>
  setStatus(agent: string, status: string): Promise<void>
  /** Asks the guard, or another instance of it. */
  run<T = Record<string, any>>(
    scope: RequestScope,
    query: string,
    variables?: Record<string, unknown>,
    instance?: Guard,
  ): Promise<T>
  /** Another instance over the same database, as a second process would be; closed with the world. */
  openInstance(): Promise<Guard>
  stop(): Promise<void>
}

export async function makeWorld(clock: Clock = systemClock): Promise<World> {
  const database = await startMusterDatabase(clock)
  const home = mkdtempSync(join(tmpdir(), 'muster-guard-'))
  const keyProvider = await LocalFileProvider.open(join(home, 'root.key'))
  const emailIndexKey = randomBytes(32)
  const { tenantId } = await database.openTenant('northwind')
  const sql = database.asSuperuser

  const teams: [string, string] = [newId(), newId()]
  const department = newId()
  // The hierarchy's triggers need claims, which a superuser has none of: both tables are laid down by hand.
  await sql('ALTER TABLE workforce.org_unit DISABLE TRIGGER USER')
  for (const [id, parent, kind, name] of [
    [department, null, 'department', 'Finance'],
    [teams[0], department, 'team', 'payments'],
    [teams[1], department, 'team', 'support'],
  ] as const) {
    const path = parent === null ? [id] : [id, parent]
    await sql(
      'INSERT INTO workforce.org_unit (tenant_id, id, parent_id, kind, name, path) VALUES ($1, $2, $3, $4, $5, $6::uuid[])',
      [tenantId, id, parent, kind, name, path],
    )
    for (const [depth, ancestor] of path.entries()) {
      await sql('INSERT INTO workforce.org_closure VALUES ($1, $2, $3, $4)', [tenantId, ancestor, id, depth])
    }
  }
  await sql('ALTER TABLE workforce.org_unit ENABLE TRIGGER USER')

  const addPerson: World['addPerson'] = async (roles) => {
    const id = newId()
    await sql(
      'INSERT INTO identity.person (tenant_id, id, email_index, email_sealed, name_sealed) VALUES ($1, $2, $3, $4, $4)',
      [tenantId, id, emailIndex(emailIndexKey, `${id}@example.com`), Buffer.from('sealed')],
    )
    for (const { role, unit } of roles) {
      await sql(
        'INSERT INTO identity.role_binding (tenant_id, id, person_id, role, unit_id, granted_by) VALUES ($1, $2, $3, $4, $5, $3)',
        [tenantId, newId(), id, role, unit],
      )
    }
    return id
  }
  const owner = await addPerson([{ role: 'owner', unit: null }])
  const approvers = [
    await addPerson([{ role: 'approver', unit: teams[0] }]),
    await addPerson([{ role: 'team-lead', unit: teams[0] }]),
    await addPerson([{ role: 'tenant-admin', unit: null }]),
  ]

  const deps = {
    databaseUrl: (role: LoginRole) => database.url(role),
    keyProvider,
    emailIndexKey,
    clock,
    log: pino({ level: process.env['MUSTER_TEST_LOG'] ?? 'silent' }),
  }
  await insertPermitKey(database, keyProvider, tenantId)
  const guard = await createGuard(deps)
  const instances = [guard]
  const scopeOf = (part: Partial<Claims>): RequestScope =>
    database.scope(tenantId, { caps: [...capabilities], ...part })
  await guard.bootstrapTenant(scopeOf({ kind: 'service' }))
  for (const [tool, mutates] of [
    ['crm.read', false],
    ['crm.write', true],
    ['payments.refund', true],
  ] as const) {
    await sql(
      `INSERT INTO passport.manifest (tenant_id, id, server, tool, version, hash, mutates, canonical, pinned_by) VALUES ($1, $2, 'demo', $3, 1, $4, $5, '{}', $2)`,
      [tenantId, newId(), tool, randomBytes(32), mutates],
    )
  }

  return {
    database,
    guard,
    tenantId,
    teams,
    owner,
    approvers,
    addPerson,
    key: (part = {}) => scopeOf({ kind: 'api_key', ...part }),
    person: (id, part = {}) => scopeOf({ kind: 'person', sub: id, ...part }),
    async addAgent({
      tier = 'LOW',
      team = teams[0],
      tools = ['crm.read', 'crm.write', 'payments.refund'],
      owner: of = owner,
    } = {}) {
      const id = newId()
      await sql(
        `INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id, risk_tier) VALUES ($1, $2, $3, $3, $4, $5, $6)`,
        [tenantId, id, `agent-${id}`, of, team, tier],
      )
      for (const tool of tools) {
        await sql(
          'INSERT INTO workforce.agent_grant (tenant_id, id, agent_id, tool, granted_by) VALUES ($1, $2, $3, $4, $5)',
          [tenantId, newId(), id, tool, of],
        )
      }
      return id
    },
    /** As identity does it: the row, then the head's lock through a receipt, in one commit. */
    async setStatus(agent, status) {
      await sql(
        `WITH changed AS (UPDATE identity.agent SET status = $3, version = version + 1 WHERE tenant_id = $1 AND id = $2 RETURNING id)
         UPDATE ledger.head h SET seq = h.seq WHERE h.tenant_id = $1 AND EXISTS (SELECT FROM changed)`,
        [tenantId, agent, status],
      )
    },
    async openInstance() {
      const instance = await createGuard(deps)
      instances.push(instance)
      return instance
    },
    async run<T>(scope: RequestScope, query: string, variables: Record<string, unknown> = {}, instance = guard) {
      const { data, errors } = await instance.execute({ query, variables, handovers: scope.handovers })
      if (errors !== undefined)
        throw Object.assign(new Error(errors[0]!.message), { code: errors[0]!.extensions?.['code'], errors })
      return data as T
    },
    async stop() {
      await Promise.all(instances.map((instance) => instance.close()))
      await database.stop()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

async function insertPermitKey(database: MusterDatabase, provider: LocalFileProvider, tenantId: string): Promise<void> {
  const store = new MemorySigningKeyStore()
  await new LocalSigner({ store, provider, clock: systemClock }).permitKeys(tenantId)
  const [record] = await store.history(tenantId, 'permit')
  await database.asSuperuser(
    `INSERT INTO passport.signing_key (tenant_id, id, purpose, alg, wrapped) VALUES ($1, $2, 'permit', 'HS256', $3)`,
    [tenantId, record!.id, record!.wrapped],
  )
}

export const authorize = `mutation ($input: AuthorizeActionInput!) { authorizeAction(input: $input) { __typename
  ... on ActionDecided { decision { id outcome reasonCode effectiveTrust mutates payloadHash actionHash policyHash receipt { id seq } } permit { token expiresAt } approval { id status expiresAt } }
  ... on Refusal { code message } } }`
export const redeem = `mutation ($input: RedeemPermitInput!) { redeemPermit(input: $input) { __typename
  ... on PermitRedeemed { execution { id receipt { id seq } } } ... on Refusal { code message } } }`
export const decide = `mutation ($input: DecideApprovalInput!) { decideApproval(input: $input) { __typename
  ... on ApprovalDecided { approval { id status approvals required } receipt { id seq } } ... on Refusal { code message } } }`
