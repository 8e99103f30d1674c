/** The ledger as its readers meet it: complete, verifiable by everybody, readable within their scope. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { appendReceipts, dataKeyStore, inScope, openPool, withRequest } from '@muster/db'
import { DataKeyring } from '@muster/keys'
import { verifyLedger, type LedgerEntry } from '@muster/ledger'
import { makeWorld, type World } from '../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
  await world.passport.bootstrapTenant(world.admin())
  await world.write(30, world.agents[0])
  await world.write(30, world.agents[1])
  await world.passport.createCheckpoint(world.admin())
  await world.write(5, world.agents[0])
})
afterAll(() => world?.stop())

interface Node {
  id: string | null
  seq: string
  type: string | null
  occurredAt: string | null
  leafHash: string
  link: string
  previousLink: string
  body: string | null
}
interface Page {
  ledger: { nodes: Node[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
  ledgerHead: { seq: string; link: string; rootHash: string; checkpoint: string | null; origin: string; state: string }
}
const pageQuery = `query ledger($first: Int, $after: String, $filter: LedgerFilter) {
  ledger(first: $first, after: $after, filter: $filter) { nodes { id seq type occurredAt leafHash link previousLink body } pageInfo { hasNextPage endCursor } }
  ledgerHead { seq link rootHash checkpoint origin state }
}`
const verification = `query { verifyLedger { intact checked firstBrokenSeq reason headSeq rootHash bodiesChecked checkpointsVerified } }`

async function allNodes(scope = world.admin()): Promise<{ nodes: Node[]; head: Page['ledgerHead'] }> {
  const nodes: Node[] = []
  let after: string | null = null
  for (;;) {
    const page: Page = await world.run<Page>(scope, pageQuery, { first: 17, after })
    nodes.push(...page.ledger.nodes)
    if (!page.ledger.pageInfo.hasNextPage) return { nodes, head: page.ledgerHead }
    after = page.ledger.pageInfo.endCursor
  }
}

describe('ledger', () => {
  test('lists every entry once, in order, and verifies from outside with its head and checkpoint', async () => {
    const { nodes, head } = await allNodes()
    expect(nodes.map(({ seq }) => seq)).toEqual(nodes.map((_, index) => String(index + 1)))
    expect(head).toMatchObject({ seq: String(nodes.length), origin: world.origin, state: 'SOUND' })
    const verdict = await verifyLedger(nodes as LedgerEntry[], {
      origin: head.origin,
      checkpoints: [head.checkpoint!],
      head: { seq: Number(head.seq), link: head.link, rootHash: head.rootHash },
    })
    expect(verdict).toMatchObject({
      intact: true,
      checked: nodes.length,
      bodiesChecked: nodes.length,
      checkpointsMatched: 1,
    })
  })

  test('gives a team lead every link, and the bodies of the own team alone', async () => {
    const { nodes, head } = await allNodes(world.lead())
    const [there] = await world.database.asSuperuser<{ count: string }>(
      'SELECT count(*) FROM ledger.receipt WHERE tenant_id = $1 AND agent_id = $2',
      [world.tenantId, world.agents[1]],
    )
    expect(there!.count).toBe('30')
    expect(nodes.filter(({ body }) => body !== null)).toHaveLength(35)
    expect(
      nodes.every(
        ({ body, id, type, occurredAt }) => (body === null) === (id === null && type === null && occurredAt === null),
      ),
    ).toBe(true)
    const verdict = await verifyLedger(nodes as LedgerEntry[], { origin: head.origin, checkpoints: [head.checkpoint!] })
    expect(verdict).toMatchObject({ intact: true, checked: nodes.length, bodiesChecked: 35 })
    expect(await world.run(world.lead(), verification)).toMatchObject({
      verifyLedger: {
        intact: true,
        checked: head.seq,
        bodiesChecked: '35',
        headSeq: head.seq,
        rootHash: head.rootHash,
      },
    })
  })

  test('verifies on the server against head and checkpoints', async () => {
    const { head } = await allNodes()
    expect(await world.run(world.admin(), verification)).toEqual({
      verifyLedger: {
        intact: true,
        checked: head.seq,
        firstBrokenSeq: null,
        reason: null,
        headSeq: head.seq,
        rootHash: head.rootHash,
        bodiesChecked: head.seq,
        checkpointsVerified: 2, // the stored one, and the same note as it was kept outside
      },
    })
  })

  test('answers one request as of one instant, while others write', async () => {
    const stop = { now: false }
    const writing = (async () => {
      while (!stop.now) await world.write(3)
    })()
    for (let round = 0; round < 5; round++) {
      const page = await world.run<Page>(world.admin(), pageQuery, { first: 1000 })
      expect(page.ledger.nodes.at(-1)!.seq).toBe(page.ledgerHead.seq)
      expect(page.ledger.nodes.at(-1)!.link).toBe(page.ledgerHead.link)
    }
    stop.now = true
    await writing
  })

  test('filters by type and agent, within the caller’s scope alone', async () => {
    const mine = await world.run<Page>(world.lead(), pageQuery, { first: 100, filter: { agentId: world.agents[0] } })
    expect(mine.ledger.nodes).toHaveLength(35)
    const foreign = await world.run<Page>(world.lead(), pageQuery, { first: 100, filter: { agentId: world.agents[1] } })
    const garbled = await world.run<Page>(world.lead(), pageQuery, { first: 100, filter: { agentId: 'x' } })
    expect(foreign.ledger).toEqual(garbled.ledger)
    const keys = await world.run<Page>(world.admin(), pageQuery, { first: 100, filter: { types: ['key.created'] } })
    expect(keys.ledger.nodes.map(({ type }) => type)).toEqual(['key.created', 'key.created', 'key.created'])
  })

  test('gives nothing to a credential without `ledger:read`, and nothing of another tenant', async () => {
    await expect(world.run(world.admin({ caps: [] }), pageQuery)).rejects.toMatchObject({ code: 'FORBIDDEN' })
    const { tenantId } = await world.database.openTenant('other')
    const other = world.database.scope(tenantId, { caps: ['ledger:read'] })
    const page = await world.run<Page>(other, pageQuery, { first: 10 })
    expect(page.ledger.nodes).toEqual([])
    expect(page.ledgerHead.seq).toBe('0')
    expect(await world.run(other, verification)).toMatchObject({ verifyLedger: { intact: true, checked: '0' } })
  })

  test('refuses a page too large and a cursor that is not ours', async () => {
    await expect(world.run(world.admin(), pageQuery, { first: 1001 })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    await expect(world.run(world.admin(), pageQuery, { after: 'x' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })
})

describe('receipts', () => {
  const one = 'query r($id: ID!) { receipt(id: $id) { id seq type body previousLink } }'

  test('are found by id in scope; hidden, foreign and garbled ids answer alike', async () => {
    const [mine] = await world.write(1, world.agents[0])
    const [theirs] = await world.write(1, world.agents[1])
    expect(await world.run(world.lead(), one, { id: mine!.id })).toMatchObject({
      receipt: { id: mine!.id, seq: mine!.seq },
    })
    expect(await world.run(world.admin(), one, { id: theirs!.id })).toMatchObject({ receipt: { id: theirs!.id } })
    for (const id of [theirs!.id, '01900000-0000-7000-8000-000000000000', 'nonsense']) {
      expect(await world.run(world.lead(), one, { id })).toEqual({ receipt: null })
    }
  })

  test('of agents come newest first, page by page, and a hidden agent is null', async () => {
    const entities = `query e($representations: [_Any!]!, $after: String) {
      _entities(representations: $representations) { ... on Agent { id receipts(first: 5, after: $after) { nodes { seq type id occurredAt } pageInfo { hasNextPage endCursor } } } }
    }`
    interface Answer {
      _entities: ({
        id: string
        receipts: { nodes: { seq: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
      } | null)[]
    }
    const representations = [...world.agents, 'garbled'].map((id) => ({ __typename: 'Agent', id }))
    const first = await world.run<Answer>(world.lead(), entities, { representations })
    expect(first._entities.map((agent) => agent?.id ?? null)).toEqual([world.agents[0], null, null])
    const page = first._entities[0]!.receipts
    const seqs = page.nodes.map(({ seq }) => Number(seq))
    expect(seqs).toEqual(seqs.toSorted((a, b) => b - a))
    const next = await world.run<Answer>(world.lead(), entities, { representations, after: page.pageInfo.endCursor })
    expect(Number(next._entities[0]!.receipts.nodes[0]!.seq)).toBeLessThan(seqs.at(-1)!)
  })

  test('of agents are narrowed by type, and tell the words sealed beside them to whoever may read them', async () => {
    const [agent] = world.agents
    const scope = world.admin({ kind: 'person' })
    const reason = 'it asked for too much'
    const identity = openPool({ url: world.database.url('muster_identity'), role: 'muster_identity', max: 2 })
    const ring = new DataKeyring({ store: dataKeyStore(identity), provider: world.keyProvider })
    await inScope(scope, async () => {
      const sealed = await ring.seal(
        { tenant: world.tenantId, class: 'receipt', month: '2026-11', subject: agent },
        Buffer.from(JSON.stringify({ reason, salt: '00' })),
      )
      await withRequest(identity, (tx) =>
        appendReceipts(tx.query, [
          { type: 'agent.frozen', subject: { type: 'agent', id: agent }, agentId: agent, data: {}, sealed },
        ]),
      )
    })
    await identity.end()
    const query = `query e($representations: [_Any!]!, $types: [String!]) {
      _entities(representations: $representations) { ... on Agent { receipts(first: 50, types: $types) { nodes { type reason person { id } } } } }
    }`
    const read = async (types: string[]): Promise<object[]> => {
      const representations = [{ __typename: 'Agent', id: agent }]
      const answer = await world.run<{ _entities: [{ receipts: { nodes: object[] } }] }>(world.lead(), query, {
        representations,
        types,
      })
      return answer._entities[0].receipts.nodes
    }
    const frozen = { type: 'agent.frozen', reason, person: { id: scope.claims.sub } }
    expect(await read(['agent.frozen'])).toEqual([frozen])
    expect(await read(['agent.frozen', 'incident.closed'])).toEqual([frozen])
    expect(await read(['agent.revoked'])).toEqual([])
  })
})

describe('ledger, filtered', () => {
  const listing = `query ($first: Int, $after: String, $filter: LedgerFilter, $order: LedgerOrder) {
    ledger(first: $first, after: $after, filter: $filter, order: $order) { nodes { id seq type leafHash link previousLink body } pageInfo { hasNextPage endCursor } } }`
  const page = async (variables: object, scope = world.admin()) =>
    (await world.run<Page>(scope, listing, { first: 1_000, ...variables })).ledger

  test('comes newest first as it comes oldest first, in pages of any size, with the same links', async () => {
    const { nodes } = await page({})
    const backwards: Node[] = []
    for (let after: string | null = null; ;) {
      const next: Page['ledger'] = await page({ first: 7, after, order: 'NEWEST_FIRST' })
      backwards.push(...next.nodes)
      after = next.pageInfo.endCursor
      if (!next.pageInfo.hasNextPage) break
    }
    expect(backwards.toReversed()).toEqual(nodes)
  })

  test('by numbers alone shows every entry of the range, in scope or not, and jumps to any place', async () => {
    const { nodes } = await page({ filter: { fromSeq: '10', toSeq: '50' } }, world.lead())
    expect(nodes.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 41 }, (_, at) => at + 10))
    expect(nodes.some(({ body }) => body === null)).toBe(true)
    const down = await page({ first: 3, filter: { toSeq: '20' }, order: 'NEWEST_FIRST' })
    expect(down.nodes.map(({ seq }) => seq)).toEqual(['20', '19', '18'])
    expect(down.nodes[0]!.previousLink).toBe(down.nodes[1]!.link)
    expect((await page({ filter: { fromSeq: '20', toSeq: '10' } })).nodes).toEqual([])
    expect((await page({ filter: { fromSeq: '999999999999' } })).nodes).toEqual([])
    expect((await page({ filter: { fromSeq: '-5', toSeq: '2' } })).nodes).toHaveLength(2)
  })

  test('by subject, actor and time finds what is in scope, and nothing for garbled or unseen ids', async () => {
    const { nodes } = await page({ filter: { agentId: world.agents[0] } })
    const body = JSON.parse(nodes[3]!.body!) as { subject: { type: string; id: string }; actor: { id: string } }
    const about = (filter: object, scope = world.admin()) =>
      page({ filter, order: 'NEWEST_FIRST' }, scope).then((found) => found.nodes.map(({ seq }) => seq))
    expect(await about({ subjectType: 'execution', subjectId: body.subject.id })).toEqual([nodes[3]!.seq])
    expect(await about({ subjectType: 'agent', subjectId: body.subject.id })).toEqual([])
    expect(await about({ actorId: body.actor.id, types: ['execution.reported'] })).toContain(nodes[3]!.seq)
    expect(await about({ since: new Date(Date.now() + 60_000).toISOString() })).toEqual([])
    expect(await about({ until: new Date(0).toISOString() })).toEqual([])
    const [theirs] = (await page({ filter: { agentId: world.agents[1] } })).nodes
    const hidden = (JSON.parse(theirs!.body!) as typeof body).subject.id
    expect(await about({ subjectId: hidden })).toEqual([theirs!.seq])
    for (const subjectId of [hidden, 'x', '\0']) expect(await about({ subjectId }, world.lead())).toEqual([])
    for (const actorId of ['x', world.tenantId]) expect(await about({ actorId })).toEqual([])
  })
})
