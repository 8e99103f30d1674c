/** People are provisioned by SCIM on a real database: found, changed, deprovisioned, each on record. */
import { inScope } from '@muster/db'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { base, idOf, patch, scimCaller, user, type Caller } from '../testing/scim.ts'
import { startWorld, type World } from '../testing/world.ts'
import { enterpriseUrn } from './urns.ts'

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

describe('people', () => {
  it('are created, read, found by name, external id and address, and conflict by `uniqueness`', async () => {
    const made = await scim('POST', 'Users', user('ada', { [enterpriseUrn]: { department: 'Accounts' } }))
    expect(made).toMatchObject({ status: 201, etag: 'W/"1"', location: `${base}/Users/${idOf(made)}` })
    const read = await scim('GET', `Users/${idOf(made)}`)
    expect(read.body).toMatchObject({
      userName: 'ada@example.com',
      active: true,
      name: { familyName: 'Tester' },
      [enterpriseUrn]: { department: 'Accounts' },
    })
    expect(read.body).toEqual(made.body)
    for (const text of [
      'userName eq "ADA@example.com"',
      'externalId eq "ext-ada"',
      'emails.value eq "ada@example.com"',
      'emails[type eq "work" and value eq "ada@example.com"]',
    ]) {
      expect(await found(text), text).toBe(1)
    }
    expect(await found('externalId eq "EXT-nobody" or not (userName ne "ada@example.com")')).toBe(1)
    expect(await found('userName eq "ada@example.com" and active eq false')).toBe(0)
    for (const again of [
      user('ada'),
      user('ada2', { externalId: 'ext-ada' }),
      user('ada3', { emails: [{ value: 'ada@example.com' }] }),
    ]) {
      expect(await scim('POST', 'Users', again)).toMatchObject({
        status: 409,
        body: { scimType: 'uniqueness', status: '409' },
      })
    }
    expect(
      (await world.receipts(world.northwind, 'person.added')).some(({ subject }) => subject.id === idOf(made)),
    ).toBe(true)
  })

  it('are found whom nobody provisioned, and taken over by a change', async () => {
    const bob = await world.person(world.northwind, 'bob', [])
    expect(await found(`userName eq "${bob.email}"`)).toBe(1)
    const changed = await scim(
      'PATCH',
      `Users/${bob.id}`,
      patch({ op: 'replace', value: { externalId: 'ext-bob', title: 'Clerk' } }),
    )
    expect(changed).toMatchObject({ status: 200, body: { externalId: 'ext-bob', title: 'Clerk', userName: bob.email } })
    expect(await found('externalId eq "ext-bob"')).toBe(1)
    expect(await scim('POST', 'Users', user('x', { userName: bob.email }))).toMatchObject({ status: 409 })
  })

  it('of two tenants may share a name; an id of the other answers like none', async () => {
    const [ours, other] = [await scim('POST', 'Users', user('twin')), await theirs('POST', 'Users', user('twin'))]
    expect([ours.status, other.status]).toEqual([201, 201])
    const unknown = await scim('GET', 'Users/00000000-0000-7000-8000-00000000dead')
    expect(unknown).toMatchObject({ status: 404, body: { status: '404' } })
    for (const id of [idOf(other), 'garbled']) {
      expect(await scim('GET', `Users/${id}`)).toEqual(unknown)
      expect(await scim('DELETE', `Users/${id}`)).toEqual(unknown)
      expect(await scim('PATCH', `Users/${id}`, patch({ op: 'replace', path: 'active', value: false }))).toEqual(
        unknown,
      )
      expect(await scim('PUT', `Users/${id}`, user('twin'))).toEqual(unknown)
    }
    const manager = { [enterpriseUrn]: { manager: { value: idOf(other) } } }
    expect(await scim('POST', 'Users', user('under', manager))).toMatchObject({
      status: 400,
      body: { scimType: 'invalidValue' },
    })
    expect((await statusOf(idOf(other))).status).toBe('ACTIVE')
  })

  it('are listed in pages that add up, sorted, with the attributes that were asked for', async () => {
    const total = (await scim('GET', 'Users')).body?.['totalResults'] as number
    const seen: string[] = []
    for (let startIndex = 1; startIndex <= total; startIndex += 2) {
      const page = await scim('GET', 'Users', null, {
        query: { startIndex: String(startIndex), count: '2', sortBy: 'meta.created', sortOrder: 'descending' },
      })
      expect(page.body).toMatchObject({ totalResults: total, startIndex })
      seen.push(...(page.body!['Resources'] as { id: string }[]).map(({ id }) => id))
    }
    expect(new Set(seen).size).toBe(total)
    const narrow = await scim('GET', 'Users', null, { query: { attributes: 'userName', count: '1' } })
    expect(Object.keys((narrow.body!['Resources'] as object[])[0]!).toSorted()).toEqual(['id', 'schemas', 'userName'])
    expect(await scim('GET', 'Users', null, { query: { count: '0' } })).toMatchObject({
      body: { totalResults: total, Resources: [] },
    })
  })

  it('sealed attributes are not searched, and the answer says so', async () => {
    for (const text of [
      'displayName sw "a"',
      'emails.value co "example"',
      'name.familyName eq "Tester"',
      'userName eq 5',
      'nonsense eq "x"',
      'userName eq',
      `${'('.repeat(1000)}active eq true${')'.repeat(1000)}`,
    ]) {
      expect(await scim('GET', 'Users', null, filter(text)), text).toMatchObject({
        status: 400,
        body: { scimType: 'invalidFilter' },
      })
    }
  })

  it('change only in the version the caller knows', async () => {
    const id = idOf(await scim('POST', 'Users', user('etag')))
    const read = await scim('GET', `Users/${id}`)
    expect(await scim('GET', `Users/${id}`, null, { ifNoneMatch: read.etag! })).toMatchObject({
      status: 304,
      body: null,
    })
    const change = patch({ op: 'replace', path: 'title', value: 'One' })
    const done = await scim('PATCH', `Users/${id}`, change, { ifMatch: read.etag! })
    expect(done.status).toBe(200)
    expect(done.etag).not.toBe(read.etag)
    for (const [method, body] of [
      ['PATCH', change],
      ['PUT', user('etag')],
      ['DELETE', null],
    ] as const) {
      expect(await scim(method, `Users/${id}`, body, { ifMatch: read.etag! })).toMatchObject({ status: 412 })
    }
    // What changes nothing makes no version and no receipt.
    const before = (await world.receipts(world.northwind)).length
    expect((await scim('PATCH', `Users/${id}`, change, { ifMatch: done.etag! })).etag).toBe(done.etag)
    expect((await world.receipts(world.northwind)).length).toBe(before)
  })
})

describe('what Entra ID and Okta send', () => {
  it('is understood: capital verbs, texts for booleans, bare managers, schema names as keys, objects without a path', async () => {
    const boss = idOf(await scim('POST', 'Users', user('boss')))
    const id = idOf(await scim('POST', 'Users', user('odd')))
    const after = async (...operations: object[]) => (await scim('PATCH', `Users/${id}`, patch(...operations))).body
    expect(await after({ op: 'Add', path: `${enterpriseUrn}:manager`, value: boss })).toMatchObject({
      [enterpriseUrn]: { manager: { value: boss } },
    })
    expect(
      await after({ op: 'Replace', path: 'emails[type eq "work"].value', value: 'odd.new@example.com' }),
    ).toMatchObject({ emails: [{ value: 'odd.new@example.com' }] })
    expect(await found('emails.value eq "odd.new@example.com"')).toBe(1)
    expect(
      await after({ op: 'Add', value: { 'name.givenName': 'Otto', [`${enterpriseUrn}:department`]: 'Ops' } }),
    ).toMatchObject({ name: { givenName: 'Otto' }, [enterpriseUrn]: { department: 'Ops', manager: { value: boss } } })
    expect(await after({ op: 'replace', value: { [enterpriseUrn]: { division: 'North' } } })).toMatchObject({
      [enterpriseUrn]: { division: 'North', department: 'Ops' },
    })
    expect(await after({ op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+49 30 1' })).toMatchObject({
      phoneNumbers: [{ type: 'mobile', value: '+49 30 1' }],
    })
    expect(await after({ op: 'Remove', path: `${enterpriseUrn}:manager` })).not.toHaveProperty([
      enterpriseUrn,
      'manager',
    ])
    expect(await after({ op: 'Replace', path: 'active', value: 'False' })).toMatchObject({ active: false })
    expect((await statusOf(id)).status).toBe('LEFT')
    expect(await after({ op: 'replace', value: { active: true } })).toMatchObject({ active: true })
    expect((await statusOf(id)).status).toBe('ACTIVE')
    for (const bad of [
      { op: 'move', path: 'x' },
      { op: 'remove' },
      { op: 'replace', path: '__proto__.x', value: 1 },
      { op: 'replace', path: 'active', value: 'maybe' },
      { op: 'replace', path: 'emails[type eq', value: 1 },
    ]) {
      expect(await scim('PATCH', `Users/${id}`, patch(bad)), JSON.stringify(bad)).toMatchObject({ status: 400 })
    }
    expect(({} as { x?: number }).x).toBeUndefined()
  })
})

describe('who leaves', () => {
  it('has no session any more, and the agents are the manager\u2019s', async () => {
    const above = idOf(await scim('POST', 'Users', user('above')))
    const middle = idOf(await scim('POST', 'Users', user('middle', { [enterpriseUrn]: { manager: { value: above } } })))
    const leaver = idOf(await scim('POST', 'Users', user('leaver', { [enterpriseUrn]: { manager: middle } })))
    const agent = await world.agent(
      world.northwind,
      'left-behind',
      world.northwind.units.payments,
      'leaver@example.com',
    )
    const { sessionId } = await world.openSessionAs(world.northwind, leaver)
    await scim('PATCH', `Users/${middle}`, patch({ op: 'replace', path: 'active', value: false }))
    expect(
      await scim('PATCH', `Users/${leaver}`, patch({ op: 'Replace', path: 'active', value: 'False' })),
    ).toMatchObject({ body: { active: false } })
    const [session] = await world.database.asSuperuser<{ ended: boolean }>(
      'SELECT revoked_at IS NOT NULL AS ended FROM identity.session WHERE id = $1',
      [sessionId],
    )
    expect(session!.ended).toBe(true)
    const [owned] = await world.database.asSuperuser<{ owner_id: string }>(
      'SELECT owner_id FROM identity.agent WHERE id = $1',
      [agent.id],
    )
    expect(owned!.owner_id).toBe(above)
    const receipts = await world.receipts(world.northwind)
    expect(receipts.find(({ type, subject }) => type === 'person.left' && subject.id === leaver)?.data).toMatchObject({
      agents: 1,
      heir: above,
      sessions: 1,
    })
    expect(
      receipts.find(({ type, subject }) => type === 'agent.changed' && subject.id === agent.id)?.data,
    ).toMatchObject({ owner: { from: leaver, to: above } })
  })

  it('without a manager leaves agents that are frozen when nobody takes them over in time', async () => {
    const alone = idOf(await scim('POST', 'Users', user('alone')))
    const agents = [
      await world.agent(world.northwind, 'orphan-a', world.northwind.units.payments, 'alone@example.com'),
      await world.agent(world.northwind, 'orphan-b', world.northwind.units.payments, 'alone@example.com'),
    ]
    expect((await scim('DELETE', `Users/${alone}`)).status).toBe(204)
    expect((await scim('GET', `Users/${alone}`)).status).toBe(404)
    expect((await world.receipts(world.northwind, 'agent.orphaned')).length).toBe(2)
    const standing = async () =>
      (
        await world.database.asSuperuser<{ status: string }>(
          'SELECT status FROM identity.agent WHERE id = ANY ($1) ORDER BY slug',
          [agents.map(({ id }) => id)],
        )
      ).map(({ status }) => status)
    const timer = () =>
      inScope(
        world.database.scope(world.northwind.tenantId, { kind: 'service', all: true, caps: ['agents:status'] }),
        () => world.identity.freezeOrphans(),
      )
    expect(await timer()).toBe(0)
    expect(await standing()).toEqual(['ACTIVE', 'ACTIVE'])
    const root = (await scim('GET', 'Users', null, filter('userName pr and not (externalId pr)'))).body?.[
      'Resources'
    ] as { id: string }[]
    await scim(
      'PATCH',
      `Agents/${agents[1]!.id}`,
      patch({ op: 'replace', path: 'owners', value: [{ value: root[0]!.id }] }),
    )
    await world.database.asSuperuser("UPDATE identity.orphaned_agent SET freeze_at = now() - interval '1 second'", [])
    expect(await timer()).toBe(1)
    expect(await standing()).toEqual(['FROZEN', 'ACTIVE'])
    expect(await timer()).toBe(0)
  })

  it('comes back as the same person under the same name', async () => {
    const id = idOf(await scim('POST', 'Users', user('again')))
    await scim('DELETE', `Users/${id}`)
    expect(await found('userName eq "again@example.com"')).toBe(0)
    const back = await scim('POST', 'Users', user('again', { title: 'New' }))
    expect(back).toMatchObject({ status: 201, body: { id, active: true, title: 'New' } })
  })

  it('is not the last administrator', async () => {
    const admins = await world.database.asSuperuser<{ person_id: string }>(
      "SELECT person_id FROM identity.role_binding WHERE role = 'tenant-admin' AND tenant_id = $1",
      [world.northwind.tenantId],
    )
    expect(await scim('DELETE', `Users/${admins[0]!.person_id}`)).toMatchObject({ status: 409 })
    expect((await statusOf(admins[0]!.person_id)).status).toBe('ACTIVE')
  })
})
