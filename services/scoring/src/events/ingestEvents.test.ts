/** Ingestion on a real database: once, together with its receipt, by those who may, about those they see. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { event, makeWorld, type Answer, type Company, type World } from '../testing/world.ts'
import { batchRoot } from './batchCommitment.ts'

let world: World
let north: Company
let other: Company
let agent: string

const rowsOf = (agentId: string): Promise<Answer[]> =>
  world.database.asSuperuser('SELECT * FROM scoring.event WHERE agent_id = $1 ORDER BY id', [agentId])
async function receipt(id: string): Promise<Answer> {
  const [row] = await world.database.asSuperuser<Answer>('SELECT * FROM ledger.receipt WHERE id = $1', [id])
  return row === undefined ? undefined : { ...row, body: JSON.parse(row.body.toString('utf8')) }
}

/** Every total of the tenant equals a recount of its events. */
async function expectTalliesToEqualARecount(tenantId: string): Promise<void> {
  const [difference] = await world.database.asSuperuser<{ n: number }>(
    `WITH recount AS (
       SELECT agent_id, event_type, severity, source_type, coalesce(signature_valid, false) AS signed, (occurred_at AT TIME ZONE 'UTC')::date AS day,
              count(*) AS count, (array_agg(id ORDER BY id DESC))[1] AS last_event, (array_agg(receipt_id ORDER BY id DESC))[1] AS last_receipt
         FROM scoring.event WHERE tenant_id = $1 GROUP BY 1, 2, 3, 4, 5, 6),
     kept AS (SELECT agent_id, event_type, severity, source_type, signed, day, count, last_event, last_receipt FROM scoring.tally WHERE tenant_id = $1)
     SELECT count(*)::int AS n FROM ((TABLE recount EXCEPT ALL TABLE kept) UNION ALL (TABLE kept EXCEPT ALL TABLE recount)) AS d`,
    [tenantId],
  )
  expect(difference!.n).toBe(0)
}

beforeAll(async () => {
  world = await makeWorld()
  north = await world.company('northwind')
  other = await world.company('elsewhere')
  agent = await north.agent()
})
afterAll(() => world?.stop())

/** Every second batch the other way round, so that locks would be taken in both orders. */
const inTurn = <Item>(items: Item[], n: number): Item[] => (n % 2 ? items.toReversed() : items)

describe('a batch', () => {
  test('is stored, counted and recorded in one commit, stamped with where it happened', async () => {
    const worker = await north.agent()
    const batch = [
      event(worker, 'tool.called', { payload: { q: 'räksmörgås', n: 1.5 } }),
      event(worker, 'tool.called'),
      event(worker, 'policy.violation', { severity: 'HIGH' }),
    ]
    const answer = await world.ingest(north.scope(), batch)
    expect(answer).toMatchObject({ __typename: 'EventsIngested', accepted: 3, duplicates: 0, rejected: [] })
    const rows = await rowsOf(worker)
    expect(rows).toHaveLength(3)
    for (const row of rows)
      expect(row).toMatchObject({
        unit_path: [north.units.payments, north.units.finance],
        receipt_id: answer.receipt.id,
        source_type: 'platform',
        signature_valid: null,
      })
    const recorded = await receipt(answer.receipt.id)
    expect(recorded).toMatchObject({
      type: 'events.ingested',
      seq: answer.receipt.seq,
      agent_id: worker,
      unit_path: [north.units.payments, north.units.finance],
    })
    expect(recorded.body.data).toMatchObject({
      accepted: 3,
      agents: 1,
      duplicates: 0,
      rejected: {},
      types: { 'policy.violation': 1, 'tool.called': 2 },
    })
    await expectTalliesToEqualARecount(north.tenantId)
  })

  test('of nothing new is recorded and changes nothing', async () => {
    const batch = [event(agent), event(agent)]
    await world.ingest(north.scope(), batch)
    const before = await rowsOf(agent)
    const again = await world.ingest(north.scope(), [...batch, batch[0]!])
    expect(again).toMatchObject({ accepted: 0, duplicates: 3, rejected: [] })
    expect((await receipt(again.receipt.id)).body.data).toMatchObject({
      accepted: 0,
      agents: 0,
      duplicates: 3,
      types: {},
      root: batchRoot([]),
    })
    expect(await rowsOf(agent)).toEqual(before)
    await expectTalliesToEqualARecount(north.tenantId)
  })

  test('sent ten times at once is stored once', async () => {
    const workers = await Promise.all([1, 2, 3].map(() => north.agent()))
    const batch = Array.from({ length: 60 }, (_, n) => event(workers[n % 3]!, n % 2 ? 'task.failed' : 'tool.called'))
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) => world.ingest(north.scope(), n % 2 ? batch : batch.toReversed())),
    )
    expect(answers.map(({ accepted }): number => accepted).toSorted((a, b) => a - b)).toEqual([
      ...Array<number>(9).fill(0),
      60,
    ])
    expect(answers.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(540)
    await expectTalliesToEqualARecount(north.tenantId)
  })

  test('overlapping others at once, in any order, leaves totals and scores as one after the other would', async () => {
    const workers = await Promise.all([1, 2, 3, 4].map(() => north.agent()))
    const types = [
      'tool.called',
      'task.completed',
      'task.failed',
      'policy.violation',
      'human.override',
      'identity.key_verified',
    ]
    const pool = Array.from({ length: 120 }, (_, n) =>
      event(workers[n % 4]!, types[n % 6], { occurredAt: new Date(Date.now() - (n % 9) * 86_400_000).toISOString() }),
    )
    const batches = Array.from({ length: 12 }, (_, n) =>
      inTurn(
        pool.filter((_event, m) => (m * 7 + n * 5) % 3 !== 0),
        n,
      ),
    )
    const answers = await Promise.all(batches.map((batch) => world.ingest(north.scope(), batch)))
    const distinct = new Set(batches.flat().map(({ eventId }) => eventId)).size
    expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(distinct)
    await expectTalliesToEqualARecount(north.tenantId)
    const lonely = await world.company(`lonely-${newId().slice(-6)}`)
    const twins = new Map(await Promise.all(workers.map(async (id) => [id, await lonely.agent()] as const)))
    const all = [...new Map(batches.flat().map((one) => [one['eventId'], one])).values()]
    await world.ingest(
      lonely.scope(),
      all.map((one) => ({ ...one, agentId: twins.get(one['agentId'] as string) })),
    )
    for (const [worker, twin] of twins) expect(await scoresOf(worker)).toEqual(await scoresOf(twin))
  })

  test('is stored together with its receipt or not at all', async () => {
    const worker = await north.agent()
    // The ledger refuses: its head is taken away for a moment.
    await world.database.asSuperuser(`ALTER TABLE ledger.head RENAME TO head_away`)
    try {
      expect(
        await world.faults(
          north.scope(),
          `mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { __typename } }`,
          { input: { events: [event(worker)] } },
        ),
      ).toEqual(['INTERNAL'])
    } finally {
      await world.database.asSuperuser(`ALTER TABLE ledger.head_away RENAME TO head`)
    }
    expect(await rowsOf(worker)).toEqual([])
    await expectTalliesToEqualARecount(north.tenantId)
  })

  test('of a thousand is taken, of a thousand and one refused, of none too', async () => {
    const worker = await north.agent()
    const batch = Array.from({ length: 1_001 }, () => event(worker, 'tool.called'))
    expect(await world.ingest(north.scope(), batch)).toMatchObject({ __typename: 'Refused', code: 'TOO_MANY' })
    expect(await world.ingest(north.scope(), [])).toMatchObject({ code: 'NO_EVENTS' })
    expect(await rowsOf(worker)).toEqual([])
    expect(await world.ingest(north.scope(), batch.slice(1))).toMatchObject({ accepted: 1_000 })
  })
})

async function scoresOf(agentId: string): Promise<Answer> {
  const [row] = await world.database.asSuperuser<Answer>(
    `SELECT identity_score, s.risk_score, reliability_score, autonomy_score, s.policy_tier, identity_confidence, risk_confidence, reliability_confidence, autonomy_confidence
       FROM scoring.standing st JOIN scoring.snapshot s ON s.id = st.snapshot_id WHERE st.agent_id = $1`,
    [agentId],
  )
  return row
}

describe('one event', () => {
  test.each([
    [{ eventType: 'policy.violations' }, 'INVALID_EVENT'],
    [{ eventType: 'toString' }, 'INVALID_EVENT'],
    [{ sourceType: 'oracle' }, 'INVALID_EVENT'],
    [{ severity: 'grave' }, 'INVALID_EVENT'],
    [{ eventId: '' }, 'INVALID_EVENT'],
    [{ eventId: 'x'.repeat(201) }, 'INVALID_EVENT'],
    [{ eventId: 'nul\u0000' }, 'INVALID_EVENT'],
    [{ occurredAt: 'yesterday' }, 'INVALID_EVENT'],
    [{ occurredAt: '2026-02-30T00:00:00Z' }, 'INVALID_EVENT'],
    [{ occurredAt: '2026-02-03T00:00:00' }, 'INVALID_EVENT'],
    [{ occurredAt: '1999-12-31T23:59:59Z' }, 'INVALID_EVENT'],
    [{ occurredAt: '2999-01-01T00:00:00Z' }, 'FUTURE_EVENT'],
    [{ payload: 'x'.repeat(70_000) }, 'PAYLOAD_TOO_LARGE'],
    [{ payload: '\ud800' }, 'INVALID_EVENT'],
    [{ agentId: newId() }, 'UNKNOWN_AGENT'],
    [{ agentId: 'garbled' }, 'UNKNOWN_AGENT'],
  ])('%j is rejected with %s, and the others of its call are stored', async (part, code) => {
    const bad = event(agent, 'tool.called', part)
    const answer = await world.ingest(north.scope(), [event(agent), bad, event(agent)])
    expect(answer).toMatchObject({ accepted: 2, duplicates: 0, rejected: [{ eventId: bad['eventId'], code }] })
    expect((await receipt(answer.receipt.id)).body.data.rejected).toEqual({ [code]: 1 })
  })

  test('is read with words in either case, and a clock five minutes ahead', async () => {
    const worker = await north.agent()
    const ahead = new Date(Date.now() + 4 * 60_000).toISOString()
    const parts = [
      { sourceType: 'agent', severity: 'critical' },
      { sourceType: 'AGENT', severity: 'Critical' },
      { occurredAt: ahead },
      { severity: null, payload: null },
    ]
    expect(
      await world.ingest(
        north.scope(),
        parts.map((part) => event(worker, 'tool.called', part)),
      ),
    ).toMatchObject({ accepted: 4, rejected: [] })
  })

  test('about a hidden or a foreign agent is answered like one about an unknown agent, and stores nothing', async () => {
    const hidden = await north.agent({ team: north.units.support })
    const foreign = await other.agent()
    const answer = await world.ingest(
      north.lead(north.units.payments),
      [hidden, foreign, newId()].map((id) => event(id)),
    )
    expect(answer.accepted).toBe(0)
    expect(new Set(answer.rejected.map(({ code, message }: Answer) => `${code} ${message}`))).toEqual(
      new Set(['UNKNOWN_AGENT there is no such agent']),
    )
    expect(
      await world.database.asSuperuser('SELECT 1 FROM identity.agent WHERE id = ANY ($1)', [[hidden, foreign]]),
    ).toHaveLength(2)
    expect([...(await rowsOf(hidden)), ...(await rowsOf(foreign))]).toEqual([])
    const keys = await world.database.asSuperuser(`SELECT 1 FROM passport.data_key WHERE subject = ANY ($1)`, [
      [hidden, foreign],
    ])
    expect(keys).toEqual([])
  })

  test("with the id of another agent's event is another event", async () => {
    const [one, two] = [await north.agent(), await north.agent()]
    expect(
      await world.ingest(north.scope(), [
        event(one, 'tool.called', { eventId: 'same' }),
        event(two, 'tool.called', { eventId: 'same' }),
      ]),
    ).toMatchObject({ accepted: 2 })
  })
})

describe("an agent's own key", () => {
  test('reports about itself alone, as AGENT, and the stamp says where', async () => {
    const [self, peer] = [await north.agent(), await north.agent()]
    const answer = await world.ingest(north.own(self), [
      event(self, 'task.completed', { sourceType: 'agent' }),
      event(self),
      event(peer, 'task.completed', { sourceType: 'agent' }),
    ])
    expect(answer.accepted).toBe(1)
    expect(answer.rejected.map(({ code }: Answer) => code)).toEqual(['SOURCE_NOT_ALLOWED', 'UNKNOWN_AGENT'])
    expect(await rowsOf(self)).toMatchObject([
      { source_type: 'agent', unit_path: [north.units.payments, north.units.finance] },
    ])
    expect(await rowsOf(peer)).toEqual([])
  })
})

test('writing events needs the capability', async () => {
  const query = `mutation ($input: IngestEventsInput!) { ingestEvents(input: $input) { __typename } }`
  expect(
    await world.faults(north.scope({ caps: ['scores:read'] }), query, { input: { events: [event(agent)] } }),
  ).toEqual(['FORBIDDEN'])
})
