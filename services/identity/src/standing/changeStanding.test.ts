/** Standing through the graph: what each act does, records and refuses. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inScope } from '@muster/db'
import { newId } from '@muster/kernel'
import { commitment } from '@muster/ledger'
import { startWorld, type Actor, type World } from '../testing/world.ts'

let world: World
let lead: Actor
let analyst: Actor
let count = 0

beforeAll(async () => {
  world = await startWorld()
  lead = await world.person(world.northwind, 'lea', [{ role: 'team-lead', unit: world.northwind.units.payments }])
  analyst = await world.person(world.northwind, 'ann', [{ role: 'analyst', unit: null }])
})
afterAll(() => world?.stop())

const fields = '... on AgentStatusChanged { agent { id status version } receipt { id seq } }'
const act = (actor: Actor, name: string, agentId: string, reason = 'odd refunds at night') =>
  world.mutate(actor.scope, `${name}Agent`, { agentId, reason }, fields)
const newAgent = (team = world.northwind.units.payments) =>
  world.agent(world.northwind, `bot-${++count}`, team, lead.email)

test('each act changes the status and leaves its own receipt, the reason sealed', async () => {
  const { id } = await newAgent()
  const path = [
    ['restrict', 'RESTRICTED', 'agent.restricted'],
    ['freeze', 'FROZEN', 'agent.frozen'],
    ['quarantine', 'QUARANTINED', 'agent.quarantined'],
    ['reinstate', 'ACTIVE', 'agent.reinstated'],
    ['revoke', 'REVOKED', 'agent.revoked'],
  ] as const
  for (const [name, status, type] of path) {
    const answer = await act(analyst, name, id)
    expect(answer).toMatchObject({ __typename: 'AgentStatusChanged', agent: { id, status } })
    const [receipt] = (await world.receipts(world.northwind, type)).slice(-1)
    expect(receipt).toMatchObject({
      id: (answer as never as { receipt: { id: string } }).receipt.id,
      subject: { id, type: 'agent' },
      actor: { id: analyst.id, kind: 'person' },
      data: { to: status, reason: expect.stringMatching(/^[0-9a-f]{64}$/) },
    })
    expect(JSON.stringify(receipt)).not.toContain('odd refunds')
  }
})

test('the sealed reason opens and proves the commitment in the receipt', async () => {
  const { id } = await newAgent()
  await act(analyst, 'freeze', id, 'because of the canary 7c1f')
  const [row] = await world.database.asSuperuser<{ sealed: Buffer; body: Buffer }>(
    "SELECT sealed, body FROM ledger.receipt WHERE agent_id = $1 AND type = 'agent.frozen'",
    [id],
  )
  expect(row!.sealed.toString('latin1')).not.toContain('canary')
  const note = (await world.openSealed(world.northwind, row!.sealed)) as { reason: string; salt: string }
  expect(note.reason).toBe('because of the canary 7c1f')
  const body = JSON.parse(row!.body.toString('utf8')) as { data: { reason: string } }
  expect(commitment(Buffer.from(note.salt, 'hex'), note.reason)).toBe(body.data.reason)
})

test("revoking switches the agent's keys off in the same commit, for good", async () => {
  const { id, keyId } = await newAgent()
  const active = () => world.database.asSuperuser('SELECT is_active FROM identity.api_key WHERE id = $1', [keyId])
  expect(await active()).toEqual([{ is_active: true }])
  await act(analyst, 'revoke', id)
  expect(await active()).toEqual([{ is_active: false }])
  const [revoked, key] = (await world.receipts(world.northwind)).slice(-2)
  expect([revoked!.type, key!.type]).toEqual(['agent.revoked', 'api_key.revoked'])
  expect(key!.data).toEqual({ with: revoked!.id })
  await expect(
    world.database.asSuperuser('UPDATE identity.api_key SET is_active = true WHERE id = $1', [keyId]),
  ).rejects.toMatchObject({ code: 'MU011' })
  await expect(
    world.database.asSuperuser("UPDATE identity.agent SET status = 'ACTIVE' WHERE id = $1", [id]),
  ).rejects.toMatchObject({ code: 'MU011' })
})

test('refuses what the machine does not know, and records nothing', async () => {
  const { id } = await newAgent()
  const before = (await world.receipts(world.northwind)).length
  expect(await act(analyst, 'reinstate', id)).toMatchObject({ code: 'ILLEGAL_TRANSITION' })
  expect(await act(analyst, 'freeze', id, '  ')).toMatchObject({ code: 'INVALID_INPUT' })
  expect(await world.receipts(world.northwind)).toHaveLength(before)
})

test('answers unknown, garbled, other-team and other-tenant ids alike', async () => {
  const carl = await world.person(world.contoso, 'carl', [{ role: 'analyst', unit: null }])
  const foreign = await world.agent(world.contoso, 'foreign', world.contoso.units.payments, carl.email)
  const other = await world.agent(world.northwind, 'support-bot', world.northwind.units.support, analyst.email)
  for (const id of [newId(), 'x', foreign.id, other.id]) {
    expect(await act(lead, 'freeze', id)).toEqual({
      __typename: 'Refused',
      code: 'UNKNOWN_AGENT',
      message: 'no such agent',
    })
  }
  expect(
    await world.database.asSuperuser('SELECT status FROM identity.agent WHERE id = ANY ($1)', [[foreign.id, other.id]]),
  ).toEqual([{ status: 'ACTIVE' }, { status: 'ACTIVE' }])
})

test('an owner without the team in scope sees the agent and cannot stop it', async () => {
  const { id } = await newAgent(world.northwind.units.support)
  expect(await act(lead, 'freeze', id)).toMatchObject({ code: 'OUT_OF_SCOPE' })
})

test('of two acts at once exactly one wins where both cannot be', async () => {
  const { id } = await newAgent()
  const answers = await Promise.all([act(analyst, 'freeze', id), act(lead, 'freeze', id), act(analyst, 'freeze', id)])
  expect(answers.filter(({ __typename }) => __typename === 'AgentStatusChanged')).toHaveLength(1)
})

test('a key made while its agent is revoked is never left alive', async () => {
  const { id } = await newAgent()
  const make = () =>
    inScope(world.northwind.service, () =>
      world.identity.createApiKey({ label: 'late', capabilities: ['agents:read'], agentId: id }),
    )
  await Promise.allSettled([make(), act(analyst, 'revoke', id), make(), make()])
  await expect(make()).rejects.toMatchObject({ code: 'AGENT_REVOKED' })
  const alive = await world.database.asSuperuser('SELECT id FROM identity.api_key WHERE agent_id = $1 AND is_active', [
    id,
  ])
  expect(alive).toEqual([])
})
