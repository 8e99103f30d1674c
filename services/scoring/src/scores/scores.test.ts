/** Scores on a real database: what they rest on, who sees them, and what decisions are told. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inScope, openPool, withRequest, type RequestScope } from '@muster/db'
import { newId } from '@muster/kernel'
import { eventTypes, severities, type EventType } from '../events/vocabulary.ts'
import { event, makeWorld, type Answer, type Company, type World } from '../testing/world.ts'
import { computeScores } from './computeScores.ts'
import { dayOf, type Tally } from './evidence.ts'
import { readProfile } from './profile.ts'

let world: World
let north: Company
let other: Company

const fields = `identity { value confidence } risk { value confidence } reliability { value confidence } autonomy { value label confidence }
  policyTier explanation { score factor contribution receiptId } formula asOf snapshotId`
const ofAgents = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Agent { id score { ${fields} } } } }`
const history = `query ($refs: [_Any!]!, $first: Int, $after: String) { _entities(representations: $refs) { ... on Agent {
  scoreHistory(first: $first, after: $after) { nodes { snapshotId policyTier asOf } pageInfo { hasNextPage endCursor } } } } }`
const refs = (...ids: string[]): { refs: object[] } => ({ refs: ids.map((id) => ({ __typename: 'Agent', id })) })
const agents = async (scope: RequestScope, ...ids: string[]): Promise<Answer[]> =>
  (await world.run(scope, ofAgents, refs(...ids)))._entities
const score = async (agent: string, scope = north.scope()): Promise<Answer> => (await agents(scope, agent))[0].score
const tierReceipts = (agent: string): Promise<Answer[]> =>
  world.database.asSuperuser(
    `SELECT id, seq, convert_from(body, 'UTF8')::jsonb->'data' AS data FROM ledger.receipt WHERE agent_id = $1 AND type = 'score.tier_changed' ORDER BY seq`,
    [agent],
  )
const standing = async (agent: string): Promise<Answer> =>
  (
    await world.database.asSuperuser<Answer>(
      'SELECT policy_tier, version, snapshot_id FROM scoring.standing WHERE agent_id = $1',
      [agent],
    )
  )[0]

beforeAll(async () => {
  world = await makeWorld()
  north = await world.company('northwind')
  other = await world.company('elsewhere')
})
afterAll(() => world?.stop())

describe("an agent's score", () => {
  test('is null before the first event, and null value by value where nothing speaks for one', async () => {
    const agent = await north.agent()
    expect(await agents(north.scope(), agent)).toEqual([{ id: agent, score: null }])
    await world.ingest(north.scope(), [event(agent, 'task.completed')])
    expect(await score(agent)).toMatchObject({
      identity: { value: null, confidence: 0 },
      autonomy: { value: null, label: 'none' },
      policyTier: 'standard',
    })
    expect((await score(agent)).reliability.value).toBeGreaterThan(50)
  })

  test('leads every factor to the receipt of its newest evidence', async () => {
    const agent = await north.agent()
    const first = await world.ingest(north.scope(), [event(agent, 'tool.called'), event(agent, 'policy.violation')])
    const second = await world.ingest(north.scope(), [
      event(agent, 'tool.called'),
      event(agent, 'identity.key_verified'),
    ])
    const { explanation, snapshotId } = await score(agent)
    const receiptOf = (factor: string): unknown => explanation.find((row: Answer) => row.factor === factor)?.receiptId
    expect(receiptOf('policy.violation')).toBe(first.receipt.id)
    expect(receiptOf('tool.called')).toBe(second.receipt.id)
    expect(receiptOf('identity.key_verified')).toBe(second.receipt.id)
    expect(receiptOf('owner.known')).toBeNull()
    expect(await standing(agent)).toMatchObject({ snapshot_id: snapshotId })
  })

  test('is seen by its team, its tenant and itself, and by nobody else, though it is there', async () => {
    const agent = await north.agent()
    await world.ingest(north.scope(), [event(agent, 'task.completed')])
    for (const scope of [north.lead(north.units.payments), north.lead(north.units.finance), north.own(agent)])
      expect(await agents(scope, agent)).toMatchObject([{ id: agent, score: { policyTier: 'standard' } }])
    const stranger = await north.agent()
    for (const scope of [north.lead(north.units.support), north.own(stranger), other.scope()])
      expect(await agents(scope, agent)).toEqual([null])
    expect(await agents(north.scope(), newId(), 'garbled')).toEqual([null, null])
    expect(
      await world.database.asSuperuser('SELECT 1 FROM scoring.snapshot WHERE agent_id = $1', [agent]),
    ).toHaveLength(1)
    expect(await world.faults(north.scope({ caps: [] }), ofAgents, refs(agent))).toEqual(['FORBIDDEN'])
  })

  test('is not put down again when nothing about it changed', async () => {
    const agent = await north.agent()
    await world.ingest(north.scope(), [event(agent, 'tool.called')])
    const before = await standing(agent)
    await world.ingest(north.scope(), [
      event(agent, 'agent.profile_updated'),
      event(agent, 'moderation.review_requested'),
    ])
    expect(await standing(agent)).toEqual(before)
  })

  test("is computed with the tenant's own weights, and says so", async () => {
    const company = await world.company('weights')
    const agent = await company.agent()
    await world.database.asSuperuser(
      `UPDATE identity.tenant SET scoring_profile = '{"profile_code":"general","weight_overrides":{"tool.denied":300}}' WHERE id = $1`,
      [company.tenantId],
    )
    await world.ingest(company.scope(), [event(agent, 'tool.denied', { severity: 'high' })])
    expect(await score(agent, company.scope())).toMatchObject({
      policyTier: 'restricted',
      formula: expect.stringMatching(/^muster-score\/1 general\+[0-9a-f]{16}$/),
    })
  })
})

describe('the policy tier', () => {
  test('changes with a receipt and a version in the commit of the batch, and decisions read it', async () => {
    const agent = await north.agent()
    await world.ingest(north.scope(), [event(agent, 'tool.called')])
    expect(await standing(agent)).toMatchObject({ policy_tier: 'standard', version: 1 })
    const bad = await world.ingest(north.scope(), [event(agent, 'secret.exposed', { severity: 'CRITICAL' })])
    expect(await standing(agent)).toMatchObject({ policy_tier: 'restricted', version: 2 })
    const [changed, ...more] = await tierReceipts(agent)
    expect(more).toEqual([])
    const { snapshotId } = await score(agent)
    expect(changed.data).toEqual({
      agent,
      evidence: bad.receipt.id,
      formula: 'muster-score/1 general',
      from: 'standard',
      snapshot: snapshotId,
      to: 'restricted',
    })
    expect(BigInt(changed.seq)).toBe(BigInt(bad.receipt.seq) + 1n)
    const decider = openPool({ url: world.database.url('muster_decider'), role: 'muster_decider' })
    const [row] = await inScope(north.scope(), () =>
      withRequest(decider, (tx) =>
        tx.query<{ s: string }>(
          `SELECT guard.standing(ARRAY[$1]::uuid[], ARRAY['t'], ARRAY['a'], ARRAY[NULL]::uuid[]) AS s`,
          [agent],
        ),
      ),
    )
    await decider.end()
    expect(row!.s).toContain('"restricted"')
  })

  test('that stays the same is not recorded', async () => {
    const agent = await north.agent()
    await world.ingest(north.scope(), [event(agent, 'policy.violation')])
    await world.ingest(north.scope(), [event(agent, 'tool.called')])
    expect(await tierReceipts(agent)).toMatchObject([{ data: { from: 'standard', to: 'elevated' } }])
  })

  test('is never left behind by batches at once: the last one stands on all of them', async () => {
    const agent = await north.agent()
    await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        world.ingest(north.scope(), [
          event(agent, n % 2 ? 'policy.violation' : 'tool.denied', { severity: severities[n % 5] }),
        ]),
      ),
    )
    const sequence = (await tierReceipts(agent)).map(({ data }) => [data.from, data.to])
    for (const [n, [from]] of sequence.entries()) expect(from).toBe(n === 0 ? 'standard' : sequence[n - 1]![1])
    expect(await standing(agent)).toMatchObject({ policy_tier: sequence.at(-1)![1] })
  })
})

test('a tier relaxes when its evidence fades, without a new event, on record', async () => {
  const company = await world.company('fading')
  const agent = await company.agent()
  await world.ingest(company.scope(), [event(agent, 'secret.exposed', { severity: 'CRITICAL' })])
  expect(await world.scoring.maintain(company.scope())).toBe(0) // today's score is today's
  // A month later: the rows are moved back instead of the clock forward.
  await world.database.asSuperuser('UPDATE scoring.tally SET day = day - 60 WHERE agent_id = $1', [agent])
  await world.database.asSuperuser(
    `UPDATE scoring.snapshot SET created_at = created_at - interval '60 days' WHERE agent_id = $1`,
    [agent],
  )
  expect(await world.scoring.maintain(other.scope())).toBe(0)
  expect(await world.scoring.maintain(company.scope({ kind: 'service' }))).toBe(1)
  expect(await standing(agent)).toMatchObject({ policy_tier: 'standard', version: 2 })
  expect((await tierReceipts(agent)).map(({ data }) => [data.from, data.to, data.evidence === null])).toEqual([
    ['standard', 'restricted', false],
    ['restricted', 'standard', true],
  ])
})

test('the stored score equals the formula over a recount of the events, whatever came in', async () => {
  const company = await world.company('recount')
  const one = fc.record({
    type: fc.constantFrom(...(Object.keys(eventTypes) as EventType[])),
    severity: fc.constantFrom(...severities),
    source: fc.constantFrom('agent', 'platform', 'moderator'),
    id: fc.nat(40),
    daysAgo: fc.nat(450),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(one, { minLength: 1, maxLength: 25 }), { minLength: 1, maxLength: 3 }),
      async (batches) => {
        const agent = await company.agent()
        const nowMs = Date.now()
        for (const batch of batches)
          await world.ingest(
            company.scope(),
            batch.map(({ type, severity, source, id, daysAgo }) =>
              event(agent, type, {
                eventId: `e${id}`,
                severity,
                sourceType: source,
                occurredAt: new Date(nowMs - daysAgo * 86_400_000).toISOString(),
              }),
            ),
          )
        const rows = await world.database.asSuperuser<Answer>('SELECT * FROM scoring.event WHERE agent_id = $1', [
          agent,
        ])
        const tallies: Tally[] = rows.map((row) => ({
          eventType: row.event_type,
          severity: row.severity,
          sourceType: row.source_type,
          signed: false,
          day: dayOf(row.occurred_at.getTime()),
          count: 1,
          lastEvent: row.id,
          lastReceipt: row.receipt_id,
        }))
        const expected = computeScores({
          tallies: merged(tallies),
          ownerKnown: true,
          profile: readProfile(null),
          today: dayOf(nowMs),
        })
        const { asOf, snapshotId, ...stored } = await score(agent, company.scope())
        expect([typeof asOf, typeof snapshotId]).toEqual(['string', 'string'])
        expect(stored).toEqual(expected)
      },
    ),
    { numRuns: 15 },
  )
})

/** One row a key, as the database keeps them. */
function merged(rows: Tally[]): Tally[] {
  const kept = new Map<string, Tally>()
  for (const row of rows) {
    const key = [row.eventType, row.severity, row.sourceType, row.day].join()
    const before = kept.get(key)
    const newest = before === undefined || row.lastEvent > before.lastEvent ? row : before
    kept.set(key, { ...newest, count: (before?.count ?? 0) + 1 })
  }
  return [...kept.values()]
}

test('the history comes in pages, newest first', async () => {
  const agent = await north.agent()
  for (let n = 0; n < 5; n++) await world.ingest(north.scope(), [event(agent, 'tool.called')])
  const read: Answer[] = []
  let after: string | null = null
  do {
    const { _entities }: Answer = await world.run(north.scope(), history, { ...refs(agent), first: 2, after })
    read.push(..._entities[0].scoreHistory.nodes)
    after = _entities[0].scoreHistory.pageInfo.hasNextPage ? _entities[0].scoreHistory.pageInfo.endCursor : null
  } while (after !== null)
  expect(new Set(read.map(({ snapshotId }) => snapshotId)).size).toBe(5)
  expect(read[0].snapshotId).toBe((await score(agent)).snapshotId)
})

test('snapshots and events are never changed, and totals only as a batch changes them', async () => {
  const pool = openPool({ url: world.database.url('muster_scoring'), role: 'muster_scoring' })
  const statements = [
    'UPDATE scoring.event SET severity = severity',
    'DELETE FROM scoring.event',
    'TRUNCATE scoring.event',
    'UPDATE scoring.snapshot SET risk_score = 0',
    'DELETE FROM scoring.snapshot',
    'DELETE FROM scoring.tally',
    'DELETE FROM scoring.standing',
    'UPDATE scoring.tally SET day = day',
  ]
  for (const sql of statements)
    await expect(inScope(north.scope(), () => withRequest(pool, (tx) => tx.query(sql)))).rejects.toMatchObject({
      code: 'INTERNAL',
    })
  await pool.end()
})
