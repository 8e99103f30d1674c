/**
 * Ways to become more than one is inside one tenant, tried under a service's
 * own login with honest claims.
 */
import { randomBytes } from 'node:crypto'
import { newId, type Claims } from '@muster/kernel'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isRefusal, withoutRight } from './attempts.ts'
import { makeWorld, type Session, type Team, type World } from './world.ts'

let world: World
let one: Team
let two: Team
beforeAll(async () => {
  world = await makeWorld()
  ;[one, two] = world.a.teams
})
afterAll(() => world?.stop())

const as = <T>(part: Partial<Claims>, work: (session: Session) => Promise<T>): Promise<T> =>
  world.as('muster_identity', world.handover('muster_identity', world.a, part), work)

async function newPerson(unit: string | null): Promise<string> {
  const id = newId()
  await world.database.asSuperuser(
    'INSERT INTO identity.person (tenant_id, id, email_index, email_sealed, name_sealed, unit_id) VALUES ($1, $2, $3, $3, $3, $4)',
    [world.a.tenantId, id, randomBytes(32), unit],
  )
  return id
}

describe('passwords', () => {
  const give = (session: Session, person: string): Promise<unknown> =>
    session.query("INSERT INTO identity.password (tenant_id, person_id, hash) VALUES ($1, $2, '$argon2id$x')", [
      world.a.tenantId,
      person,
    ])

  test('a lead gives one to a new person of their own team', async () => {
    const person = await newPerson(one.unit)
    await as(world.leadOf(one), (session) => expect(give(session, person)).resolves.toBeDefined())
  })

  test('a lead gives none to people elsewhere, nor to the tenant’s own', async () => {
    for (const unit of [two.unit, world.a.root, null]) {
      const person = await newPerson(unit)
      await as(world.leadOf(one), (session) => expect(give(session, person)).rejects.toSatisfy(isRefusal))
    }
  })

  test('a lead gives none to whoever answers for an agent of their team and stands elsewhere', async () => {
    const chief = await newPerson(null)
    await world.database.asSuperuser(
      "INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id) VALUES ($1, $2, 'chiefs-own', 'x', $3, $4)",
      [world.a.tenantId, newId(), chief, one.unit],
    )
    await as(world.leadOf(one), async (session) => {
      expect((await session.query('SELECT id FROM identity.person WHERE id = $1', [chief])).rows).toHaveLength(1)
      await expect(give(session, chief)).rejects.toSatisfy(isRefusal)
    })
  })

  test('nobody reads or replaces another’s, whatever their capabilities', async () => {
    await as({ sub: two.lead }, async (session) => {
      expect((await session.query('SELECT 1 FROM identity.password WHERE person_id = $1', [one.lead])).rows).toEqual([])
      const { rowCount } = await session.query(
        "UPDATE identity.password SET hash = '$argon2id$mine' WHERE person_id = $1",
        [one.lead],
      )
      expect(rowCount).toBe(0)
    })
  })
})

describe('keys', () => {
  const make = (session: Session, agent: string | null, unit: string | null): Promise<unknown> =>
    session.query(
      `INSERT INTO identity.api_key (tenant_id, id, label, key_prefix, key_hash, agent_id, unit_id, capabilities, trust_ceiling, created_by)
       VALUES ($1, $2, 'x', $3, $4, $5, $6, '{}', 'UNKNOWN', $7)`,
      [world.a.tenantId, newId(), `mk_${randomBytes(8).toString('hex')}`, randomBytes(32), agent, unit, one.lead],
    )

  test('a lead makes one for their own agent, and for their own unit', async () => {
    await as(world.leadOf(one), async (session) => {
      await make(session, one.agent, null)
      await make(session, null, one.unit)
    })
  })

  test.each([
    ['the whole tenant', () => [null, null] as const],
    ['another team’s agent', () => [two.agent, null] as const],
    ['another unit', () => [null, two.unit] as const],
    ['the unit above', () => [null, world.a.root] as const],
    ['their own agent with another unit', () => [one.agent, two.unit] as const],
    ['another team’s agent with their own unit', () => [two.agent, one.unit] as const],
  ])('a lead makes none for %s', async (_, parts) => {
    const [agent, unit] = parts()
    await as(world.leadOf(one), (session) =>
      expect(make(session, agent, unit)).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|23514)$/) }),
    )
  })

  test('what a key may do and whose it is never changes after it was made', async () => {
    await as({}, async (session) => {
      for (const change of [
        "capabilities = '{people:write}'",
        "trust_ceiling = 'TRUSTED_INTERNAL_SIGNED'",
        'agent_id = NULL',
        'unit_id = NULL',
        'key_hash = key_hash',
      ]) {
        await expect(session.query(`UPDATE identity.api_key SET ${change}`), change).rejects.toMatchObject(withoutRight)
      }
    })
  })
})

describe('roles', () => {
  const bind = (session: Session, person: string, unit: string | null): Promise<unknown> =>
    session.query(
      "INSERT INTO identity.role_binding (tenant_id, id, person_id, role, unit_id, granted_by) VALUES ($1, $2, $3, 'tenant-admin', $4, $5)",
      [world.a.tenantId, newId(), person, unit, one.lead],
    )

  test('a lead hands out none beyond their own unit, to nobody, not to themselves', async () => {
    await as(world.leadOf(one), async (session) => {
      for (const unit of [null, two.unit, world.a.root]) {
        await expect(bind(session, one.lead, unit)).rejects.toSatisfy(isRefusal)
      }
      await expect(bind(session, two.lead, one.unit)).rejects.toSatisfy(isRefusal)
    })
  })
})

describe('sessions and people', () => {
  test('a session stays whose it is, under the token it was opened with', async () => {
    await as({}, async (session) => {
      for (const change of ['person_id = person_id', 'token_hash = token_hash', 'id = id', 'tenant_id = tenant_id']) {
        await expect(session.query(`UPDATE identity.session SET ${change}`), change).rejects.toMatchObject(withoutRight)
      }
    })
  })

  test('a person keeps their id', async () => {
    await as({}, (session) =>
      expect(session.query('UPDATE identity.person SET id = id')).rejects.toMatchObject(withoutRight),
    )
  })

  test('a changed address is found under the new one and no longer under the old', async () => {
    const [before, after] = [randomBytes(32), randomBytes(32)]
    await as({}, async (session) => {
      const id = newId()
      const find = async (index: Buffer): Promise<string[]> =>
        (
          await session.query<{ ref_id: string }>("SELECT ref_id FROM identity.door_lookup('email', $1)", [index])
        ).rows.map((row) => row.ref_id)
      await session.query(
        'INSERT INTO identity.person (tenant_id, id, email_index, email_sealed, name_sealed) VALUES ($1, $2, $3, $3, $3)',
        [world.a.tenantId, id, before],
      )
      expect(await find(before)).toEqual([id])
      await session.query('UPDATE identity.person SET email_index = $2 WHERE id = $1', [id, after])
      expect(await find(before)).toEqual([])
      expect(await find(after)).toEqual([id])
    })
  })

  test('the scope epoch only rises', async () => {
    await as({}, async (session) => {
      await expect(session.query('UPDATE identity.tenant SET scope_epoch = scope_epoch - 1')).rejects.toSatisfy(
        isRefusal,
      )
      await session.query('UPDATE identity.tenant SET scope_epoch = scope_epoch + 1')
    })
  })
})

describe('first grants', () => {
  test('an agent that was there before gets none, also when the same transaction touched it', async () => {
    const agent = newId()
    await world.database.asSuperuser(
      "INSERT INTO identity.agent (tenant_id, id, slug, display_name, owner_id, team_id, version) VALUES ($1, $2, 'older', 'x', $3, $4, 2)",
      [world.a.tenantId, agent, one.lead, one.unit],
    )
    for (const id of [agent, one.agent]) {
      const client = new pg.Client({ connectionString: world.database.url('muster_identity') })
      await client.connect() // one transaction without savepoints, which would hide it
      try {
        await client.query('BEGIN')
        await client.query("SELECT set_config('request.jwt.claims', $1, true)", [
          world.handover('muster_identity', world.a),
        ])
        await client.query('UPDATE identity.agent SET updated_at = updated_at WHERE id = $1', [id])
        await expect(
          client.query("SELECT workforce.grant_initial($1, ARRAY[$2::uuid], '{payments}', '{NULL}', '{NULL}')", [
            id,
            newId(),
          ]),
        ).rejects.toMatchObject({ code: 'MU005' })
      } finally {
        await client.end()
      }
    }
  })
})
