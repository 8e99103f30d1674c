/**
 * What holds for every mutation alike: no change without its receipt, no
 * receipt without its change, and another tenant's or team's rows are nothing.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inScope } from '@muster/db'
import { newId } from '@muster/kernel'
import { allActs, type Act } from './testing/mutations.ts'
import { startWorld, type Actor, type World } from './testing/world.ts'

let world: World
let admin: Actor
let acts: Act[]

beforeAll(async () => {
  world = await startWorld()
  admin = await world.person(world.northwind, 'ada', [{ role: 'tenant-admin', unit: null }])
  acts = await allActs(world, world.northwind, admin)
})
afterAll(() => world?.stop())

/** Everything identity may change, as one hash a table; when a person was last seen is not a change. */
async function picture(): Promise<unknown> {
  const tables = [
    'tenant',
    'person',
    'password',
    'role_binding',
    'session',
    'api_key',
    'agent',
    'saved_view',
    'refresh_token',
    'revoked_token',
    'verification_artifact',
    'job',
    'job_item',
    'job_part',
    'sso_config',
    'sso_domain',
    'door',
  ].map((name) => `identity.${name}`)
  const hashes = [...tables, 'workforce.agent_grant', 'ledger.receipt'].map(async (table) => {
    const rows = await world.database.asSuperuser(
      `SELECT '${table}' AS name, count(*)::int, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM ${table} t`,
    )
    return rows[0]
  })
  return Promise.all(hashes)
}

test('every mutation of the subgraph is walked through here', () => {
  const fields = Object.keys(world.identity.schema.getMutationType()!.getFields())
  expect(acts.map(({ name }) => name).toSorted()).toEqual(fields.toSorted())
})

/** Runs `work` while the ledger takes nothing from identity. */
async function withoutLedger(work: () => Promise<void>): Promise<void> {
  const types = await world.database.asSuperuser<{ type: string }>(
    "DELETE FROM ledger.receipt_type WHERE writer = 'muster_identity' RETURNING type",
  )
  try {
    await work()
  } finally {
    for (const { type } of types) {
      await world.database.asSuperuser("INSERT INTO ledger.receipt_type VALUES ('muster_identity', $1)", [type])
    }
  }
}

describe('no change without its receipt', () => {
  test('when the ledger refuses, nothing of any mutation is there', async () => {
    for (const act of acts) {
      const input = await act.input()
      const before = await picture()
      await withoutLedger(async () => {
        const attempt = world.mutate((act.as ?? admin).scope, act.name, input)
        await expect(attempt, act.name).rejects.toMatchObject({ code: 'INTERNAL' })
      })
      expect(await picture(), act.name).toEqual(before)
    }
  })

  test('when the ledger refuses, no session is opened and none is closed', async () => {
    const { sessionId } = await world.openSessionAs(world.northwind, admin.id)
    const before = await picture()
    await withoutLedger(async () => {
      await expect(world.openSessionAs(world.northwind, admin.id)).rejects.toMatchObject({ code: 'INTERNAL' })
      const close = inScope(admin.scope, () => world.identity.closeSession(sessionId))
      await expect(close).rejects.toMatchObject({ code: 'INTERNAL' })
    })
    expect(await picture()).toEqual(before)
  })

  test('every mutation that is done leaves a receipt of its actor, and the chain verifies', async () => {
    for (const act of acts) {
      const input = await act.input()
      const before = (await world.receipts(world.northwind)).length
      const actor = act.as ?? admin
      const answer = (await world.mutate(actor.scope, act.name, input)) as { __typename: string }
      expect(answer.__typename, act.name).not.toBe('Refused')
      const recorded = (await world.receipts(world.northwind)).slice(before)
      expect(recorded.length, act.name).toBeGreaterThan(0)
      for (const receipt of recorded) expect(receipt.actor, act.name).toMatchObject({ id: actor.id, kind: 'person' })
    }
    expect(await world.verdict(world.northwind)).toMatchObject({ intact: true })
  })
})

describe('what is not the caller’s is not there', () => {
  test("another tenant's rows are unknown, change nothing and are there", async () => {
    const foreign = await allActs(
      world,
      world.contoso,
      await world.person(world.contoso, 'ada', [{ role: 'tenant-admin', unit: null }]),
    )
    for (const [index, act] of acts.entries()) {
      if (act.unknown === undefined) continue
      const { field, code } = act.unknown
      const theirs = (await foreign[index]!.input()) as Record<string, unknown>
      const before = await picture()
      const input = { ...(act.name === 'registerAgent' ? { ...theirs, ownerEmail: admin.email } : theirs) }
      if (act.name === 'grantRole') Object.assign(input, { unitId: world.northwind.units.payments })
      if (act.name === 'addPerson') Object.assign(input, { roles: [] })
      expect(await world.mutate(admin.scope, act.name, input), act.name).toMatchObject({ __typename: 'Refused', code })
      for (const other of [newId(), 'garbled', '', '%00']) {
        expect(
          await world.mutate(admin.scope, act.name, { ...input, [field]: other }),
          `${act.name} ${other}`,
        ).toMatchObject({ code })
      }
      expect(await picture(), act.name).toEqual(before)
    }
  })

  test("another team's rows are unknown to whoever has every capability in theirs", async () => {
    const elsewhere = world.scope(world.northwind, {
      ...admin.scope.claims,
      sub: newId(),
      all: false,
      units: [await emptyTeam()],
    })
    for (const act of acts) {
      if (act.unknown === undefined || act.name === 'offboardPerson') continue
      const input = await act.input()
      const before = await picture()
      expect(await world.mutate(elsewhere, act.name, input), act.name).toMatchObject({ __typename: 'Refused' })
      expect(await picture(), act.name).toEqual(before)
    }
  })

  /** A team of nobody. */
  async function emptyTeam(): Promise<string> {
    return world.addUnit(world.northwind, `empty-${newId()}`)
  }
})

test('without a capability nothing is done, whatever the scope', async () => {
  const bare = world.scope(world.northwind, { sub: newId(), all: true, caps: [] })
  for (const act of acts) {
    if (act.as !== undefined) continue
    const input = await act.input()
    const before = await picture()
    const outcome = await world.mutate(bare, act.name, input).catch((error: { code: string }) => error)
    expect(['FORBIDDEN', 'UNKNOWN_SESSION'], act.name).toContain(outcome.code)
    expect(await picture(), act.name).toEqual(before)
  }
})
