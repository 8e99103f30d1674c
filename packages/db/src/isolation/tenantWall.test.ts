/**
 * The tenant wall, for every tenant table and every service that has any right
 * on it: a caller with the whole of tenant A in scope reads, changes and
 * writes nothing of tenant B, whose rows are there.
 */
import { afterAll, describe, expect, test } from 'vitest'
import { deleted, inserted, isRefusal, seen, updated, withoutRight } from './attempts.ts'
import { publishedViews } from './facts.ts'
import { doorOnlyTables } from './doorOnly.ts'
import { makeWorld } from './world.ts'

const world = await makeWorld()
const views = await world.database
  .asSuperuser('SELECT 1')
  .then(() =>
    publishedViews({ query: async (sql, values) => ({ rows: await world.database.asSuperuser(sql, values) }) }),
  )
afterAll(() => world.stop())

/** Rows that even the widest caller sees of nobody but themselves. */
const personal = new Set([
  'identity.saved_view',
  'identity.password',
  'identity.job',
  'identity.job_item',
  'identity.job_part',
])

test('every tenant table holds rows of both tenants', async () => {
  expect(world.a.unfilled).toEqual([])
  for (const table of world.tables) {
    for (const side of [world.a, world.b]) {
      const rows = side.rows.filter((row) => row.table === table.name)
      expect(rows.length, table.name).toBeGreaterThan(0)
    }
  }
})

test('every tenant table is some service’s, and no service is left without one', () => {
  const without = world.tables.filter(({ rights }) => rights.length === 0).map(({ name }) => name)
  expect(without).toEqual([])
  const roles = new Set(world.tables.flatMap(({ rights }) => rights.map(({ role }) => role)))
  expect([...roles].toSorted()).toEqual([
    'muster_guard',
    'muster_identity',
    'muster_passport',
    'muster_scoring',
    'muster_workforce',
  ])
})

describe.each(world.tables)('$name', (table) => {
  const theirs = world.b.rows.filter((row) => row.table === table.name)
  const ours = world.a.rows.filter((row) => row.table === table.name)

  describe.each(table.rights)('$role', (rights) => {
    const { role } = rights
    const widest = (): string =>
      world.handover(role, world.a, {
        sub: world.a.teams[0].lead,
        ...(doorOnlyTables.has(table.name) ? { kind: 'service' } : {}),
      })

    test('reads every row of its own tenant that its caller may see, and none of the other', async () => {
      if (!rights.select) return
      await world.as(role, widest(), async (session) => {
        expect(await seen(session, table, theirs)).toBe(0)
        const own = personal.has(table.name) ? ours.filter(({ team }) => team?.number === 1) : ours
        expect(await seen(session, table, own)).toBe(own.length)
      })
      const there = await world.database.asSuperuser<{ n: number }>(
        `SELECT count(*)::int AS n FROM ${table.name} t WHERE to_jsonb(t) = ANY ($1::jsonb[])`,
        [theirs.map(({ image }) => JSON.stringify(image))],
      )
      expect(there[0]!.n).toBe(theirs.length)
    })

    test('changes nothing of the other', async () => {
      if (rights.update.length === 0) return
      await world.as(role, widest(), async (session) => {
        for (const row of theirs) expect(await updated(session, table, rights.update, row)).toBe(0)
      })
    })

    test('deletes nothing of the other', async () => {
      await world.as(role, widest(), async (session) => {
        for (const row of theirs) {
          if (rights.delete) expect(await deleted(session, table, row)).toBe(0)
          else await expect(deleted(session, table, row)).rejects.toMatchObject(withoutRight)
        }
      })
    })

    test('writes no row into the other', async () => {
      await world.as(role, widest(), async (session) => {
        for (const row of theirs) {
          if (rights.insert) await expect(inserted(session, table, row)).rejects.toSatisfy(isRefusal)
          else await expect(inserted(session, table, row)).rejects.toMatchObject(withoutRight)
        }
      })
    })

    test('moves none of its own rows over', async () => {
      if (!rights.update.includes('tenant_id')) return
      await world.as(role, widest(), async (session) => {
        await expect(session.query(`UPDATE ${table.name} SET tenant_id = $1`, [world.b.tenantId])).rejects.toSatisfy(
          isRefusal,
        )
      })
    })

    test('truncates nothing', async () => {
      await world.as(role, widest(), async (session) => {
        await expect(session.query(`TRUNCATE ${table.name}`)).rejects.toMatchObject(withoutRight)
      })
    })
  })
})

describe.each(views)('$name', ({ name, roles }) => {
  test('somebody reads it', () => expect(roles.length).toBeGreaterThan(0))

  test.each(roles)('%s reads its own tenant’s rows and none of the other’s', async (role) => {
    const tenants = async (side: typeof world.a): Promise<string[]> =>
      world.as(role, world.handover(role, side), async (session) =>
        (await session.query<{ tenant_id: string }>(`SELECT DISTINCT tenant_id FROM ${name}`)).rows.map(
          (row) => row.tenant_id,
        ),
      )
    expect(await tenants(world.a)).toEqual([world.a.tenantId])
    expect(await tenants(world.b)).toEqual([world.b.tenantId])
  })
})
