/**
 * Brings a demo company to life through the product's own use cases: every
 * person, unit, manifest, agent, grant and key is receipted like anybody's.
 *
 * The one thing done beside them is opening the tenant and its ledger, which
 * no request may do.
 */
import { randomBytes } from 'node:crypto'
import { inScope, type RequestScope } from '@muster/db'
import type { Guard } from '@muster/guard'
import type { Identity } from '@muster/identity'
import { capabilities, newId, type Capability } from '@muster/kernel'
import type { Passport } from '@muster/passport'
import type { Subgraph } from '@muster/subgraph-kit'
import pg from 'pg'
import type { SeedCompany, SeedUnit } from './company.ts'

export interface SeedParts {
  superuserUrl: string
  identity: Identity
  workforce: Subgraph
  guard: Guard
  passport: Passport
  /** A fresh scope in which the platform acts in a tenant. */
  scope(tenantId: string): RequestScope
  onProgress(words: string): void
}

export interface SeededTenant {
  id: string
  slug: string
  apiKeys: Record<'admin' | 'integrator' | 'readonly' | 'scim', string>
  users: { email: string; password: string; roles: { role: string; scope: string }[] }[]
  agents: { id: string; slug: string; team: string; owner: string; apiKey: string }[]
}

const reads = capabilities.filter((capability) => capability.endsWith(':read'))
const keyCapabilities: Record<keyof SeededTenant['apiKeys'], readonly Capability[]> = {
  admin: capabilities,
  integrator: [
    ...reads,
    'agents:write',
    'agents:status',
    'actions:authorize',
    'actions:redeem',
    'events:write',
    'grants:write',
    'manifests:write',
    'org:write',
    'content:scan',
  ],
  readonly: reads,
  scim: ['scim:write', 'people:read', 'people:write', 'agents:read', 'agents:write', 'org:read', 'org:write'],
}
const labels = {
  admin: 'Administration',
  integrator: 'Integration',
  readonly: 'Read only',
  scim: 'Provisioning',
} as const
/** A read-only key vouches for nothing. */
const ceilings = {
  admin: 'TRUSTED_INTERNAL',
  integrator: 'TRUSTED_INTERNAL',
  readonly: 'UNKNOWN',
  scim: 'UNKNOWN',
} as const

export async function seedCompany(parts: SeedParts, company: SeedCompany): Promise<SeededTenant> {
  const id = await openTenant(parts.superuserUrl, company)
  const act = <T>(work: () => Promise<T>): Promise<T> => inScope(parts.scope(id), work)
  const run = <T>(subgraph: Subgraph, query: string, input: unknown): Promise<T> =>
    mutate<T>(subgraph, parts.scope(id), query, input)

  await act(() => parts.identity.recordTenantOpened())
  await parts.passport.bootstrapTenant(parts.scope(id))
  await parts.guard.bootstrapTenant(parts.scope(id))

  const units = new Map<string, string>()
  const addUnits = async (list: readonly SeedUnit[], parentId: string | null): Promise<void> => {
    for (const { name, kind, units: below = [] } of list) {
      const created = await run<{ orgUnit: { id: string } }>(
        parts.workforce,
        'mutation ($input: CreateOrgUnitInput!) { result: createOrgUnit(input: $input) { __typename ... on OrgUnitCreated { orgUnit { id } } ... on Refusal { code message } } }',
        { name, kind: kind.toUpperCase(), parentId },
      )
      units.set(name, created.orgUnit.id)
      await addUnits(below, created.orgUnit.id)
    }
  }
  await addUnits(company.units, null)

  const users: SeededTenant['users'] = []
  for (const person of company.people) {
    const password = randomBytes(15).toString('base64url')
    await act(() =>
      parts.identity.addPerson({
        email: person.email,
        displayName: person.displayName,
        unitId: person.unit === undefined ? null : units.get(person.unit)!,
        roles: person.roles.map(({ role, unit }) => ({ role, unitId: unit === undefined ? null : units.get(unit)! })),
        password,
      }),
    )
    users.push({
      email: person.email,
      password,
      roles: person.roles.map(({ role, unit }) => ({ role, scope: unit === undefined ? 'tenant' : units.get(unit)! })),
    })
  }
  parts.onProgress(`${company.tenant.name}: ${users.length} people in ${units.size} units`)

  for (const { server, tools } of company.tools) {
    await run(
      parts.passport,
      'mutation ($input: PinManifestInput!) { result: pinManifest(input: $input) { __typename ... on Refusal { code message } } }',
      { server, tools: tools.map((tool) => ({ ...tool, inputSchema: { type: 'object' } })) },
    )
  }
  const agents: SeededTenant['agents'] = []
  for (const agent of company.agents) {
    const registered = await act(() =>
      parts.identity.registerAgent({
        slug: agent.slug,
        displayName: agent.displayName,
        ownerEmail: agent.owner,
        teamId: units.get(agent.team)!,
        environment: agent.environment,
        purpose: agent.purpose,
        model: agent.model,
        riskTier: agent.riskTier,
        grants: agent.tools.map((tool) => ({ tool })),
      }),
    )
    agents.push({
      id: registered.agentId,
      slug: agent.slug,
      team: agent.team,
      owner: agent.owner,
      apiKey: registered.apiKey,
    })
  }
  const apiKeys = {} as SeededTenant['apiKeys']
  for (const name of ['admin', 'integrator', 'readonly', 'scim'] as const) {
    const created = await act(() =>
      parts.identity.createApiKey({
        label: labels[name],
        capabilities: keyCapabilities[name],
        trustCeiling: ceilings[name],
      }),
    )
    apiKeys[name] = created.apiKey
  }
  parts.onProgress(`${company.tenant.name}: ${agents.length} agents`)
  return { id, slug: company.tenant.slug, apiKeys, users, agents }
}

/** Organization, tenant and ledger: the ground that only the installation's operator can lay. */
async function openTenant(superuserUrl: string, { organization, tenant }: SeedCompany): Promise<string> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    const id = newId()
    await client.query('BEGIN')
    await client.query('SELECT identity.open_tenant($1, $2, $3, $4, $5, $6)', [
      newId(),
      organization.slug,
      organization.name,
      id,
      tenant.slug,
      tenant.name,
    ])
    await client.query('SELECT ledger.open_log($1, $2)', [id, `muster.log/${randomBytes(16).toString('hex')}`])
    await client.query('COMMIT')
    return id
  } finally {
    await client.end()
  }
}

async function mutate<T>(subgraph: Subgraph, scope: RequestScope, query: string, input: unknown): Promise<T> {
  const { data, errors } = await subgraph.execute({ query, variables: { input }, handovers: scope.handovers })
  if (errors !== undefined) throw new Error(`seeding failed: ${errors[0]?.message}`)
  const result = data!['result'] as { __typename: string; code?: string; message?: string }
  if (result.__typename === 'Refused') throw new Error(`seeding was refused: ${result.code} ${result.message}`)
  return result as T
}
