/**
 * The access scope, for every table that has one: the lead of team 1, with
 * every capability there is, reads, changes and writes nothing of team 2 and
 * sees what is their own.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { deleted, inserted, isRefusal, seen, updated, withoutRight } from './attempts.ts'
import { publishedViews } from './facts.ts'
import { tenantWideTables, tenantWideViews } from './tenantWide.ts'
import { doorOnlyTables } from './doorOnly.ts'
import { wholeTenantOnlyTables } from './wholeTenantOnly.ts'
import type { ActorKind } from '@muster/kernel'
import { makeWorld } from './world.ts'

const world = await makeWorld()
const views = await publishedViews(world.catalog)
afterAll(() => world.stop())

const [one, two] = world.a.teams
const scoped = world.tables.filter(
  ({ tenantWide, name }) => !tenantWide && !doorOnlyTables.has(name) && wholeTenantOnlyTables[name] === undefined,
)

test('a table without an access scope was reviewed as one', () => {
  const wide = world.tables.filter(({ tenantWide }) => tenantWide).map(({ name }) => name)
  expect(wide).toEqual(Object.keys(tenantWideTables).toSorted())
})

test('what only the door reads shows no row to the widest person or key, and its rows to the door', async () => {
  for (const table of doorOnlyTables) {
    const count = (kind: ActorKind): Promise<unknown> =>
      world.as('muster_identity', world.handover('muster_identity', world.a, { kind }), async (session) => {
        const { rows } = await session.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)
        return rows[0]!.n
      })
    expect([await count('person'), await count('api_key'), await count('agent')], table).toEqual([0, 0, 0])
    expect(await count('service'), table).toBeGreaterThan(0)
  }
})

test.each(Object.keys(wholeTenantOnlyTables))(
  '%s shows a lead no row, and its rows to the whole tenant',
  async (name) => {
    const count = (part: Parameters<typeof world.handover>[2]): Promise<number> =>
      world.as('muster_identity', world.handover('muster_identity', world.a, part), async (session) => {
        const { rows } = await session.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${name}`)
        return rows[0]!.n
      })
    expect(await count(world.leadOf(one))).toBe(0)
    expect(await count({ all: true })).toBeGreaterThan(0)
  },
)

describe.each(scoped)('$name', (table) => {
  const own = world.a.rows.filter((row) => row.table === table.name && row.team === one)
  const others = world.a.rows.filter((row) => row.table === table.name && row.team === two)

  test('has rows of both teams', () => {
    expect(own.length).toBeGreaterThan(0)
    expect(others.length).toBeGreaterThan(0)
  })

  describe.each(table.rights)('$role', (rights) => {
    const { role } = rights
    const lead = (): string => world.handover(role, world.a, world.leadOf(one))

    test('shows the lead their own team’s rows and none of the other team’s', async () => {
      await world.as(role, lead(), async (session) => {
        expect(await seen(session, table, own)).toBe(own.length)
        expect(await seen(session, table, others)).toBe(0)
      })
      await world.as(role, world.handover(role, world.a, world.leadOf(two)), async (session) => {
        expect(await seen(session, table, others)).toBe(others.length)
      })
    })

    test('changes, deletes and writes nothing of the other team', async () => {
      await world.as(role, lead(), async (session) => {
        for (const row of others) {
          if (rights.update.length > 0) expect(await updated(session, table, rights.update, row)).toBe(0)
          if (rights.delete) expect(await deleted(session, table, row)).toBe(0)
          if (rights.insert) await expect(inserted(session, table, row)).rejects.toSatisfy(isRefusal)
          else await expect(inserted(session, table, row)).rejects.toMatchObject(withoutRight)
        }
      })
    })

    test('a caller without any scope sees nothing', async () => {
      const nobody = world.handover(role, world.a, { all: false, units: [] })
      await world.as(role, nobody, async (session) => {
        expect(await seen(session, table, [...own, ...others])).toBe(0)
      })
    })
  })
})

describe.each(views)('$name', ({ name, roles }) => {
  const isWide = tenantWideViews[name] !== undefined

  test.each(roles)('%s shows each lead their own team’s rows', async (role) => {
    const rowsOf = (part: Parameters<typeof world.handover>[2]): Promise<string[]> =>
      world.as(role, world.handover(role, world.a, part), async (session) =>
        (await session.query<{ row: string }>(`SELECT to_jsonb(v)::text AS row FROM ${name} v`)).rows.map(
          ({ row }) => row,
        ),
      )
    const first = await rowsOf(world.leadOf(one))
    const second = await rowsOf(world.leadOf(two))
    expect(first.length).toBeGreaterThan(0)
    expect(second.length).toBeGreaterThan(0)
    if (isWide) return expect(first).toEqual(second)
    expect(first.filter((row) => second.includes(row))).toEqual([])
    for (const id of [two.unit, two.lead, two.agent]) expect(first.join('\n')).not.toContain(id)
  })
})
