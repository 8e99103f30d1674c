/**
 * Moving an agent out of one scope into another: offered by who sees it,
 * accepted by who receives it, done by the mover role alone.
 */
import { newId, type Claims } from '@muster/kernel'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
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
beforeEach(() => world.database.asSuperuser('DELETE FROM workforce.transfer_offer'))

const as = <T>(part: Partial<Claims>, work: (session: Session) => Promise<T>): Promise<T> =>
  world.as('muster_workforce', world.handover('muster_workforce', world.a, part), work)

async function offer(session: Session, agent: Team, from: Team, to: Team, by: string): Promise<string> {
  const id = newId()
  await session.query(
    `INSERT INTO workforce.transfer_offer (tenant_id, id, agent_id, from_team_id, to_team_id, offered_by, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, '2100-01-01')`,
    [world.a.tenantId, id, agent.agent, from.unit, to.unit, by],
  )
  return id
}
async function accept(session: Session, id: string): Promise<string | null> {
  return (await session.query<{ agent: string | null }>('SELECT identity.accept_transfer($1) AS agent', [id])).rows[0]!
    .agent
}
/** An open offer of team 1's agent to team 2, laid down as superuser. */
async function openOffer(part: { expires?: string; status?: string } = {}): Promise<string> {
  const id = newId()
  await world.database.asSuperuser(
    `INSERT INTO workforce.transfer_offer (tenant_id, id, agent_id, from_team_id, to_team_id, offered_by, expires_at, status) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      world.a.tenantId,
      id,
      one.agent,
      one.unit,
      two.unit,
      one.lead,
      part.expires ?? '2100-01-01',
      part.status ?? 'OFFERED',
    ],
  )
  return id
}

test('goes from who sees the agent to who receives it', async () => {
  const id = await openOffer()
  await as(world.leadOf(two), async (session) => {
    expect(await accept(session, id)).toBe(one.agent)
    const { rows } = await session.query<{ team_id: string }>(
      'SELECT team_id FROM identity.published_agent WHERE id = $1',
      [one.agent],
    )
    expect(rows).toEqual([{ team_id: two.unit }])
    expect(await accept(session, id)).toBeNull()
  })
})

test('who offers sees their offer, also an owner without a team', async () => {
  await as({ sub: one.lead, all: false, units: [] }, async (session) => {
    const id = await offer(session, one, one, two, one.lead)
    expect((await session.query('SELECT id FROM workforce.transfer_offer')).rows).toEqual([{ id }])
  })
})

test.each([
  ['another team’s agent to themselves', () => [one, one, two] as const],
  ['another team’s agent, named as their own', () => [one, two, two] as const],
])('a lead does not offer %s', async (_, parts) => {
  const [agent, from, to] = parts()
  await as(world.leadOf(two), async (session) => {
    const to2 = from === to ? { ...to, unit: world.a.root } : to
    await expect(offer(session, agent, from, to2, two.lead)).rejects.toSatisfy(isRefusal)
  })
})

test('nobody offers in another’s name', async () => {
  await as(world.leadOf(one), async (session) => {
    await expect(offer(session, one, one, two, two.lead)).rejects.toSatisfy(isRefusal)
  })
})

test.each([
  ['the offering side', () => world.leadOf(one)],
  ['a caller without the capability', () => ({ ...world.leadOf(two), caps: [] })],
  ['a caller without any scope', () => ({ all: false, units: [] })],
  ['the agent itself', () => ({ all: false, units: [], agent: one.agent, sub: one.agent })],
])('%s does not accept', async (_, part) => {
  const id = await openOffer()
  expect(await as(part(), (session) => accept(session, id))).toBeNull()
})

test.each([
  ['an expired one', { expires: '2020-01-01' }],
  ['a withdrawn one', { status: 'WITHDRAWN' }],
  ['one that ran out', { status: 'EXPIRED' }],
])('%s is not accepted', async (_, part) => {
  const id = await openOffer(part)
  expect(await as(world.leadOf(two), (session) => accept(session, id))).toBeNull()
})

test('an offer whose agent has left that team is not accepted', async () => {
  const id = await openOffer()
  await world.database.asSuperuser('UPDATE identity.agent SET team_id = $2 WHERE id = $1', [one.agent, world.a.root])
  try {
    expect(await as(world.leadOf(two), (session) => accept(session, id))).toBeNull()
  } finally {
    await world.database.asSuperuser('UPDATE identity.agent SET team_id = $2 WHERE id = $1', [one.agent, one.unit])
  }
})

test('a service settles an offer and never accepts, re-opens or rewrites one', async () => {
  const id = await openOffer()
  const settled = await openOffer({ status: 'WITHDRAWN' })
  await as({}, async (session) => {
    const set = (which: string, what: string): Promise<{ rowCount: number | null }> =>
      session.query(`UPDATE workforce.transfer_offer SET ${what} WHERE id = $1`, [which])
    await expect(set(id, "status = 'ACCEPTED'")).rejects.toSatisfy(isRefusal)
    expect((await set(settled, "status = 'OFFERED'")).rowCount).toBe(0)
    await expect(set(id, 'agent_id = to_team_id')).rejects.toMatchObject(withoutRight)
    await expect(session.query('DELETE FROM workforce.transfer_offer')).rejects.toMatchObject(withoutRight)
    expect((await set(id, "status = 'WITHDRAWN'")).rowCount).toBe(1)
  })
})

test('no service changes an agent’s team by itself', async () => {
  await world.as('muster_identity', world.handover('muster_identity', world.a), async (session) => {
    await expect(
      session.query('UPDATE identity.agent SET team_id = $2 WHERE id = $1', [one.agent, two.unit]),
    ).rejects.toMatchObject(withoutRight)
  })
})
