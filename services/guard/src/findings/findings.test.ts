/** Findings through the guard's own door: raised after the answer, triaged with a receipt for each act, told by receipts. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { authorize, makeWorld, type World } from '../testing/world.ts'
import { stormDenials } from './detector.ts'

let world: World
let agent: string
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.stop())
beforeEach(async () => {
  agent = await world.addAgent({ tier: 'LOW' })
})

interface Finding {
  id: string
  type: string
  status: string
  count: number
  exposure: number
  tags: string[]
  evidence: { id: string; seq: string }[]
  assignee: { id: string } | null
  incident: { id: string; number: number } | null
  seenBefore: { count: number; lastCloseReason: string | null; lastClosedAt: string | null }
  timeline: { event: string; times: number; words: string | null; receipt: { seq: string } }[]
}
const fields = `id type status count exposure tags evidence { id seq } assignee { id } incident { id number }
  seenBefore { count lastCloseReason lastClosedAt } timeline { event times words receipt { seq } }`
const list = async (filter: object, order = 'LAST_SEEN', scope = world.key()) =>
  (
    await world.run<{ findings: { nodes: Finding[]; totalCount: number } }>(
      scope,
      `query ($filter: FindingFilter, $order: FindingOrder) { findings(first: 100, filter: $filter, order: $order) { totalCount nodes { ${fields} } } }`,
      { filter, order },
    )
  ).findings
const act = async (field: string, success: string, input: object, scope = world.key()) =>
  (
    await world.run<{ done: { __typename: string; code?: string; receipt?: { id: string; seq: string } } }>(
      scope,
      `mutation ($input: ${field[0]!.toUpperCase()}${field.slice(1)}Input!) { done: ${field}(input: $input) { __typename ... on Refused { code } ${success} } }`,
      { input },
    )
  ).done
const ask = (sourceTrust: string, tool = 'crm.write', of = agent) =>
  world.run(world.key(), authorize, { input: { agentId: of, tool, action: 'write', sourceTrust } })
const found = async (count = 1, filter: object = { agentId: agent }): Promise<Finding[]> => {
  await expect.poll(async () => (await list(filter)).totalCount, { timeout: 5_000 }).toBe(count)
  return (await list(filter)).nodes
}

test('a finding is raised after the answer, counted while open, and each act on it is on record', async () => {
  await ask('MALICIOUS_SUSPECTED')
  const [first] = await found()
  expect(first).toMatchObject({ type: 'provenance.malicious_source', status: 'OPEN', exposure: 4, assignee: null })
  await ask('MALICIOUS_SUSPECTED')
  await expect.poll(async () => (await list({ agentId: agent })).nodes[0]!.count, { timeout: 5_000 }).toBe(2)

  const analyst = await world.addPerson([{ role: 'analyst', unit: null }])
  const me = world.person(analyst)
  const findingId = first!.id
  const receipted = (type: string) => `... on ${type} { receipt { id seq } }`
  await act('acknowledgeFinding', receipted('FindingAcknowledged'), { findingId }, me)
  await act('assignFinding', receipted('FindingAssigned'), { findingId, personId: analyst }, me)
  await act('tagFinding', receipted('FindingTagged'), { findingId, tags: ['phishing', 'crm', 'crm'] }, me)
  const note = 'the sender was a test of ours'
  const closed = await act(
    'closeFinding',
    receipted('FindingClosed'),
    { findingId, reason: 'FALSE_POSITIVE', note },
    me,
  )
  const [finding] = await found()
  expect(finding).toMatchObject({ status: 'CLOSED', tags: ['crm', 'phishing'], assignee: { id: analyst } })
  expect(finding!.timeline.map(({ event }) => event)).toEqual([
    'SEEN',
    'FINDING_OPENED',
    'INCIDENT_OPENED',
    'SEEN',
    'FINDING_ACKNOWLEDGED',
    'FINDING_ASSIGNED',
    'FINDING_TAGGED',
    'FINDING_CLOSED',
  ])
  expect(finding!.timeline.at(-1)).toMatchObject({ words: note, receipt: { seq: closed.receipt!.seq } })
  const [receipt] = await world.database.asSuperuser<{ body: Buffer }>(
    'SELECT body FROM ledger.receipt WHERE id = $1',
    [closed.receipt!.id],
  )
  expect(receipt!.body.toString()).not.toContain(note)

  await ask('MALICIOUS_SUSPECTED')
  const again = (await found(2)).find(({ status }) => status === 'OPEN')!
  expect(again.seenBefore).toMatchObject({ count: 1, lastCloseReason: 'FALSE_POSITIVE' })
})

test('a closed finding cannot be acted on, an unknown person cannot be given one, and both say so', async () => {
  await ask('UNTRUSTED_EXTERNAL')
  const [{ id: findingId }] = (await found()) as [Finding]
  const owner = await act('assignFinding', '', { findingId, personId: world.owner })
  expect(owner).toMatchObject({ code: 'UNKNOWN_PERSON' })
  expect(await act('assignFinding', '', { findingId, personId: newId() })).toEqual(owner)
  await act('closeFinding', '', { findingId, reason: 'RESOLVED' })
  expect(await act('acknowledgeFinding', '', { findingId })).toMatchObject({ code: 'ALREADY_CLOSED' })
  expect(await act('tagFinding', '', { findingId: newId(), tags: [] })).toMatchObject({ code: 'UNKNOWN_FINDING' })
  expect(await act('tagFinding', '', { findingId, tags: ['Not A Tag'] })).toMatchObject({ code: 'INVALID_INPUT' })
})

test('many are closed in one commit, each with its own receipt, and those that cannot be are named', async () => {
  await ask('UNTRUSTED_EXTERNAL', 'crm.write')
  await ask('UNTRUSTED_EXTERNAL', 'payments.refund')
  const ids = (await found(2)).map(({ id }) => id)
  const stranger = newId()
  const bulk = await world.run<{
    done: { changed: { finding: { id: string; status: string }; receipt: { seq: string } }[]; refused: object[] }
  }>(
    world.key(),
    `mutation ($input: CloseFindingsInput!) { done: closeFindings(input: $input) { ... on FindingsChanged {
      changed { finding { id status } receipt { seq } } refused { findingId code } } } }`,
    { input: { findingIds: [...ids, stranger], reason: 'ACCEPTED_RISK' } },
  )
  expect(bulk.done.changed.map(({ finding }) => finding.id).toSorted()).toEqual(ids.toSorted())
  const [one, other] = bulk.done.changed.map(({ receipt }) => Number(receipt.seq))
  expect(Math.abs(one! - other!)).toBe(1)
  expect(bulk.done.refused).toEqual([{ findingId: stranger, code: 'UNKNOWN_FINDING' }])
})

test('the list narrows by every filter, counts what it narrows to, and puts the most exposed first', async () => {
  const critical = await world.addAgent({ tier: 'CRITICAL' })
  await ask('UNTRUSTED_EXTERNAL')
  await ask('UNTRUSTED_EXTERNAL', 'crm.write', critical)
  await found(1, { agentId: critical })
  const [mine] = await found()
  const ids = async (filter: object, order?: string) => (await list(filter, order)).nodes.map(({ id }) => id)
  const ranks = (await list({}, 'EXPOSURE')).nodes.map(({ exposure }) => exposure)
  expect(ranks).toEqual(ranks.toSorted((a, b) => b - a))
  await act('tagFinding', '', { findingId: mine!.id, tags: ['odd'] })
  expect(await ids({ tag: 'odd' })).toEqual([mine!.id])
  expect(await ids({ agentId: agent, orgUnit: world.teams[0] })).toEqual([mine!.id])
  for (const filter of [
    { orgUnit: world.teams[1] },
    { orgUnit: newId() },
    { orgUnit: 'garbled' },
    { severities: ['CRITICAL'] },
    { statuses: ['CLOSED'] },
    { types: ['behaviour.denial_storm'] },
    { assignee: world.owner },
    { until: new Date(0).toISOString() },
    { text: 'no such words' },
  ])
    expect(await ids({ agentId: agent, ...filter }), JSON.stringify(filter)).toEqual([])
  expect(await ids({ agentId: agent, unassigned: true, severities: ['MEDIUM'], text: 'UNTRUSTED or' })).toEqual([
    mine!.id,
  ])
})

test('pages of either order hold every finding once', async () => {
  for (const tool of ['crm.read', 'crm.write', 'payments.refund']) await ask('MALICIOUS_SUSPECTED', tool)
  const all = (await found(3)).map(({ id }) => id)
  for (const order of ['LAST_SEEN', 'EXPOSURE']) {
    const seen: string[] = []
    let after: string | null = null
    do {
      const {
        findings,
      }: { findings: { nodes: { id: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } } =
        await world.run(
          world.key(),
          'query ($f: FindingFilter, $o: FindingOrder, $a: String) { findings(first: 1, after: $a, filter: $f, order: $o) { nodes { id } pageInfo { endCursor hasNextPage } } }',
          { f: { agentId: agent }, o: order, a: after },
        )
      seen.push(...findings.nodes.map(({ id }) => id))
      after = findings.pageInfo.hasNextPage ? findings.pageInfo.endCursor : null
    } while (after !== null)
    expect(seen.toSorted()).toEqual(all.toSorted())
  }
})

test('twenty denials within minutes are one finding with twenty receipts, told to the agent’s own lead only', async () => {
  await Promise.all(Array.from({ length: stormDenials }, () => ask('TRUSTED_INTERNAL', 'no.such.tool')))
  const [storm] = await found(1, { agentId: agent, types: ['behaviour.denial_storm'] })
  expect(storm!.evidence).toHaveLength(stormDenials)
  expect(storm!.timeline[0]).toMatchObject({ event: 'SEEN', times: stormDenials })
  const lead = (team: string) => world.key({ all: false, units: [team] })
  const seen = async (team: string) => (await list({ agentId: agent }, 'LAST_SEEN', lead(team))).totalCount
  expect(await seen(world.teams[0])).toBe(1)
  expect(await seen(world.teams[1])).toBe(0)
})

test('an agent that wakes after more than thirty days is told once, one that is at work is not', async () => {
  const dormant = (of: string) => list({ agentId: of, types: ['behaviour.dormant_wakes'] })
  await world.database.asSuperuser("UPDATE identity.agent SET created_at = now() - interval '31 days' WHERE id = $1", [
    agent,
  ])
  await ask('TRUSTED_INTERNAL', 'crm.read')
  await expect.poll(async () => (await dormant(agent)).totalCount, { timeout: 5_000 }).toBe(1)
  await ask('TRUSTED_INTERNAL', 'crm.read')
  const awake = await world.addAgent()
  await ask('TRUSTED_INTERNAL', 'crm.read', awake)
  await ask('MALICIOUS_SUSPECTED', 'crm.read', awake)
  await found(1, { agentId: awake, types: ['provenance.malicious_source'] })
  expect((await dormant(awake)).totalCount).toBe(0)
  expect((await dormant(agent)).nodes[0]!.count).toBe(1)
})
