/** Plans: what they allow is held to by the transaction that adds, and changing one is an administrator's act on record. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inScope } from '@muster/db'
import { capabilities, newId, planLimits } from '@muster/kernel'
import { startWorld, type Actor, type Company, type World } from '../testing/world.ts'

let world: World
let admin: Actor

beforeAll(async () => {
  world = await startWorld()
  admin = await world.person(world.northwind, 'ada', [{ role: 'tenant-admin', unit: null }])
})
afterAll(() => world?.stop())

const put = (company: Company, code: string) =>
  world.database.asSuperuser('UPDATE identity.tenant SET plan_code = $2 WHERE id = $1', [company.tenantId, code])
const change = (by: Actor, planCode: string) => world.mutate(by.scope, 'changePlan', { planCode, reason: 'the price' })
const agentsOf = async (company: Company) =>
  (
    await world.database.asSuperuser<{ count: number }>(
      "SELECT count(*)::int FROM identity.agent WHERE tenant_id = $1 AND status <> 'REVOKED'",
      [company.tenantId],
    )
  )[0]!.count

describe('agents by plan', () => {
  test('of twenty registered at once on an empty plan for ten, ten are there', async () => {
    await put(world.northwind, 'free')
    const tried = await Promise.allSettled(
      Array.from({ length: 20 }, (_, n) =>
        world.agent(world.northwind, `crowd-${n}`, world.northwind.units.payments, admin.email),
      ),
    )
    const refused = tried.filter((each) => each.status === 'rejected')
    expect(refused).toHaveLength(20 - planLimits.free.agents)
    for (const each of refused) expect(each.reason).toMatchObject({ code: 'PLAN_LIMIT' })
    expect(await agentsOf(world.northwind)).toBe(planLimits.free.agents)
    expect(await world.receipts(world.northwind, 'agent.registered')).toHaveLength(planLimits.free.agents)
  })

  test('count the whole tenant also for a lead who sees one team, and a revoked one makes room', async () => {
    const lead = await inScope(world.northwind.service, async () =>
      world.scope(world.northwind, { caps: capabilities, units: [world.northwind.units.payments], sub: newId() }),
    )
    const input = {
      slug: 'one-more',
      displayName: 'x',
      ownerEmail: admin.email,
      teamId: world.northwind.units.payments,
    }
    const refused = await inScope(lead, () => world.identity.registerAgent(input).catch((error: unknown) => error))
    // Their scope shows no owner; the plan is asked first all the same.
    expect(refused).toMatchObject({ code: 'PLAN_LIMIT' })
    const [one] = await world.database.asSuperuser<{ id: string }>(
      "SELECT id FROM identity.agent WHERE tenant_id = $1 AND slug LIKE 'crowd-%' LIMIT 1",
      [world.northwind.tenantId],
    )
    await world.mutate(admin.scope, 'revokeAgent', { agentId: one!.id, reason: 'done' })
    await world.agent(world.northwind, 'one-more', world.northwind.units.payments, admin.email)
    expect(await agentsOf(world.northwind)).toBe(planLimits.free.agents)
  })

  test('of one tenant are no other tenant\u2019s', async () => {
    await put(world.contoso, 'free')
    const owner = await world.person(world.contoso, 'cleo', [{ role: 'tenant-admin', unit: null }])
    await expect(world.agent(world.contoso, 'first', world.contoso.units.payments, owner.email)).resolves.toMatchObject(
      { keyId: expect.any(String) },
    )
  })
})

test('people by plan: the eleventh is refused by name', async () => {
  const added = await Promise.allSettled(
    Array.from({ length: 15 }, (_, n) => world.person(world.contoso, `p${n}`, [{ role: 'viewer', unit: null }])),
  )
  const refused = added.filter((each) => each.status === 'rejected')
  expect(refused).toHaveLength(15 + 1 - planLimits.free.people)
  for (const each of refused) expect(each.reason).toMatchObject({ code: 'PLAN_LIMIT' })
})

describe('another plan', () => {
  test('is on record with from, to and usage, never with the reason, and shows at once', async () => {
    expect(await change(admin, 'pro')).toMatchObject({ __typename: 'PlanChanged' })
    const [body] = (await world.receipts(world.northwind, 'tenant.plan_changed')).slice(-1)
    expect(body).toMatchObject({ data: { from: 'free', to: 'pro', agents: 10 }, actor: { id: admin.id } })
    expect(JSON.stringify(body)).not.toContain('the price')
    const shown = '{ tenant { planCode plan { code limits { agents requestsPerMinute } usage { agents people } } } }'
    expect(await world.run(admin.scope, shown)).toEqual({
      tenant: {
        planCode: 'pro',
        plan: { code: 'pro', limits: { agents: 500, requestsPerMinute: 60_000 }, usage: { agents: 10, people: 1 } },
      },
    })
  })

  test('that is too small for what is there is refused, and nothing changes', async () => {
    await world.agent(world.northwind, 'eleventh', world.northwind.units.payments, admin.email)
    expect(await change(admin, 'free')).toMatchObject({ code: 'USAGE_ABOVE_PLAN' })
    expect(await world.run(admin.scope, '{ tenant { planCode } }')).toEqual({ tenant: { planCode: 'pro' } })
  })

  test('is nothing for a department\u2019s administrator, a security officer, or a word that is no plan', async () => {
    const part = await world.person(world.northwind, 'dep', [
      { role: 'tenant-admin', unit: world.northwind.units.finance },
    ])
    await expect(change(part, 'max')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await world.run(part.scope, '{ tenant { plan { code } } }')).toEqual({ tenant: { plan: null } })
    const ciso = await world.person(world.northwind, 'carl', [{ role: 'ciso', unit: null }])
    await expect(change(ciso, 'max')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    expect(await change(admin, 'gold')).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await change(admin, 'pro')).toMatchObject({ code: 'SAME_PLAN' })
  })
})
