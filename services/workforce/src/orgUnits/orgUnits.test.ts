/** The hierarchy on a real database: who sees it, who changes it, what is recorded, and what it never becomes. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { makeWorld, receiptOf, type Answer, type Company, type World } from '../testing/world.ts'

let world: World
let north: Company
let other: Company
let finance: string
let payments: string
let refunds: string
let support: string

const list = `query ($root: ID, $kind: OrgUnitKind) { orgUnits(root: $root, kind: $kind) { id name kind parent { id } children { id } path version } }`
const one = `query ($id: ID!) { orgUnit(id: $id) { id name parent { id } path } }`
const create = `mutation ($input: CreateOrgUnitInput!) { createOrgUnit(input: $input) { __typename ... on OrgUnitCreated { orgUnit { id name kind path version } receipt { id seq } } ... on Refusal { code message } } }`
const move = `mutation ($input: MoveOrgUnitInput!) { moveOrgUnit(input: $input) { __typename ... on OrgUnitMoved { orgUnit { id path version parent { id } } receipt { id seq } } ... on Refusal { code message } } }`
const rename = `mutation ($input: RenameOrgUnitInput!) { renameOrgUnit(input: $input) { __typename ... on OrgUnitRenamed { orgUnit { name version } receipt { id } } ... on Refusal { code } } }`

/** The closure and every path equal what a walk along the parents gives. */
async function expectSoundHierarchy(tenantId: string): Promise<void> {
  const units = await world.database.asSuperuser<{ id: string; parent_id: string | null; path: string[] }>(
    'SELECT id, parent_id, path FROM workforce.org_unit WHERE tenant_id = $1',
    [tenantId],
  )
  const parents = new Map(units.map(({ id, parent_id }) => [id, parent_id]))
  const walk = (id: string): string[] => {
    const path = [id]
    for (let up = parents.get(id); up; up = parents.get(up)) {
      expect(path).not.toContain(up)
      path.push(up)
    }
    return path
  }
  const closure = await world.database.asSuperuser<{ pair: string }>(
    `SELECT descendant_id || ' ' || ancestor_id || ' ' || depth AS pair FROM workforce.org_closure WHERE tenant_id = $1`,
    [tenantId],
  )
  const expected: string[] = []
  for (const { id, path } of units) {
    expect(path).toEqual(walk(id))
    for (const [depth, ancestor] of walk(id).entries()) expected.push(`${id} ${ancestor} ${depth}`)
  }
  expect(closure.map(({ pair }) => pair).toSorted()).toEqual(expected.toSorted())
}

beforeAll(async () => {
  world = await makeWorld()
  north = await world.company('northwind')
  other = await world.company('elsewhere')
  finance = await north.unit('Finance', 'DEPARTMENT')
  payments = await north.unit('payments', 'TEAM', finance)
  refunds = await north.unit('refunds', 'TEAM', payments)
  support = await north.unit('support', 'TEAM')
  await other.unit('Finance', 'DEPARTMENT')
})
afterAll(() => world?.stop())

describe('reading', () => {
  test('lists the tree in order, with parents, children and paths', async () => {
    const { orgUnits } = await world.run(north.scope(), list)
    expect(orgUnits.map((unit: Answer) => unit.name)).toEqual(['Finance', 'payments', 'refunds', 'support'])
    expect(orgUnits[2]).toMatchObject({ kind: 'TEAM', parent: { id: payments }, path: [finance, payments, refunds] })
    expect(orgUnits[0]).toMatchObject({ kind: 'DEPARTMENT', parent: null, children: [{ id: payments }], version: 1 })
  })

  test('lists a subtree and a kind', async () => {
    const below = await world.run(north.scope(), list, { root: payments })
    expect(below.orgUnits.map((unit: Answer) => unit.id)).toEqual([payments, refunds])
    const teams = await world.run(north.scope(), list, { kind: 'DEPARTMENT' })
    expect(teams.orgUnits.map((unit: Answer) => unit.id)).toEqual([finance])
  })

  test('shows a team lead their subtree and nothing above or beside it, though it is there', async () => {
    const lead = north.lead(payments)
    const { orgUnits } = await world.run(lead, list)
    expect(orgUnits).toMatchObject([
      { id: payments, parent: null, path: [payments] },
      { id: refunds, path: [payments, refunds] },
    ])
    const rows = await world.database.asSuperuser('SELECT id FROM workforce.org_unit WHERE tenant_id = $1', [
      north.tenantId,
    ])
    expect(rows).toHaveLength(4)
    for (const hidden of [finance, support]) expect((await world.run(lead, one, { id: hidden })).orgUnit).toBeNull()
  })

  test('answers a foreign, an unknown and a garbled id alike', async () => {
    const foreign = (await world.run(other.scope(), list)).orgUnits[0].id
    expect((await world.run(other.scope(), one, { id: foreign })).orgUnit.name).toBe('Finance')
    for (const id of [foreign, newId(), 'garbled', ''])
      expect((await world.run(north.scope(), one, { id })).orgUnit).toBeNull()
  })

  test('needs the capability', async () => {
    expect(await world.faults(north.scope({ caps: [] }), list)).toEqual(['FORBIDDEN'])
    expect(
      await world.faults(north.scope({ caps: ['org:read'] }), create, { input: { name: 'x', kind: 'TEAM' } }),
    ).toEqual(['FORBIDDEN'])
  })

  test('resolves references to units in sight, others to null', async () => {
    const entities = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on OrgUnit { id name } } }`
    const refs = [payments, finance, newId(), 'garbled'].map((id) => ({ __typename: 'OrgUnit', id }))
    const { _entities } = await world.run(north.lead(payments), entities, { refs })
    expect(_entities).toEqual([{ id: payments, name: 'payments' }, null, null, null])
  })
})

describe('creating', () => {
  test('records the unit with a commitment to its name, in one commit', async () => {
    const { createOrgUnit } = await world.run(north.scope(), create, {
      input: { name: '  Treasury\u0301 ', kind: 'team', parentId: finance },
    })
    expect(createOrgUnit).toMatchObject({
      __typename: 'OrgUnitCreated',
      orgUnit: { name: 'Treasurý', kind: 'TEAM', path: [finance, createOrgUnit.orgUnit.id], version: 1 },
    })
    const receipt = await receiptOf(world.database, createOrgUnit.receipt.id)
    expect(receipt).toMatchObject({ type: 'org_unit.created', seq: createOrgUnit.receipt.seq })
    expect(receipt.body.data).toMatchObject({
      kind: 'team',
      orgUnit: createOrgUnit.orgUnit.id,
      parent: finance,
      version: 1,
    })
    expect(receipt.text).not.toContain('Treasur')
    await expectSoundHierarchy(north.tenantId)
  })

  test('lets a lead add below their scope, never beside it or at the top', async () => {
    const lead = north.lead(payments)
    const below = await world.run(lead, create, { input: { name: 'chargebacks', kind: 'TEAM', parentId: refunds } })
    expect(below.createOrgUnit.__typename).toBe('OrgUnitCreated')
    const beside = await world.run(lead, create, { input: { name: 'x', kind: 'TEAM', parentId: finance } })
    expect(beside.createOrgUnit).toMatchObject({ code: 'UNKNOWN_PARENT' })
    const top = await world.run(lead, create, { input: { name: 'x', kind: 'TEAM' } })
    expect(top.createOrgUnit).toMatchObject({ code: 'TOP_NOT_IN_SCOPE' })
  })

  test.each([
    [{ name: ' ', kind: 'TEAM' }, 'INVALID_NAME'],
    [{ name: 'a\u202eb', kind: 'TEAM' }, 'INVALID_NAME'],
    [{ name: 'x'.repeat(201), kind: 'TEAM' }, 'INVALID_NAME'],
    [{ name: 'x', kind: 'guild' }, 'INVALID_KIND'],
    [{ name: 'x', kind: 'TEAM', parentId: newId() }, 'UNKNOWN_PARENT'],
    [{ name: 'x', kind: 'TEAM', parentId: 'garbled' }, 'UNKNOWN_PARENT'],
    [{ name: 'support', kind: 'TEAM' }, 'NAME_TAKEN'],
  ])('refuses %j with %s and records nothing', async (input, code) => {
    const before = await world.database.asSuperuser('SELECT count(*)::int AS n FROM ledger.entry')
    expect((await world.run(north.scope(), create, { input })).createOrgUnit).toMatchObject({
      __typename: 'Refused',
      code,
    })
    expect(await world.database.asSuperuser('SELECT count(*)::int AS n FROM ledger.entry')).toEqual(before)
  })

  test('gives one of two units of the same name created at once', async () => {
    const input = { name: 'twins', kind: 'TEAM', parentId: finance }
    const both = await Promise.all([1, 2, 3].map(() => world.run(north.scope(), create, { input })))
    expect(both.map(({ createOrgUnit }): string => createOrgUnit.code ?? 'made').toSorted()).toEqual([
      'NAME_TAKEN',
      'NAME_TAKEN',
      'made',
    ])
  })
})

describe('moving', () => {
  test('takes the whole subtree along, renews every path and raises the scope epoch', async () => {
    const a = await north.unit('a', 'DEPARTMENT')
    const b = await north.unit('b', 'TEAM', a)
    const c = await north.unit('c', 'TEAM', b)
    const epoch = () =>
      world.database.asSuperuser<{ n: string }>('SELECT scope_epoch AS n FROM identity.tenant WHERE id = $1', [
        north.tenantId,
      ])
    const [before] = await epoch()
    const { moveOrgUnit } = await world.run(north.scope(), move, { input: { orgUnitId: b, parentId: support } })
    expect(moveOrgUnit).toMatchObject({ orgUnit: { path: [support, b], version: 2, parent: { id: support } } })
    expect((await world.run(north.scope(), one, { id: c })).orgUnit.path).toEqual([support, b, c])
    expect((await world.run(north.lead(support), one, { id: c })).orgUnit.path).toEqual([support, b, c])
    expect((await world.run(north.lead(a), one, { id: c })).orgUnit).toBeNull()
    const [after] = await epoch()
    expect(BigInt(after!.n)).toBe(BigInt(before!.n) + 1n)
    expect((await receiptOf(world.database, moveOrgUnit.receipt.id)).body.data).toEqual({
      from: a,
      orgUnit: b,
      to: support,
      version: 2,
    })
    await expectSoundHierarchy(north.tenantId)
  })

  test('refuses a cycle, an unknown place and a place that is the same', async () => {
    const cases: [string, string | null, string][] = [
      [finance, refunds, 'CYCLE'],
      [finance, finance, 'CYCLE'],
      [refunds, newId(), 'UNKNOWN_PARENT'],
      [newId(), finance, 'UNKNOWN_ORG_UNIT'],
      ['garbled', finance, 'UNKNOWN_ORG_UNIT'],
      [refunds, payments, 'UNCHANGED'],
    ]
    for (const [orgUnitId, parentId, code] of cases)
      expect((await world.run(north.scope(), move, { input: { orgUnitId, parentId } })).moveOrgUnit).toMatchObject({
        code,
      })
    await expectSoundHierarchy(north.tenantId)
  })

  test('never closes a cycle by two moves at once', async () => {
    for (let round = 0; round < 8; round++) {
      const a = await north.unit(`left ${round}`, 'TEAM')
      const b = await north.unit(`right ${round}`, 'TEAM')
      const answers = await Promise.all([
        world.run(north.scope(), move, { input: { orgUnitId: a, parentId: b } }),
        world.run(north.scope(), move, { input: { orgUnitId: b, parentId: a } }),
      ])
      expect(answers.map(({ moveOrgUnit }): string => moveOrgUnit.code ?? 'moved').toSorted()).toEqual([
        'CYCLE',
        'moved',
      ])
    }
    await expectSoundHierarchy(north.tenantId)
  })

  test('does not let a lead move anything out of or into a scope that is not theirs', async () => {
    const lead = north.lead(payments)
    expect(
      (await world.run(lead, move, { input: { orgUnitId: refunds, parentId: support } })).moveOrgUnit,
    ).toMatchObject({ code: 'UNKNOWN_PARENT' })
    expect(
      (await world.run(lead, move, { input: { orgUnitId: support, parentId: payments } })).moveOrgUnit,
    ).toMatchObject({ code: 'UNKNOWN_ORG_UNIT' })
    expect((await world.run(lead, move, { input: { orgUnitId: refunds } })).moveOrgUnit).toMatchObject({
      code: 'TOP_NOT_IN_SCOPE',
    })
    const [row] = await world.database.asSuperuser('SELECT parent_id FROM workforce.org_unit WHERE id = $1', [refunds])
    expect(row).toEqual({ parent_id: payments })
  })
})

test('whatever is created and moved, in any order, closure and paths are those of the tree', async () => {
  const company = await world.company('shuffled')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(), fc.nat(), fc.boolean()), { minLength: 5, maxLength: 25 }),
      async (steps) => {
        const units = [await company.unit(newId(), 'TEAM')]
        for (const [which, where, isMove] of steps) {
          const parentId = where % (units.length + 1) === units.length ? null : units[where % units.length]!
          if (isMove)
            await world.run(company.scope(), move, { input: { orgUnitId: units[which % units.length], parentId } })
          else units.push(await company.unit(newId(), 'TEAM', parentId ?? undefined))
        }
        await expectSoundHierarchy(company.tenantId)
      },
    ),
    { numRuns: 8 },
  )
})

describe('renaming', () => {
  test('keeps the id and records a commitment', async () => {
    const id = await north.unit('old name', 'TEAM', finance)
    const { renameOrgUnit } = await world.run(north.scope(), rename, { input: { orgUnitId: id, name: 'new name' } })
    expect(renameOrgUnit.orgUnit).toEqual({ name: 'new name', version: 2 })
    const receipt = await receiptOf(world.database, renameOrgUnit.receipt.id)
    expect(receipt.type).toBe('org_unit.renamed')
    expect(receipt.text).not.toContain('new name')
  })

  test("refuses a taken name, the same name, and the root of one's own scope", async () => {
    const code = async (scope: ReturnType<Company['scope']>, orgUnitId: string, name: string) =>
      (await world.run(scope, rename, { input: { orgUnitId, name } })).renameOrgUnit.code
    expect(await code(north.scope(), support, 'Finance')).toBe('NAME_TAKEN')
    expect(await code(north.scope(), support, 'support')).toBe('UNCHANGED')
    expect(await code(north.lead(support), support, 'mine')).toBe('NOT_ELIGIBLE')
    expect(await code(north.lead(payments), refunds, 'money back')).toBeUndefined()
  })
})
