/** One act on many agents: counted before, done in batches, each agent's own receipt, everybody else's refusal. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { crowd } from '../testing/tenThousand.ts'
import { startWorld, type Actor, type Company, type World } from '../testing/world.ts'

/** More than two batches. */
const size = 250

let world: World
let company: Company
let ann: Actor
let lead: Actor

beforeAll(async () => {
  world = await startWorld()
  company = world.northwind
  ann = await world.person(company, 'ann', [{ role: 'analyst', unit: null }])
  lead = await world.person(company, 'lea', [{ role: 'team-lead', unit: company.units.payments }])
  await crowd(world, company, ann.id, size)
})
afterAll(() => world?.stop())

interface Answer {
  __typename: string
  code?: string
  count?: number
  possible?: number
  liveKeys?: number
  excluded?: { code: string; message: string; count: number; agents: { slug: string }[] }[]
  bulkAct?: { id: string; total: number }
}
interface Bulk {
  id: string
  state: string
  total: number
  done: number
  refusedCount: number
  refused: { agent: { id: string } | null; code: string; message: string }[]
}

const change = (actor: Actor, input: object): Promise<Answer> =>
  world.mutate(
    actor.scope,
    'changeStandings',
    input,
    `... on StandingsPlanned { count possible liveKeys excluded { code message count agents { slug } } }
     ... on StandingsStarted { bulkAct { id total } receipt { seq } }`,
  ) as Promise<unknown> as Promise<Answer>

const look = async (actor: Actor, id: string): Promise<Bulk | null> =>
  (
    await world.run<{ bulkAct: Bulk | null }>(
      actor.scope,
      'query ($id: ID!) { bulkAct(id: $id) { id state total done refusedCount refused { agent { id } code message } } }',
      { id },
    )
  ).bulkAct

async function ended(actor: Actor, id: string): Promise<Bulk> {
  for (;;) {
    const bulk = await look(actor, id)
    if (bulk !== null && bulk.state !== 'RUNNING') return bulk
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
const statuses = (): Promise<{ status: string; n: number }[]> =>
  world.database.asSuperuser(
    "SELECT status, count(*)::int AS n FROM identity.agent WHERE tenant_id = $1 AND slug LIKE 'crowd-%' GROUP BY 1 ORDER BY 1",
    [company.tenantId],
  )
const reason = 'a supplier was breached'
const filter = { text: 'crowd-' }

test('a plan counts, names those it is not possible for, and changes nothing', async () => {
  const before = await world.receipts(company)
  const plan = await change(ann, { act: 'FREEZE', filter, dryRun: true })
  expect(plan).toMatchObject({ __typename: 'StandingsPlanned', count: size, possible: 247, liveKeys: 0 })
  expect(plan.excluded).toEqual([
    {
      code: 'ILLEGAL_TRANSITION',
      message: 'a frozen agent cannot be frozen',
      count: 3,
      agents: ['crowd-00007', 'crowd-00107', 'crowd-00207'].map((slug) => ({ slug })),
    },
  ])
  expect(await world.receipts(company)).toHaveLength(before.length)
})

test('is begun only for the number that was seen', async () => {
  const before = await world.receipts(company)
  expect(await change(ann, { act: 'FREEZE', filter, reason, expectedCount: size - 1 })).toMatchObject({
    code: 'COUNT_CHANGED',
  })
  expect(await change(ann, { act: 'FREEZE', filter, reason })).toMatchObject({ code: 'INVALID_INPUT' })
  expect(await change(ann, { act: 'FREEZE', filter, expectedCount: size })).toMatchObject({ code: 'INVALID_INPUT' })
  expect(await change(ann, { act: 'FREEZE', reason, expectedCount: 0 })).toMatchObject({ code: 'INVALID_INPUT' })
  expect(await change(ann, { act: 'FREEZE', filter: { text: 'nothing' }, reason, expectedCount: 0 })).toMatchObject({
    code: 'NOTHING_MATCHES',
  })
  expect(await world.receipts(company)).toHaveLength(before.length)
})

test('each agent changes with its own receipt, the others are named with their reason, and the chain verifies', async () => {
  const from = (await world.receipts(company)).length
  const { bulkAct } = await change(ann, { act: 'FREEZE', filter, reason, expectedCount: size })
  const bulk = await ended(ann, bulkAct!.id)
  expect(bulk).toMatchObject({ state: 'DONE', total: size, done: size, refusedCount: 3 })
  expect(bulk.refused.map(({ code }) => code)).toEqual(Array(3).fill('ILLEGAL_TRANSITION'))
  expect(bulk.refused.every(({ agent }) => agent !== null)).toBe(true)
  expect(await statuses()).toEqual([{ status: 'FROZEN', n: size }])

  const receipts = (await world.receipts(company)).slice(from)
  expect(receipts[0]).toMatchObject({
    type: 'agents.act_started',
    subject: { id: bulk.id },
    data: { act: 'freeze', agents: size },
  })
  expect(receipts.at(-1)).toMatchObject({ type: 'agents.act_ended', data: { changed: 247, refused: 3, state: 'DONE' } })
  const frozen = receipts.filter(({ type }) => type === 'agent.frozen')
  expect(frozen).toHaveLength(247)
  expect(new Set(frozen.map(({ subject }) => subject.id)).size).toBe(247)
  for (const { data, actor } of frozen) {
    expect(actor.id).toBe(ann.id)
    expect(data).toMatchObject({ from: 'ACTIVE', to: 'FROZEN', reason: expect.stringMatching(/^[0-9a-f]{64}$/) })
  }
  expect(JSON.stringify(receipts)).not.toContain('breached')
  const [row] = await world.database.asSuperuser<{ sealed: Buffer }>(
    "SELECT sealed FROM ledger.receipt WHERE tenant_id = $1 AND type = 'agent.frozen' ORDER BY seq DESC LIMIT 1",
    [company.tenantId],
  )
  expect(await world.openSealed(company, row!.sealed)).toMatchObject({ reason })
  expect((await world.verdict(company)).intact).toBe(true)
})

test('a team lead acts on the team alone, and cannot name anybody else', async () => {
  const mine = size / 10
  expect(await change(lead, { act: 'REINSTATE', filter: {}, dryRun: true })).toMatchObject({
    count: mine,
    possible: mine,
  })
  const [other] = await world.database.asSuperuser<{ id: string }>(
    'SELECT id FROM identity.agent WHERE tenant_id = $1 AND team_id = $2 LIMIT 1',
    [company.tenantId, company.units.support],
  )
  for (const id of [other!.id, newId(), 'x']) {
    expect(await change(lead, { act: 'REINSTATE', agentIds: [id], reason, expectedCount: 1 })).toEqual({
      __typename: 'Refused',
      code: 'UNKNOWN_AGENT',
      message: 'no such agent',
    })
  }
  const { bulkAct } = await change(lead, { act: 'REINSTATE', filter, reason, expectedCount: mine })
  expect(await ended(lead, bulkAct!.id)).toMatchObject({ done: mine, refusedCount: 0 })
  expect(await statuses()).toEqual([
    { status: 'ACTIVE', n: mine },
    { status: 'FROZEN', n: size - mine },
  ])
  // Whoever began it sees it, nobody else, whatever their scope.
  expect(await look(ann, bulkAct!.id)).toBeNull()
  expect(await look(lead, newId())).toBeNull()
  expect(await look(lead, 'x')).toBeNull()
})

test('an agent that changed after it was counted is refused alone, and two acts at once leave one truth', async () => {
  const agents = await Promise.all(
    ['one', 'two', 'three'].map((slug) => world.agent(company, `late-${slug}`, company.units.payments, ann.email)),
  )
  const input = { agentIds: agents.map(({ id }) => id), reason, expectedCount: 3 }
  const [first, second] = await Promise.all([
    change(ann, { act: 'QUARANTINE', ...input }),
    change(lead, { act: 'QUARANTINE', ...input }),
  ])
  const bulks = [await ended(ann, first.bulkAct!.id), await ended(lead, second.bulkAct!.id)]
  expect(bulks.map(({ refusedCount }) => refusedCount).toSorted((a, b) => a - b)).toEqual([0, 3])
  const quarantined = (await world.receipts(company, 'agent.quarantined')).map(({ subject }) => subject.id)
  expect(quarantined.toSorted()).toEqual(agents.map(({ id }) => id).toSorted())
})

test('revoking many switches their keys off, each with its receipt', async () => {
  const agents = await Promise.all(
    ['a', 'b'].map((slug) => world.agent(company, `leaver-${slug}`, company.units.payments, ann.email)),
  )
  const agentIds = agents.map(({ id }) => id)
  expect(await change(ann, { act: 'REVOKE', agentIds, dryRun: true })).toMatchObject({ possible: 2, liveKeys: 2 })
  const { bulkAct } = await change(ann, { act: 'REVOKE', agentIds, reason, expectedCount: 2 })
  await ended(ann, bulkAct!.id)
  const closed = (await world.receipts(company, 'api_key.revoked')).map(({ subject }) => subject.id)
  expect(closed.toSorted()).toEqual(agents.map(({ keyId }) => keyId).toSorted())
})

test('a job nobody works on goes on when its starter looks, in another process too', async () => {
  const { bulkAct } = await change(ann, {
    act: 'REINSTATE',
    filter: { ...filter, statuses: ['FROZEN'] },
    reason,
    expectedCount: 225,
  })
  await ended(ann, bulkAct!.id)
  // As after a process that died between two steps: the rest is not done, and its hold ran out.
  await world.database.asSuperuser(
    "UPDATE identity.job SET state = 'RUNNING', settled = 100, refused = 0, ended_at = NULL, held_until = now() - interval '1 second' WHERE id = $1",
    [bulkAct!.id],
  )
  const other = await world.freshIdentity()
  const query = `{ bulkAct(id: "${bulkAct!.id}") { state } }`
  const asked = await other.execute({ query, variables: {}, handovers: ann.scope.handovers })
  expect(asked.data).toEqual({ bulkAct: { state: 'RUNNING' } })
  const bulk = await ended(ann, bulkAct!.id)
  // Done already: each is refused as it would be singly, and none is done twice.
  expect(bulk).toMatchObject({ state: 'DONE', done: 225, refusedCount: 125 })
})
