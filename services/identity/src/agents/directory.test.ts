/** The directory at size: exact, in any order, whatever the filter, and never beyond the caller's scope. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { crowd } from '../testing/tenThousand.ts'
import { startWorld, type Actor, type World } from '../testing/world.ts'
import { orderFields } from './order.ts'

const size = 600
/** Every tenth of the crowd is in the lead's team. */
const inTeam = size / 10

let world: World
let ann: Actor
let lead: Actor

beforeAll(async () => {
  world = await startWorld()
  ann = await world.person(world.northwind, 'ann', [{ role: 'analyst', unit: null }])
  lead = await world.person(world.northwind, 'lea', [{ role: 'team-lead', unit: world.northwind.units.payments }])
  const carl = await world.person(world.contoso, 'carl', [{ role: 'analyst', unit: null }])
  await crowd(world, world.northwind, ann.id, size)
  await crowd(world, world.contoso, carl.id, 40)
})
afterAll(() => world?.stop())

interface Listed {
  id: string
  slug: string
  status: string
  riskTier: string
  lastSeenAt: string | null
}
interface Page {
  agents: { nodes: Listed[]; totalCount: number; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
}

async function page(actor: Actor, variables: object): Promise<Page['agents']> {
  const query = `query ($first: Int, $after: String, $filter: AgentFilter, $orderBy: AgentOrder) {
    agents(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
      nodes { id slug status riskTier lastSeenAt } totalCount pageInfo { hasNextPage endCursor } } }`
  return (await world.run<Page>(actor.scope, query, variables)).agents
}
const countOf = async (actor: Actor, filter: object): Promise<number> =>
  (await page(actor, { first: 1, filter })).totalCount

async function walk(actor: Actor, variables: object): Promise<Listed[]> {
  const found: Listed[] = []
  for (let after: string | null = null; ;) {
    const { nodes, pageInfo } = await page(actor, { ...variables, after })
    found.push(...nodes)
    if (!pageInfo.hasNextPage) return found
    after = pageInfo.endCursor
  }
}

describe('pages', () => {
  test('hold every agent exactly once, in any order, filter and page size', async () => {
    const filters = [
      {},
      { notSeenFor: '10d' },
      { scoreAbove: 30 },
      { hasEvidence: false, statuses: ['ACTIVE', 'FROZEN'] },
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...orderFields),
        fc.constantFrom('ASC', 'DESC'),
        fc.constantFrom(...filters),
        fc.integer({ min: 37, max: 400 }),
        async (field, direction, filter, first) => {
          const rows = await walk(ann, { first, filter, orderBy: { field, direction } })
          expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
          expect(rows).toHaveLength(await countOf(ann, filter))
        },
      ),
      { numRuns: 25 },
    )
  })

  test('are in the order asked for, the never seen before all others', async () => {
    const seen = (await walk(ann, { first: 200, orderBy: { field: 'LAST_SEEN' } })).map(
      ({ lastSeenAt }) => lastSeenAt ?? '',
    )
    expect(seen).toEqual(seen.toSorted())
    expect(seen.filter((at) => at === '').length).toBe(size / 10)
    const slugs = (await walk(ann, { first: 200, orderBy: { field: 'SLUG', direction: 'DESC' } })).map(
      ({ slug }) => slug,
    )
    expect(slugs).toEqual(slugs.toSorted().toReversed())
    const statuses = (await walk(ann, { first: 200, orderBy: { field: 'STATUS', direction: 'DESC' } })).map(
      (row) => row.status,
    )
    expect([...new Set(statuses)]).toEqual(['FROZEN', 'ACTIVE'])
  })

  test('a cursor of another order, or a garbled one, is refused', async () => {
    const { pageInfo } = await page(ann, { first: 5 })
    const forge = (parts: unknown): string => Buffer.from(JSON.stringify(parts)).toString('base64url')
    for (const after of [
      pageInfo.endCursor,
      'garbled',
      forge(['RISK:DESC', "1'; --", '00000000-0000-7000-8000-000000000000']),
      forge(['RISK:DESC', '1', 'x']),
    ]) {
      await expect(page(ann, { after, orderBy: { field: 'RISK', direction: 'DESC' } })).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      })
    }
  })
})

describe('filters', () => {
  test('count what the database counts', async () => {
    const of = async (condition: string): Promise<number> => {
      const sql = `SELECT count(*)::int AS n FROM identity.agent a LEFT JOIN scoring.standing s ON s.tenant_id = a.tenant_id AND s.agent_id = a.id
        WHERE a.tenant_id = $1 AND ${condition}`
      return (await world.database.asSuperuser<{ n: number }>(sql, [world.northwind.tenantId]))[0]!.n
    }
    const lastSeen = `greatest((SELECT max(decided_at) FROM guard.decision d WHERE d.agent_id = a.id), (SELECT max(occurred_at) FROM scoring.event e WHERE e.agent_id = a.id))`
    const cases: [object, string][] = [
      [{ scoreAbove: 60 }, 's.risk_score > 60'],
      [{ scores: [{ score: 'RISK', atLeast: 20, atMost: 40 }] }, 's.risk_score BETWEEN 20 AND 40'],
      [{ scores: [{ score: 'RELIABILITY', below: 20 }] }, '100 - s.risk_score < 20'],
      [{ hasEvidence: false }, 's.risk_score IS NULL'],
      [{ statuses: ['FROZEN', 'REVOKED'] }, "a.status IN ('FROZEN', 'REVOKED')"],
      [
        { riskTiers: ['HIGH', 'CRITICAL'], environments: ['staging'] },
        "a.risk_tier IN ('HIGH', 'CRITICAL') AND a.environment = 'staging'",
      ],
      [{ model: 'OPU' }, "a.model = 'opus'"],
      [{ orgUnits: [world.northwind.units.payments] }, `a.team_id = '${world.northwind.units.payments}'`],
      [{ owners: [ann.email, 'nobody@example.com'] }, 'true'],
      [{ owners: [] }, 'false'],
      [{ status: 'FROZEN', statuses: ['ACTIVE'] }, 'false'],
      [{ seenWithin: '20d' }, `${lastSeen} >= now() - interval '20 days'`],
      [{ notSeenFor: '20d' }, `coalesce(${lastSeen}, '-infinity') < now() - interval '20 days'`],
      [{ everSeen: false }, `${lastSeen} IS NULL`],
    ]
    for (const [filter, condition] of cases) {
      expect({ filter, count: await countOf(ann, filter) }).toEqual({ filter, count: await of(condition) })
    }
  })

  test('a span that is none, and more alternatives than anybody means, are refused', async () => {
    for (const filter of [
      { notSeenFor: '30' },
      { seenWithin: "1d'" },
      { environments: Array.from({ length: 201 }, String) },
    ]) {
      await expect(page(ann, { filter })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    }
    expect(await countOf(ann, { environments: ['\0', '\ud800'] })).toBe(0)
  })

  test('a team lead counts and sees the team, whatever is asked', async () => {
    expect(await countOf(ann, {})).toBe(size)
    const filters = [
      {},
      { notSeenFor: '1d' },
      { everSeen: false },
      { hasEvidence: true },
      { orgUnits: [world.northwind.units.finance] },
      { text: 'crowd' },
    ]
    for (const filter of filters) {
      const mine = await walk(lead, { first: 50, filter })
      const all = await countOf(ann, { ...filter, orgUnit: world.northwind.units.payments })
      expect({ filter, count: await countOf(lead, filter) }).toEqual({ filter, count: mine.length })
      expect(mine.length).toBe('orgUnits' in filter ? 0 : all)
      expect(mine.length).toBeLessThanOrEqual(inTeam)
    }
    expect(await countOf(lead, { orgUnits: [world.northwind.units.support] })).toBe(0)
    expect(await countOf(lead, { orgUnits: [world.northwind.units.support, world.northwind.units.payments] })).toBe(
      inTeam,
    )
    expect(await countOf(ann, { orgUnits: [world.contoso.units.payments] })).toBe(0)
  })

  test('the words to complete a filter with are those of agents in sight', async () => {
    const { agentWords } = await world.run<{ agentWords: { environments: string[]; models: string[] } }>(
      lead.scope,
      '{ agentWords { environments models } }',
    )
    expect(agentWords.models.toSorted()).toEqual(['haiku', 'opus', 'sonnet'])
    expect(agentWords.environments.toSorted()).toEqual(['production', 'sandbox', 'staging'])
  })
})
