/** Many sealed values of one request are opened with one look-up, and never under another's claims. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inScope, openPool, type RolePool } from '@muster/db'
import { startWorld, type World } from '../testing/world.ts'
import { batchedKeyStore } from './batchedKeyStore.ts'

let world: World
let pool: RolePool
let ids: string[]

beforeAll(async () => {
  world = await startWorld()
  pool = openPool({ url: world.database.url('muster_identity'), role: 'muster_identity', max: 1 })
  for (const name of ['ada', 'bob', 'cyn']) await world.person(world.northwind, name, [])
  const rows = await world.database.asSuperuser<{ id: string }>(
    "SELECT id FROM passport.data_key WHERE class = 'person' ORDER BY id",
  )
  ids = rows.map(({ id }) => id)
})
afterAll(async () => {
  await pool?.end()
  await world?.stop()
})

test('one transaction serves all that is asked for in one tick', async () => {
  let transactions = 0
  pool.on('acquire', () => (transactions += 1))
  const store = batchedKeyStore(pool)
  const { tenantId, service } = world.northwind
  const unknown = ids[0]!.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
  const keys = await inScope(service, () => Promise.all([...ids, unknown].map((id) => store.byId(tenantId, id))))
  expect(transactions).toBe(1)
  expect(keys.map((key) => key?.id ?? null)).toEqual([...ids, null])
  expect(keys[0]!.scope).toMatchObject({ tenant: tenantId, class: 'person' })
})

test("another tenant's keys are not there", async () => {
  const store = batchedKeyStore(pool)
  const { tenantId, service } = world.contoso
  const keys = await inScope(service, () => Promise.all(ids.map((id) => store.byId(tenantId, id))))
  expect(keys).toEqual(ids.map(() => null))
  await expect(store.byId(tenantId, ids[0]!)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})
