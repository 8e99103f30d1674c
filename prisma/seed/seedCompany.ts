/**
 * Brings companies to life through the product's own use cases: every person,
 * unit, manifest, agent, grant and key is receipted like anybody's, and so is
 * whatever happened in the thirty days of those that have a history.
 *
 * The one thing done beside them is opening the tenant and its ledger, which
 * no request may do.
 */
import { randomBytes } from 'node:crypto'
import { inScope, type RequestScope } from '@muster/db'
import { capabilities, newId, type Capability } from '@muster/kernel'
import pg from 'pg'
import type { SeedCompany, SeedUnit } from './company.ts'
import { liveThrough } from './history/liveThrough.ts'
import { inParallel } from './inParallel.ts'
import { mutate, type Company, type KeyName, type SeededPerson, type SeededTenant, type SeedParts } from './parts.ts'
import { registerAgents } from './registerAgents.ts'

export type { SeededTenant, SeedParts } from './parts.ts'

const reads = capabilities.filter((capability) => capability.endsWith(':read'))
const keyCapabilities: Record<KeyName, readonly Capability[]> = {
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

/** The longest an auditor's role may last. */
const auditMs = 90 * 86_400_000

/** Passwords are hashed on other threads; more at once than there are connections would only wait. */
const peopleAtOnce = 4

/** Founds the companies, then lives through their histories together: one clock for all. */
export async function seedCompanies(parts: SeedParts, seeds: readonly SeedCompany[]): Promise<SeededTenant[]> {
  const companies: Company[] = []
  for (const seed of seeds) companies.push(await found(parts, seed))
  if (seeds.some(({ history }) => history !== undefined)) await liveThrough(parts, companies)
  return companies.map(({ tenant }) => tenant)
}

async function found(parts: SeedParts, seed: SeedCompany): Promise<Company> {
  const id = await openTenant(parts.superuserUrl, parts.time.nowMs(), seed)
  const scope = (): RequestScope => parts.scope(id)
  await inScope(scope(), () => parts.identity.recordTenantOpened())
  await parts.passport.bootstrapTenant(scope())
  await parts.guard.bootstrapTenant(scope())

  const units = new Map<string, string>()
  const addUnits = async (list: readonly SeedUnit[], parentId: string | null): Promise<void> => {
    for (const { name, kind, units: below = [] } of list) {
      const created = await mutate<{ orgUnit: { id: string } }>(
        parts.workforce,
        scope(),
        'mutation ($input: CreateOrgUnitInput!) { result: createOrgUnit(input: $input) { __typename ... on OrgUnitCreated { orgUnit { id } } ... on Refusal { code message } } }',
        { name, kind: kind.toUpperCase(), parentId },
      )
      units.set(name, created.orgUnit.id)
      await addUnits(below, created.orgUnit.id)
    }
  }
  await addUnits(seed.units, null)

  const people = new Map<string, SeededPerson>()
  const users = await inParallel(seed.people, peopleAtOnce, async (person) => {
    const password = randomBytes(15).toString('base64url')
    const bindings = person.roles.map(({ role, unit }) => ({
      role,
      unit: unit === undefined ? null : units.get(unit)!,
    }))
    const { personId } = await inScope(scope(), () =>
      parts.identity.addPerson({
        email: person.email,
        displayName: person.displayName,
        unitId: person.unit === undefined ? null : units.get(person.unit)!,
        roles: bindings.map(({ role, unit }) => ({
          role,
          unitId: unit,
          // An audit is an engagement: its role ends.
          expiresAt: role === 'auditor' ? new Date(parts.time.nowMs() + auditMs) : null,
        })),
        password,
      }),
    )
    people.set(person.email, { id: personId, bindings })
    return {
      email: person.email,
      password,
      roles: bindings.map(({ role, unit }) => ({ role, scope: unit ?? 'tenant' })),
    }
  })
  parts.onProgress(`${seed.tenant.name}: ${users.length} people in ${units.size} units`)

  for (const { server, tools } of seed.tools) {
    await mutate(
      parts.passport,
      scope(),
      'mutation ($input: PinManifestInput!) { result: pinManifest(input: $input) { __typename ... on Refusal { code message } } }',
      {
        server,
        tools: tools.map(({ name, description, mutates }) => ({
          name,
          description,
          mutates,
          inputSchema: { type: 'object' },
        })),
      },
    )
  }
  const apiKeys = {} as SeededTenant['apiKeys']
  const keyIds = {} as Company['keyIds']
  const company: Company = {
    parts,
    seed,
    tenant: { id, slug: seed.tenant.slug, apiKeys, users, agents: [] },
    units,
    people,
    agents: new Map(),
    keyIds,
  }
  const atFirst = seed.agents.filter(({ joinedDaysAgo }) => joinedDaysAgo === undefined)
  await registerAgents(company, atFirst, scope)
  for (const name of ['admin', 'integrator', 'readonly', 'scim'] as const) {
    const created = await inScope(scope(), () =>
      parts.identity.createApiKey({
        label: labels[name],
        capabilities: keyCapabilities[name],
        trustCeiling: ceilings[name],
      }),
    )
    apiKeys[name] = created.apiKey
    keyIds[name] = created.keyId
  }
  parts.onProgress(`${seed.tenant.name}: ${company.agents.size} agents`)
  return company
}

/** Organization, tenant and ledger: the ground that only the installation's operator can lay. */
async function openTenant(superuserUrl: string, nowMs: number, { organization, tenant }: SeedCompany): Promise<string> {
  const client = new pg.Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    const id = newId(nowMs)
    await client.query('BEGIN')
    await client.query('SELECT identity.open_tenant($1, $2, $3, $4, $5, $6)', [
      newId(nowMs),
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
