/** `me` and `tenant`: what a caller is told about themselves. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inScope } from '@muster/db'
import { startWorld, type Company, type World } from '../testing/world.ts'

let world: World
let company: Company

beforeAll(async () => {
  world = await startWorld()
  company = world.northwind
})
afterAll(() => world?.stop())

const me = `{ me { kind id displayName email seesWholeTenant capabilities agent { slug }
  roles { role scope { id } } tenant { id slug name planCode organization { slug } } } }`

test('a person sees their name, address, roles with their place, and tenant', async () => {
  const { payments } = company.units
  const lead = await world.person(company, 'lea', [
    { role: 'team-lead', unit: payments },
    { role: 'approver', unit: payments },
  ])
  expect(await world.run(lead.scope, me)).toEqual({
    me: {
      kind: 'PERSON',
      id: lead.id,
      displayName: 'lea',
      email: lead.email,
      seesWholeTenant: false,
      capabilities: lead.scope.claims.caps,
      agent: null,
      roles: [
        { role: 'approver', scope: { id: payments } },
        { role: 'team-lead', scope: { id: payments } },
      ],
      tenant: {
        id: company.tenantId,
        slug: 'northwind',
        name: 'northwind',
        planCode: 'max',
        organization: { slug: 'northwind-org' },
      },
    },
  })
})

test('a key sees its label, an agent itself', async () => {
  const owner = await world.person(company, 'otto', [{ role: 'owner', unit: null }])
  const { keyId } = await inScope(company.service, () =>
    world.identity.createApiKey({ label: 'nightly', capabilities: ['agents:read'] }),
  )
  const key = world.scope(company, { kind: 'api_key', sub: keyId, all: true })
  expect(await world.run(key, me)).toMatchObject({
    me: { kind: 'API_KEY', displayName: 'nightly', email: null, roles: [] },
  })
  const agent = await world.agent(company, 'bot', company.units.payments, owner.email)
  const self = world.scope(company, { kind: 'agent', sub: agent.id, agent: agent.id, cred: agent.keyId })
  expect(await world.run(self, me)).toMatchObject({ me: { kind: 'AGENT', displayName: 'bot', agent: { slug: 'bot' } } })
})

test('forged and expired hand-overs get nothing', async () => {
  const good = world.scope(company, { all: true, caps: ['agents:read', 'people:read'] })
  const expired = world.scope(company, { all: true, caps: ['agents:read'], exp: Math.floor(Date.now() / 1000) - 1 })
  const forged = Object.fromEntries(
    Object.entries(good.handovers).map(([role, text]) => [
      role,
      text.replace(company.tenantId, world.contoso.tenantId),
    ]),
  )
  for (const handovers of [expired.handovers, forged, {}]) {
    const { data, errors } = await world.identity.execute({ query: '{ tenant { id } }', handovers })
    expect(data?.['tenant'] ?? null).toBeNull()
    expect(errors?.[0]?.extensions?.['code']).toBe('UNAUTHENTICATED')
    const agents = await world.identity.execute({ query: '{ agents { totalCount } }', handovers })
    const listed = agents.data?.['agents'] as { totalCount: number } | null | undefined
    expect(listed?.totalCount ?? 0).toBe(0)
  }
})

test('the tenant’s beginning is recorded once, by the bootstrap alone', async () => {
  const open = () => inScope(world.contoso.service, () => world.identity.recordTenantOpened())
  const answers = await Promise.all([open(), open()])
  expect(answers.filter((answer) => answer !== null)).toHaveLength(1)
  expect(await open()).toBeNull()
  expect(await world.receipts(world.contoso, 'tenant.opened')).toHaveLength(1)
  const admin = await world.person(company, 'ada', [{ role: 'tenant-admin', unit: null }])
  await expect(inScope(admin.scope, () => world.identity.recordTenantOpened())).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
})
