/** People through the graph: joining, roles given and taken, leaving; and what is sealed. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { startWorld, type Actor, type Company, type World } from '../testing/world.ts'

let world: World
let company: Company
let admin: Actor
let orgAdmin: Actor
let count = 0

beforeAll(async () => {
  world = await startWorld()
  company = world.northwind
  admin = await world.person(company, 'ada', [{ role: 'tenant-admin', unit: null }])
  orgAdmin = await world.person(company, 'olga', [{ role: 'org-admin', unit: company.units.finance }])
})
afterAll(() => world?.stop())

const added =
  '... on PersonAdded { person { id email displayName unit { id } roles { role scope { id } } } receipt { id seq } }'
const add = (actor: Actor, part: object = {}) =>
  world.mutate(actor.scope, 'addPerson', { email: `p${++count}@example.com`, displayName: 'Per Son', ...part }, added)
const person = (id: string) =>
  world.database.asSuperuser<{ status: string; row: string }>(
    'SELECT status, p::text AS row FROM identity.person p WHERE id = $1',
    [id],
  )

describe('addPerson', () => {
  test('seals name and address, records the roles, and answers what was added', async () => {
    const answer = (await add(admin, {
      email: '  Grace.Hopper@Example.com ',
      displayName: 'Grace Hopper',
      unitId: company.units.payments,
      roles: [{ role: 'approver', unitId: company.units.payments }, { role: 'owner' }],
      password: 'correct horse battery staple',
    })) as never as { person: { id: string }; receipt: { id: string } }
    expect(answer.person).toMatchObject({
      email: 'Grace.Hopper@Example.com',
      displayName: 'Grace Hopper',
      unit: { id: company.units.payments },
    })
    const [row] = await person(answer.person.id)
    expect(row!.row).not.toMatch(/grace|hopper/i)
    const recorded = (await world.receipts(company)).slice(-3)
    expect(recorded.map(({ type }) => type)).toEqual(['person.added', 'role.granted', 'role.granted'])
    expect(recorded[0]).toMatchObject({
      id: answer.receipt.id,
      data: { hasPassword: true, roles: 2, unit: company.units.payments },
    })
    expect(JSON.stringify(recorded)).not.toMatch(/grace|hopper|horse/i)
    const passwords = await world.database.asSuperuser<{ hash: string }>(
      'SELECT hash FROM identity.password WHERE person_id = $1',
      [answer.person.id],
    )
    expect(passwords[0]!.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  test('finds one address in any case and spelling, and refuses it twice', async () => {
    const email = 'Zoë@example.com'
    expect(await add(admin, { email })).toMatchObject({ __typename: 'PersonAdded' })
    expect(await add(admin, { email: ` ${email.normalize('NFD').toUpperCase()}` })).toMatchObject({
      code: 'EMAIL_TAKEN',
    })
  })

  test.each([
    ['no address', { email: 'nobody' }, 'INVALID_INPUT'],
    ['a name with a control character', { displayName: 'a\u0007b' }, 'INVALID_INPUT'],
    ['a role there is not', { roles: [{ role: 'god' }] }, 'INVALID_INPUT'],
    ['a short password', { password: 'short' }, 'WEAK_PASSWORD'],
    ['a password of one character', { password: 'aaaaaaaaaaaaaaaa' }, 'WEAK_PASSWORD'],
    ['a unit there is not', { unitId: newId() }, 'UNKNOWN_UNIT'],
    ['a garbled unit', { unitId: 'x' }, 'UNKNOWN_UNIT'],
  ])('refuses %s, and repeats no value', async (_, part, code) => {
    const answer = await add(admin, part)
    expect(answer).toMatchObject({ __typename: 'Refused', code })
    expect(answer.message).not.toMatch(/nobody|god|short|aaaa/)
  })

  test('lets a unit’s administrator add within the unit and give only what they have there', async () => {
    const { units } = company
    expect(
      await add(orgAdmin, { unitId: units.payments, roles: [{ role: 'team-lead', unitId: units.payments }] }),
    ).toMatchObject({ __typename: 'PersonAdded' })
    expect(await add(orgAdmin)).toMatchObject({ code: 'UNKNOWN_UNIT' })
    expect(await add(orgAdmin, { unitId: world.contoso.units.payments })).toMatchObject({ code: 'UNKNOWN_UNIT' })
    expect(await add(orgAdmin, { unitId: units.payments, roles: [{ role: 'viewer' }] })).toMatchObject({
      code: 'UNKNOWN_UNIT',
    })
    expect(
      await add(orgAdmin, { unitId: units.payments, roles: [{ role: 'tenant-admin', unitId: units.payments }] }),
    ).toMatchObject({
      code: 'WIDENS_GRANTOR',
    })
  })
})

describe('roles', () => {
  const granted = '... on RoleGranted { binding { id role scope { id } } receipt { seq } }'
  const epoch = async () =>
    Number(
      (
        await world.database.asSuperuser('SELECT scope_epoch FROM identity.tenant WHERE id = $1', [company.tenantId])
      )[0]!['scope_epoch'],
    )

  test('a role given and taken back raises the scope epoch and is recorded each time', async () => {
    const { id } = await world.person(company, 'rolf', [], company.units.payments)
    const before = await epoch()
    const input = { personId: id, role: 'approver', unitId: company.units.payments }
    const answer = (await world.mutate(orgAdmin.scope, 'grantRole', input, granted)) as never as {
      binding: { id: string }
    }
    expect(await world.mutate(orgAdmin.scope, 'grantRole', input)).toMatchObject({ code: 'ALREADY_GRANTED' })
    const revoke = () => world.mutate(orgAdmin.scope, 'revokeRole', { bindingId: answer.binding.id })
    expect(await revoke()).toMatchObject({ __typename: 'RoleRevoked' })
    expect(await revoke()).toMatchObject({ code: 'UNKNOWN_BINDING' })
    expect(await epoch()).toBe(before + 2)
    const recorded = (await world.receipts(company)).slice(-2)
    expect(recorded.map(({ type, subject }) => [type, subject.id])).toEqual([
      ['role.granted', id],
      ['role.revoked', id],
    ])
  })

  test('nobody gives or takes a role beyond their own', async () => {
    const { id } = await world.person(company, 'rita', [{ role: 'tenant-admin', unit: null }], company.units.payments)
    const [binding] = await world.database.asSuperuser('SELECT id FROM identity.role_binding WHERE person_id = $1', [
      id,
    ])
    expect(await world.mutate(orgAdmin.scope, 'grantRole', { personId: id, role: 'tenant-admin' })).toMatchObject({
      code: 'WIDENS_GRANTOR',
    })
    expect(await world.mutate(orgAdmin.scope, 'revokeRole', { bindingId: binding!['id'] })).toMatchObject({
      code: 'UNKNOWN_BINDING',
    })
    expect(
      await world.mutate(orgAdmin.scope, 'grantRole', {
        personId: id,
        role: 'viewer',
        unitId: world.contoso.units.payments,
      }),
    ).toMatchObject({
      code: 'UNKNOWN_UNIT',
    })
    for (const personId of [newId(), 'x', (await world.person(world.contoso, 'cy', [])).id]) {
      expect(await world.mutate(admin.scope, 'grantRole', { personId, role: 'viewer' })).toMatchObject({
        code: 'UNKNOWN_PERSON',
      })
    }
  })

  describe('an auditor', () => {
    const dayMs = 86_400_000
    const inDays = (days: number) => new Date(Date.now() + days * dayMs).toISOString()

    test.each([
      ['without an end', {}],
      ['for longer than ninety days', { expiresAt: inDays(91) }],
    ])('is not made %s, whichever way', async (_, part) => {
      const { id } = await world.person(company, `au${++count}`, [], company.units.payments)
      const refused = { __typename: 'Refused', code: 'INVALID_INPUT' }
      expect(await world.mutate(admin.scope, 'grantRole', { personId: id, role: 'auditor', ...part })).toMatchObject(
        refused,
      )
      expect(await add(admin, { roles: [{ role: 'auditor', ...part }] })).toMatchObject(refused)
      await expect(
        world.database.asSuperuser(
          `INSERT INTO identity.role_binding (tenant_id, id, person_id, role, granted_by, expires_at)
           VALUES ($1, $2, $3, 'auditor', $3, $4)`,
          [company.tenantId, newId(), id, 'expiresAt' in part ? inDays(92) : null],
        ),
      ).rejects.toThrow('auditor_ends')
    })

    test('whose time is up is made one again, and the ledger says that the first ended', async () => {
      const { id } = await world.person(company, `au${++count}`, [], company.units.payments)
      const give = () =>
        world.mutate(admin.scope, 'grantRole', { personId: id, role: 'auditor', expiresAt: inDays(89) })
      expect(await give()).toMatchObject({ __typename: 'RoleGranted' })
      expect(await give()).toMatchObject({ code: 'ALREADY_GRANTED' })
      await world.database.asSuperuser(
        `UPDATE identity.role_binding SET expires_at = muster.now() - interval '1 second' WHERE person_id = $1`,
        [id],
      )
      expect(await give()).toMatchObject({ __typename: 'RoleGranted' })
      const recorded = (await world.receipts(company)).filter(({ subject }) => subject.id === id)
      expect(recorded.slice(-2).map(({ type, data }) => [type, data['because']])).toEqual([
        ['role.revoked', 'EXPIRED'],
        ['role.granted', undefined],
      ])
    })
  })

  test('the last administrator stays, also when two are removed at once', async () => {
    const first = await world.person(world.contoso, 'one', [{ role: 'tenant-admin', unit: null }])
    const second = await world.person(world.contoso, 'two', [{ role: 'tenant-admin', unit: null }])
    const bindings = await world.database.asSuperuser<{ id: string }>(
      'SELECT id FROM identity.role_binding WHERE person_id = ANY ($1)',
      [[first.id, second.id]],
    )
    const answers = await Promise.all(
      bindings.map(({ id }) => world.mutate(world.contoso.service, 'revokeRole', { bindingId: id })),
    )
    expect(answers.map(({ code, __typename }) => code ?? __typename).toSorted()).toEqual(['LAST_ADMIN', 'RoleRevoked'])
  })
})

describe('offboardPerson', () => {
  const leave = (actor: Actor, personId: string) =>
    world.mutate(
      actor.scope,
      'offboardPerson',
      { personId, reason: 'moved on' },
      '... on PersonOffboarded { person { status roles { role } } receipt { id } }',
    )

  test('ends roles and sessions, and lets nobody sign in as them again', async () => {
    const gone = await world.person(company, 'gene', [{ role: 'viewer', unit: null }])
    const opened = await world.openSessionAs(company, gone.id)
    expect(await leave(admin, gone.id)).toMatchObject({ person: { status: 'LEFT', roles: [] } })
    expect(
      await world.database.asSuperuser('SELECT revoked_at IS NOT NULL AS closed FROM identity.session WHERE id = $1', [
        opened.sessionId,
      ]),
    ).toEqual([{ closed: true }])
    const recorded = (await world.receipts(company)).slice(-3).map(({ type }) => type)
    expect(recorded).toEqual(['person.left', 'role.revoked', 'session.closed'])
    expect(await world.signInAs(company, gone.id, 'gene and a long passphrase')).toBe(false)
    await expect(world.openSessionAs(company, gone.id)).rejects.toMatchObject({ code: 'NOT_ACTIVE' })
    expect(await leave(admin, gone.id)).toMatchObject({ code: 'UNKNOWN_PERSON' })
  })

  test('refuses while an agent would be left without an owner', async () => {
    const owner = await world.person(company, 'otto', [{ role: 'owner', unit: null }])
    const agent = await world.agent(company, 'ottos', company.units.payments, owner.email)
    expect(await leave(admin, owner.id)).toMatchObject({ code: 'OWNS_AGENTS' })
    await world.mutate(admin.scope, 'revokeAgent', { agentId: agent.id, reason: 'with its owner' })
    expect(await leave(admin, owner.id)).toMatchObject({ __typename: 'PersonOffboarded' })
  })

  test('of leaving and being given an agent at once, one is refused', async () => {
    for (let round = 0; round < 5; round += 1) {
      const owner = await world.person(company, `race-${round}`, [{ role: 'owner', unit: null }])
      const [left, registered] = await Promise.all([
        leave(admin, owner.id),
        world.mutate(admin.scope, 'registerAgent', {
          slug: `race-${round}`,
          displayName: 'r',
          ownerEmail: owner.email,
          teamId: company.units.payments,
        }),
      ])
      const refused = [left, registered].filter(({ __typename }) => __typename === 'Refused')
      expect(refused).toHaveLength(1)
      expect(['OWNS_AGENTS', 'UNKNOWN_OWNER']).toContain(refused[0]!.code)
    }
  })

  test('needs the whole tenant in scope', async () => {
    const someone = await world.person(company, 'sid', [], company.units.payments)
    expect(await leave(orgAdmin, someone.id)).toMatchObject({ code: 'OUT_OF_SCOPE' })
  })
})

describe('looking people up', () => {
  const list =
    'query ($filter: PersonFilter, $after: String) { people(first: 3, after: $after, filter: $filter) { nodes { id email } pageInfo { hasNextPage endCursor } totalCount } }'
  interface Listed {
    people: {
      nodes: { id: string; email: string }[]
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
      totalCount: number
    }
  }

  test('pages through everybody in scope once', async () => {
    const seen: string[] = []
    let after: string | null = null
    do {
      const { people }: Listed = await world.run<Listed>(admin.scope, list, { after })
      seen.push(...people.nodes.map(({ id }) => id))
      after = people.pageInfo.hasNextPage ? people.pageInfo.endCursor : null
    } while (after !== null)
    const rows = await world.database.asSuperuser<{ id: string }>(
      'SELECT id FROM identity.person WHERE tenant_id = $1 ORDER BY id',
      [company.tenantId],
    )
    expect(seen).toEqual(rows.map(({ id }) => id))
  })

  test('finds by address, and answers hidden, unknown and garbled ids with null', async () => {
    const found = await world.run<Listed>(admin.scope, list, { filter: { email: orgAdmin.email.toUpperCase() } })
    expect(found.people.nodes).toEqual([{ id: orgAdmin.id, email: orgAdmin.email }])
    const one = (scope: Actor['scope'], id: string) =>
      world.run(scope, 'query ($id: ID!) { person(id: $id) { id } }', { id })
    const lead = await world.person(company, 'lee', [{ role: 'team-lead', unit: company.units.support }])
    for (const id of [admin.id, newId(), 'x']) expect(await one(lead.scope, id)).toEqual({ person: null })
    expect(await one(lead.scope, lead.id)).toEqual({ person: { id: lead.id } })
    expect(await person(admin.id)).toHaveLength(1)
  })

  test('a forgotten person has no name and no address any more, and breaks no list', async () => {
    const someone = await world.person(company, 'frida', [])
    await world.database.asSuperuser(
      'UPDATE passport.data_key SET wrapped = NULL, destroyed_at = muster.now() WHERE subject = $1',
      [someone.id],
    )
    const fresh = await world.freshIdentity()
    const { data, errors } = await fresh.execute({
      query: 'query ($id: ID!) { person(id: $id) { id email displayName } }',
      variables: { id: someone.id },
      handovers: admin.scope.handovers,
    })
    expect(errors).toBeUndefined()
    expect(data).toEqual({ person: { id: someone.id, email: null, displayName: null } })
  })

  test('a name is corrected and a home moved, each recorded', async () => {
    const someone = await world.person(company, 'hans', [], company.units.payments)
    const fields = '... on PersonChanged { person { displayName unit { id } version } }'
    const input = { personId: someone.id, displayName: 'Hanna', unitId: company.units.support }
    expect(await world.mutate(orgAdmin.scope, 'changePerson', input, fields)).toMatchObject({
      person: { displayName: 'Hanna', unit: { id: company.units.support }, version: 2 },
    })
    const [receipt] = (await world.receipts(company)).slice(-1)
    expect(receipt).toMatchObject({
      type: 'person.changed',
      data: { unit: { from: company.units.payments, to: company.units.support } },
    })
    expect(await world.mutate(orgAdmin.scope, 'changePerson', { personId: admin.id, displayName: 'x' })).toMatchObject({
      code: 'UNKNOWN_PERSON',
    })
  })
})
