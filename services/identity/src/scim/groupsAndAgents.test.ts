/** Groups give roles, agents come and go, bulk requests do many things: provisioned by SCIM on a real database. */
import { inScope } from '@muster/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { base, idOf, patch, scimCaller, user, type Caller } from '../testing/scim.ts'
import { startWorld, type World } from '../testing/world.ts'
import { bulkRequestUrn, enterpriseUrn, musterAgentUrn, musterGroupUrn } from './urns.ts'

/** The resource's own path in a bulk request. */
const users = '/Users'

let world: World
let scim: Caller
let theirs: Caller

beforeAll(async () => {
  world = await startWorld()
  scim = scimCaller(world, world.northwind)
  theirs = scimCaller(world, world.contoso)
  await world.person(world.northwind, 'root', [{ role: 'tenant-admin', unit: null }])
})
afterAll(() => world?.stop())

const filter = (text: string): { query: object } => ({ query: { filter: text } })
const found = async (text: string): Promise<unknown> =>
  (await scim('GET', 'Users', null, filter(text))).body?.['totalResults']
const statusOf = async (id: string) =>
  (
    await world.database.asSuperuser<{ status: string; unit: string | null }>(
      'SELECT status, unit_id AS unit FROM identity.person WHERE id = $1',
      [id],
    )
  )[0]!
const rolesOf = async (id: string) =>
  await world.database.asSuperuser<{ role: string; unit_id: string | null }>(
    'SELECT role, unit_id FROM identity.role_binding WHERE person_id = $1 ORDER BY role',
    [id],
  )

describe('groups', () => {
  it('give roles and home units, and take back what they gave', async () => {
    const { payments } = world.northwind.units
    const [one, two] = [
      idOf(await scim('POST', 'Users', user('gone'))),
      idOf(await scim('POST', 'Users', user('gtwo'))),
    ]
    const analysts = await scim('POST', 'Groups', { displayName: 'role:analyst', members: [{ value: one }] })
    expect(analysts).toMatchObject({
      status: 201,
      body: { [musterGroupUrn]: { role: 'analyst' }, members: [{ value: one }] },
    })
    const group = `Groups/${idOf(analysts)}`
    expect(await rolesOf(one)).toEqual([{ role: 'analyst', unit_id: null }])
    const leads = await scim('POST', 'Groups', {
      displayName: 'Leads of payments',
      [musterGroupUrn]: { role: 'team-lead', unit: 'payments' },
      members: [{ value: one }],
    })
    expect(await rolesOf(one)).toEqual([
      { role: 'analyst', unit_id: null },
      { role: 'team-lead', unit_id: payments },
    ])
    const home = await scim('POST', 'Groups', { displayName: `unit:${payments}`, members: [{ value: two }] })
    expect((await statusOf(two)).unit).toBe(payments)
    expect((await scim('GET', `Users/${one}`)).body?.['groups']).toHaveLength(2)
    expect(
      (await scim('PATCH', group, patch({ op: 'Add', path: 'members', value: [{ value: two }] }))).body?.['members'],
    ).toHaveLength(2)
    await scim('PATCH', group, patch({ op: 'Remove', path: 'members', value: [{ value: one }] }))
    await scim('PATCH', group, patch({ op: 'remove', path: `members[value eq "${two}"]` }))
    expect([await rolesOf(one), await rolesOf(two)]).toEqual([[{ role: 'team-lead', unit_id: payments }], []])
    expect((await scim('DELETE', `Groups/${idOf(leads)}`)).status).toBe(204)
    expect((await scim('DELETE', `Groups/${idOf(home)}`)).status).toBe(204)
    expect([await rolesOf(one), (await statusOf(two)).unit]).toEqual([[], null])
    expect(
      await scim('GET', 'Groups', null, {
        query: { filter: 'displayName sw "ROLE:" and displayName co "nal"', excludedAttributes: 'members' },
      }),
    ).toMatchObject({ body: { totalResults: 1 } })
  })

  it('make no administrators, name no unknown role, unit or person, and are named once', async () => {
    const stranger = idOf(await theirs('POST', 'Users', user('stranger')))
    for (const [body, status] of [
      [{ displayName: 'role:tenant-admin' }, 403],
      [{ displayName: 'role:auditor' }, 403],
      [{ displayName: 'role:emperor' }, 400],
      [{ displayName: 'unit:nowhere' }, 400],
      [{ displayName: `unit:${world.contoso.units.payments}` }, 400],
      [{ displayName: 'plain', members: [{ value: stranger }] }, 400],
      [{ displayName: 'ROLE:analyst' }, 409],
    ] as const) {
      expect((await scim('POST', 'Groups', body)).status, body.displayName).toBe(status)
    }
  })

  it('a role a person gave stays when the group goes', async () => {
    const keeper = await world.person(world.northwind, 'keeper', [{ role: 'viewer', unit: null }])
    const made = await scim('POST', 'Groups', { displayName: 'role:viewer', members: [{ value: keeper.id }] })
    await scim('DELETE', `Groups/${idOf(made)}`)
    expect(await rolesOf(keeper.id)).toEqual([{ role: 'viewer', unit_id: null }])
  })
})

describe('agents', () => {
  it('have one owner, are stopped and started by the provider, and revoked when deleted', async () => {
    const owner = idOf(await scim('POST', 'Users', user('keeper-of-agents')))
    const body = {
      name: 'sync-bot',
      externalId: 'a-1',
      owners: [{ value: owner }],
      [musterAgentUrn]: { team: 'support', riskTier: 'high' },
    }
    const made = await scim('POST', 'Agents', body)
    expect(made).toMatchObject({
      status: 201,
      body: { active: true, [musterAgentUrn]: { team: world.northwind.units.support, riskTier: 'HIGH' } },
    })
    const at = `Agents/${idOf(made)}`
    expect((await scim('GET', at)).body).toMatchObject({ ...made.body, meta: { version: 'W/"1"' } })
    expect(await scim('POST', 'Agents', { ...body, externalId: 'a-2' })).toMatchObject({
      status: 409,
      body: { scimType: 'uniqueness' },
    })
    expect(await scim('POST', 'Agents', { ...body, name: 'other' })).toMatchObject({ status: 409 })
    expect(
      await scim('POST', 'Agents', {
        ...body,
        name: 'two',
        externalId: 'x',
        owners: [{ value: owner }, { value: owner }],
      }),
    ).toMatchObject({ status: 400 })
    expect(
      await scim('POST', 'Agents', { ...body, name: 'homeless', externalId: 'x', [musterAgentUrn]: {} }),
    ).toMatchObject({ status: 400 })
    expect((await scim('PATCH', at, patch({ op: 'Replace', path: 'active', value: 'False' }))).body).toMatchObject({
      active: false,
      [musterAgentUrn]: { status: 'FROZEN' },
    })
    expect(
      (await scim('PATCH', at, patch({ op: 'replace', value: { active: true, displayName: 'Sync' } }))).body,
    ).toMatchObject({ active: true, displayName: 'Sync' })
    await world.mutate(world.northwind.service, 'freezeAgent', { agentId: idOf(made), reason: 'looks wrong' })
    expect(await scim('PATCH', at, patch({ op: 'replace', value: { active: true } }))).toMatchObject({
      status: 400,
      body: { scimType: 'mutability' },
    })
    expect(
      (await scim('GET', 'Agents', null, filter('externalId eq "a-1" and displayName sw "SY" and active eq false')))
        .body?.['totalResults'],
    ).toBe(1)
    expect((await scim('DELETE', at)).status).toBe(204)
    expect((await scim('GET', at)).status).toBe(404)
    const types = (await world.receipts(world.northwind))
      .filter(({ subject }) => subject.id === idOf(made))
      .map(({ type }) => type)
    expect(types).toEqual([
      'agent.registered',
      'agent.frozen',
      'agent.changed',
      'agent.reinstated',
      'agent.frozen',
      'agent.revoked',
      'agent.changed',
    ])
  })
})

describe('bulk', () => {
  it('does operations in order, links them by bulkId, and tells each outcome', async () => {
    const operations = [
      { method: 'POST', path: '/Users', bulkId: 'u1', data: user('bulk1') },
      {
        method: 'POST',
        path: '/Users',
        bulkId: 'u2',
        data: user('bulk2', { [enterpriseUrn]: { manager: { value: 'bulkId:u1' } } }),
      },
      { method: 'POST', path: '/Users', bulkId: 'u3', data: user('bulk1') },
      {
        method: 'POST',
        path: '/Groups',
        bulkId: 'g',
        data: { displayName: 'Bulk', members: [{ value: 'bulkId:u1' }, { value: 'bulkId:u2' }] },
      },
      { method: 'PATCH', path: `${users}/bulkId:u2`, data: patch({ op: 'replace', path: 'title', value: 'Bulky' }) },
      { method: 'DELETE', path: `${users}/00000000-0000-7000-8000-00000000dead` },
    ]
    const { body } = await scim('POST', 'Bulk', { schemas: [bulkRequestUrn], Operations: operations })
    const results = body!['Operations'] as { status: string; location: string; bulkId: string }[]
    expect(results.map(({ status }) => status)).toEqual(['201', '201', '409', '201', '200', '404'])
    const second = await scim('GET', results[1]!.location.replace(`${base}/`, ''))
    expect(second.body).toMatchObject({
      title: 'Bulky',
      [enterpriseUrn]: { manager: { value: results[0]!.location.split('/').at(-1) } },
    })
    expect((await scim('GET', results[3]!.location.replace(`${base}/`, ''))).body?.['members']).toHaveLength(2)
  })

  it('stops at the failures it was given, and takes no more than it states', async () => {
    const operations = ['f1', 'f1', 'f2', 'f1', 'f3'].map((name, index) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `b${index}`,
      data: user(name),
    }))
    const { body } = await scim('POST', 'Bulk', { schemas: [bulkRequestUrn], failOnErrors: 2, Operations: operations })
    expect((body!['Operations'] as { status: string }[]).map(({ status }) => status)).toEqual([
      '201',
      '409',
      '201',
      '409',
    ])
    expect(await found('userName eq "f3@example.com"')).toBe(0)
    const many = Array.from({ length: 1001 }, () => operations[0])
    expect(await scim('POST', 'Bulk', { schemas: [bulkRequestUrn], Operations: many })).toMatchObject({ status: 413 })
  })
})

describe('the door', () => {
  it('describes itself', async () => {
    expect((await scim('GET', 'ServiceProviderConfig')).body).toMatchObject({
      patch: { supported: true },
      bulk: { maxOperations: 1000 },
      etag: { supported: true },
    })
    expect((await scim('GET', 'ResourceTypes')).body?.['totalResults']).toBe(3)
    const { body } = await scim('GET', 'Schemas')
    for (const schema of body!['Resources'] as { id: string }[])
      expect((await scim('GET', `Schemas/${schema.id}`)).body).toEqual(schema)
  })

  it('opens to `scim:write` over the whole tenant alone, and every act is in a ledger that holds', async () => {
    const request = { method: 'GET', path: ['Users'], query: {}, body: null, ifMatch: null, ifNoneMatch: null, base }
    for (const part of [
      { all: true, caps: ['people:write'] },
      { all: false, units: [world.northwind.units.payments], caps: ['scim:write'] },
    ]) {
      const answer = await inScope(world.scope(world.northwind, part), () => world.identity.scim(request))
      expect(answer).toMatchObject({ status: 403, body: { status: '403' } })
    }
    expect(await world.verdict(world.northwind)).toMatchObject({ intact: true })
    const sealed = JSON.stringify(await world.receipts(world.northwind))
    expect(sealed).not.toMatch(/example\.com|Tester/)
  })
})
