/** Events as they are read back: in scope, in order, opened, and shown to belong to their receipt. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalize, hashCanonical } from '@muster/canonical-json'
import { dataKeyStore, inScope, openPool } from '@muster/db'
import { newId } from '@muster/kernel'
import { DataKeyring, openJson } from '@muster/keys'
import { event, makeWorld, type Answer, type Company, type World } from '../testing/world.ts'
import { batchRoot, eventLeafHash } from './batchCommitment.ts'
import { eventDomain } from './checkEvent.ts'
import { aadOf } from './sealEvents.ts'

let world: World
let north: Company

const listing = `query ($refs: [_Any!]!, $first: Int, $after: String, $types: [String!]) { _entities(representations: $refs) { ... on Agent { id
  events(first: $first, after: $after, eventTypes: $types) { nodes { id eventId sourceType eventType occurredAt severity signatureValid payload payloadForgotten receiptId }
    pageInfo { hasNextPage endCursor } } } } }`
const eventsOf = async (agentId: string, scope = north.scope(), variables: object = {}): Promise<Answer> =>
  (await world.run(scope, listing, { refs: [{ __typename: 'Agent', id: agentId }], ...variables }))._entities[0]
    ?.events ?? null
const rowsOf = (agentId: string): Promise<Answer[]> =>
  world.database.asSuperuser('SELECT * FROM scoring.event WHERE agent_id = $1 ORDER BY id', [agentId])
async function receipt(id: string): Promise<Answer> {
  const [row] = await world.database.asSuperuser<Answer>('SELECT * FROM ledger.receipt WHERE id = $1', [id])
  return row === undefined ? undefined : { ...row, body: JSON.parse(row.body.toString('utf8')) }
}

beforeAll(async () => {
  world = await makeWorld()
  north = await world.company('northwind')
})
afterAll(() => world?.stop())

describe('a payload', () => {
  test('keeps what was said sealed, and shows it to those in scope', async () => {
    const worker = await north.agent()
    const payload = { note: 'canary-7f1d', deep: [1, { ünïcode: '\u0000' }] }
    await world.ingest(north.scope(), [event(worker, 'task.completed', { payload })])
    const [row] = await rowsOf(worker)
    expect(row.payload_sealed.includes(Buffer.from('canary'))).toBe(false)
    expect((await eventsOf(worker, north.lead(north.units.payments))).nodes).toMatchObject([
      { payload, payloadForgotten: false, sourceType: 'PLATFORM', severity: 'INFO' },
    ])
    expect(await eventsOf(worker, north.lead(north.units.support))).toBeNull()
    // Destroyed by the passport: that it was said stays, what was said is gone.
    await world.database.asSuperuser(
      `UPDATE passport.data_key SET wrapped = NULL, destroyed_at = now() WHERE class = 'event' AND subject = $1`,
      [worker],
    )
    const another = await world.another()
    try {
      const variables = { refs: [{ __typename: 'Agent', id: worker }] }
      const { data } = await another.execute({ query: listing, variables, handovers: north.scope().handovers })
      expect((data as Answer)._entities[0].events.nodes).toMatchObject([{ payload: null, payloadForgotten: true }])
    } finally {
      await another.close()
    }
  })

  test('can be shown to have come with its receipt, by whoever may open it', async () => {
    const worker = await north.agent()
    const batch = [1, 2, 3, 4, 5].map((n) => event(worker, 'tool.called', { payload: { n }, sourceType: 'agent' }))
    const { receipt: recorded } = await world.ingest(north.scope(), batch)
    const pool = openPool({ url: world.database.url('muster_scoring'), role: 'muster_scoring' })
    const ring = new DataKeyring({ store: dataKeyStore(pool), provider: world.keyProvider })
    const leaves = await Promise.all(
      (await rowsOf(worker)).map(async (row) => {
        const opened: Answer = await inScope(north.scope(), () =>
          openJson(ring, north.tenantId, row.payload_sealed, aadOf(row.id)),
        )
        const eventHash = hashCanonical(eventDomain, {
          agentId: worker,
          eventId: row.event_id,
          eventType: row.event_type,
          occurredAt: row.occurred_at.toISOString(),
          payload: opened.payload,
          severity: row.severity,
          sourceType: row.source_type,
        })
        return { id: row.id, hash: eventLeafHash({ id: row.id, eventHash, salt: opened.salt, signatureValid: null }) }
      }),
    )
    await pool.end()
    expect((await receipt(recorded.id)).body.data.root).toBe(batchRoot(leaves))
    expect(batchRoot(leaves.slice(1))).not.toBe(batchRoot(leaves))
  })
})

describe('reading events', () => {
  test('comes in pages, newest first, that miss nothing and repeat nothing', async () => {
    const worker = await north.agent()
    const instants = Array.from({ length: 9 }, (_, n) =>
      new Date(Date.now() - Math.floor(n / 3) * 60_000).toISOString(),
    )
    await world.ingest(
      north.scope(),
      instants.map((occurredAt, n) => event(worker, n % 2 ? 'tool.called' : 'task.failed', { occurredAt })),
    )
    const read: Answer[] = []
    let after: string | null = null
    do {
      const page: Answer = await eventsOf(worker, north.scope(), { first: 2, after })
      read.push(...page.nodes)
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    expect(new Set(read.map(({ id }) => id)).size).toBe(9)
    expect(read.map(({ occurredAt }) => occurredAt)).toEqual(instants.toSorted((a, b) => (a < b ? 1 : -1)))
    expect((await eventsOf(worker, north.scope(), { types: ['tool.called'] })).nodes).toHaveLength(4)
  })
  test('needs the capability', async () => {
    const refs = { refs: [{ __typename: 'Agent', id: await north.agent() }] }
    expect(await world.faults(north.scope({ caps: ['events:write'] }), listing, refs)).toEqual(['FORBIDDEN'])
  })
})

test('the leaf of an event is bound to all it was stored with', () => {
  const leaf = { id: newId(), eventHash: '0'.repeat(64), salt: '1'.repeat(32), signatureValid: null }
  const hash = (part: object): string => Buffer.from(eventLeafHash({ ...leaf, ...part })).toString('hex')
  const all = [
    {},
    { id: newId() },
    { eventHash: '2'.repeat(64) },
    { salt: '3'.repeat(32) },
    { signatureValid: true },
  ].map(hash)
  expect(new Set(all).size).toBe(5)
  expect(canonicalize(leaf)).toContain('"signatureValid":null')
})
