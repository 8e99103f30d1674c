/** Agents through the graph: registering, changing, finding, and who sees them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { parseApiKey } from '@muster/keys'
import { startWorld, type Actor, type World } from '../testing/world.ts'
import { containing } from './filter.ts'

let world: World
let admin: Actor
let lead: Actor
let supportLead: Actor

beforeAll(async () => {
  world = await startWorld()
  const { units } = world.northwind
  admin = await world.person(world.northwind, 'ada', [{ role: 'tenant-admin', unit: null }])
  lead = await world.person(world.northwind, 'lea', [{ role: 'team-lead', unit: units.payments }])
  supportLead = await world.person(world.northwind, 'sam', [{ role: 'team-lead', unit: units.support }])
})
afterAll(() => world?.stop())

const fields = `... on AgentRegistered { apiKey receipt { id seq } agent { id slug status riskTier environment version owner { email displayName } team { id } } }`
const registration = (slug: string, part: object = {}) => ({
  slug,
  displayName: 'Refund bot',
  ownerEmail: lead.email,
  teamId: world.northwind.units.payments,
  ...part,
})

describe('registerAgent', () => {
  test('gives an agent its owner, its team, its grants and its key in one commit, and records each', async () => {
    const input = registration('refund-bot', {
      riskTier: 'HIGH',
      grants: [
        { tool: 'refunds', action: 'create' },
        { tool: 'tickets', expiresAt: '2099-01-01T00:00:00Z' },
      ],
    })
    const answer = (await world.mutate(lead.scope, 'registerAgent', input, fields)) as never as {
      apiKey: string
      receipt: { id: string; seq: string }
      agent: Record<string, unknown>
    }
    expect(answer.agent).toMatchObject({
      slug: 'refund-bot',
      status: 'ACTIVE',
      riskTier: 'HIGH',
      environment: 'production',
      owner: { email: lead.email, displayName: 'lea' },
      team: { id: world.northwind.units.payments },
    })
    expect(parseApiKey(answer.apiKey)).not.toBeNull()
    const recorded = (await world.receipts(world.northwind)).slice(-4)
    expect(recorded.map(({ type }) => type)).toEqual([
      'agent.registered',
      'api_key.created',
      'grant.given',
      'grant.given',
    ])
    expect(recorded[0]).toMatchObject({
      id: answer.receipt.id,
      subject: { id: answer.agent['id'] },
      actor: { id: lead.id },
    })
    expect(JSON.stringify(recorded)).not.toMatch(/refund-bot|Refund bot|refunds|tickets|example\.com/)
    const grants = await world.database.asSuperuser(
      'SELECT tool, action, granted_by FROM workforce.agent_grant WHERE agent_id = $1 ORDER BY tool',
      [answer.agent['id']],
    )
    expect(grants).toEqual([
      { tool: 'refunds', action: 'create', granted_by: lead.id },
      { tool: 'tickets', action: null, granted_by: lead.id },
    ])
    const [key] = await world.database.asSuperuser<{ trust_ceiling: string; key_hash: Buffer }>(
      'SELECT trust_ceiling, key_hash FROM identity.api_key WHERE agent_id = $1',
      [answer.agent['id']],
    )
    expect(key!.trust_ceiling).toBe('TRUSTED_INTERNAL')
    expect(key!.key_hash.toString('utf8')).not.toContain(answer.apiKey)
  })

  test("gives the key no more trust than its maker's ceiling", async () => {
    const low = world.scope(world.northwind, {
      ...admin.scope.claims,
      ceiling: 'SEMI_TRUSTED',
    })
    const answer = await world.mutate(
      low,
      'registerAgent',
      registration('low-trust'),
      '... on AgentRegistered { agent { apiKeys { trustCeiling capabilities } } }',
    )
    expect(answer).toMatchObject({ agent: { apiKeys: [{ trustCeiling: 'SEMI_TRUSTED' }] } })
  })

  test.each([
    ['a slug that is taken, even by an agent out of sight', { slug: 'refund-bot' }, 'SLUG_TAKEN', () => supportLead],
    ['an owner nobody in sight is', { ownerEmail: 'nobody@example.com' }, 'UNKNOWN_OWNER', () => lead],
    ['a team that is not there', { teamId: newId() }, 'UNKNOWN_TEAM', () => admin],
    ['a garbled team', { teamId: "x' OR 1=1" }, 'UNKNOWN_TEAM', () => admin],
    ['a slug with capitals', { slug: 'Refund' }, 'INVALID_INPUT', () => lead],
    ['an empty name', { displayName: ' ' }, 'INVALID_INPUT', () => lead],
    [
      'a grant in the past',
      { grants: [{ tool: 't', expiresAt: '2001-01-01T00:00:00Z' }] },
      'INVALID_INPUT',
      () => lead,
    ],
    ['the same grant twice', { grants: [{ tool: 't' }, { tool: 't', action: null }] }, 'INVALID_INPUT', () => lead],
  ] as const)('refuses %s', async (_, part, code, who) => {
    const mine = who() === supportLead ? { teamId: world.northwind.units.support, ownerEmail: supportLead.email } : {}
    const answer = await world.mutate(who().scope, 'registerAgent', { ...registration('another'), ...mine, ...part })
    expect(answer).toMatchObject({ __typename: 'Refused', code })
  })

  test("refuses another team, another tenant's team and another tenant's owner like unknown ones", async () => {
    const foreign = await world.person(world.contoso, 'carl', [{ role: 'tenant-admin', unit: null }])
    for (const [part, code] of [
      [{ teamId: world.northwind.units.support }, 'UNKNOWN_TEAM'],
      [{ teamId: world.contoso.units.payments }, 'UNKNOWN_TEAM'],
      [{ ownerEmail: foreign.email }, 'UNKNOWN_OWNER'],
    ] as const) {
      expect(await world.mutate(lead.scope, 'registerAgent', { ...registration('reach'), ...part })).toMatchObject({
        code,
      })
    }
    const rows = await world.database.asSuperuser('SELECT id FROM workforce.org_unit WHERE id = $1', [
      world.contoso.units.payments,
    ])
    expect(rows).toHaveLength(1)
  })

  test('needs `agents:write`, and `grants:write` for grants', async () => {
    const reader = world.scope(world.northwind, { all: true, caps: ['agents:read'] })
    await expect(world.mutate(reader, 'registerAgent', registration('none'))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    const writer = world.scope(world.northwind, { all: true, caps: ['agents:write'] })
    const withGrants = registration('none', { grants: [{ tool: 't' }] })
    await expect(world.mutate(writer, 'registerAgent', withGrants)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('changeAgent', () => {
  const changed = '... on AgentChanged { agent { version riskTier purpose owner { email } } receipt { seq } }'

  test('records what changed, with words sealed, and raises the version', async () => {
    const { id } = await world.agent(world.northwind, 'mover', world.northwind.units.payments, lead.email)
    const input = {
      agentId: id,
      riskTier: 'CRITICAL',
      purpose: 'refunds above the limit',
      ownerEmail: admin.email,
      expectedVersion: 1,
    }
    expect(await world.mutate(admin.scope, 'changeAgent', input, changed)).toMatchObject({
      agent: { version: 2, riskTier: 'CRITICAL', owner: { email: admin.email } },
    })
    const [receipt] = (await world.receipts(world.northwind, 'agent.changed')).slice(-1)
    expect(receipt!.data).toMatchObject({
      changed: ['owner', 'purpose', 'riskTier'],
      owner: { from: lead.id, to: admin.id },
      riskTier: { from: 'MEDIUM', to: 'CRITICAL' },
      version: 2,
    })
    expect(JSON.stringify(receipt)).not.toContain('above the limit')
  })

  test('refuses a version somebody was faster than, nothing to change, and a revoked agent', async () => {
    const { id } = await world.agent(world.northwind, 'mover-2', world.northwind.units.payments, lead.email)
    const change = (part: object) => world.mutate(lead.scope, 'changeAgent', { agentId: id, ...part })
    expect(await change({ purpose: 'x', expectedVersion: 7 })).toMatchObject({ code: 'STALE_VERSION' })
    expect(await change({ riskTier: 'MEDIUM' })).toMatchObject({ code: 'INVALID_INPUT' })
    await world.mutate(lead.scope, 'revokeAgent', { agentId: id, reason: 'done' })
    expect(await change({ purpose: 'x' })).toMatchObject({ code: 'AGENT_REVOKED' })
  })

  test('lets nobody change an agent of another team, even its owner', async () => {
    const { id } = await world.agent(world.northwind, 'elsewhere', world.northwind.units.support, lead.email)
    expect(await world.run(lead.scope, 'query ($id: ID!) { agent(id: $id) { slug } }', { id })).toEqual({
      agent: { slug: 'elsewhere' },
    })
    expect(await world.mutate(lead.scope, 'changeAgent', { agentId: id, purpose: 'mine' })).toMatchObject({
      code: 'OUT_OF_SCOPE',
    })
  })
})

describe('the directory', () => {
  const list = `query ($first: Int, $after: String, $filter: AgentFilter) { agents(first: $first, after: $after, filter: $filter) { nodes { slug } pageInfo { hasNextPage endCursor } totalCount } }`
  interface Listed {
    agents: {
      nodes: { slug: string }[]
      pageInfo: { hasNextPage: boolean; endCursor: string | null }
      totalCount: number
    }
  }
  const slugs = async (scope: Actor['scope'], filter: object): Promise<string[]> =>
    (await world.run<Listed>(scope, list, { filter })).agents.nodes.map(({ slug }) => slug)

  beforeAll(async () => {
    for (const slug of ['dir-a', 'dir-b_1', 'dir-b.2', 'dir-c']) {
      await world.agent(world.northwind, slug, world.northwind.units.support, supportLead.email)
    }
  })

  test('pages by slug without showing one twice or leaving one out', async () => {
    const seen: string[] = []
    let after: string | null = null
    do {
      const { agents }: Listed = await world.run<Listed>(admin.scope, list, { first: 2, after })
      seen.push(...agents.nodes.map(({ slug }) => slug))
      expect(agents.totalCount).toBeGreaterThan(4)
      after = agents.pageInfo.hasNextPage ? agents.pageInfo.endCursor : null
    } while (after !== null)
    const [row] = await world.database.asSuperuser<{ total: number }>(
      'SELECT count(*)::int AS total FROM identity.agent WHERE tenant_id = $1',
      [world.northwind.tenantId],
    )
    expect(seen).toHaveLength(row!.total)
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('filters by unit with its subtree, by owner, by status and tier, and by text taken literally', async () => {
    const { units } = world.northwind
    expect(await slugs(admin.scope, { orgUnit: units.support, text: 'dir-' })).toEqual(
      ['dir-a', 'dir-b.2', 'dir-b_1', 'dir-c'].toSorted(),
    )
    expect((await slugs(admin.scope, { orgUnit: units.finance })).length).toBeGreaterThan(4)
    expect(await slugs(admin.scope, { owner: supportLead.id, text: 'DIR-A' })).toEqual(['dir-a'])
    expect(await slugs(admin.scope, { owner: supportLead.email.toUpperCase(), text: 'dir-c' })).toEqual(['dir-c'])
    expect(await slugs(admin.scope, { text: 'b_1' })).toEqual(['dir-b_1'])
    expect(await slugs(admin.scope, { text: '%' })).toEqual([])
    expect(await slugs(admin.scope, { riskTier: 'CRITICAL', status: 'FROZEN' })).toEqual([])
  })

  test('answers a garbled, unknown, hidden or foreign filter with nothing', async () => {
    for (const orgUnit of ['x', newId(), world.contoso.units.payments])
      expect(await slugs(admin.scope, { orgUnit })).toEqual([])
    expect(await slugs(lead.scope, { orgUnit: world.northwind.units.finance })).toEqual([])
    expect(await slugs(admin.scope, { owner: 'x\0' })).toEqual([])
    expect(await slugs(admin.scope, { text: 'x\0' })).toEqual([])
  })

  test('shows a team lead their team and what they own, and counts no more', async () => {
    const { agents } = await world.run<Listed>(supportLead.scope, list, {})
    const rows = await world.database.asSuperuser<{ slug: string }>(
      'SELECT slug FROM identity.agent WHERE tenant_id = $1 AND (team_id = $2 OR owner_id = $3) ORDER BY slug',
      [world.northwind.tenantId, world.northwind.units.support, supportLead.id],
    )
    expect(agents.nodes.map(({ slug }) => slug).toSorted()).toEqual(rows.map(({ slug }) => slug).toSorted())
    expect(agents.totalCount).toBe(rows.length)
  })

  test('refuses a cursor that is not ours', async () => {
    await expect(world.run(admin.scope, list, { after: 'bm8' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  test('escapes every wildcard', () => {
    expect(containing('50%_\\')).toBe('%50\\%\\_\\\\%')
  })
})

describe('one agent', () => {
  const one = 'query ($id: ID!) { agent(id: $id) { id viewerActs { act allowed because } owner { email } } }'

  test('is null when unknown, garbled, of another team or of another tenant', async () => {
    const other = await world.agent(world.northwind, 'hidden', world.northwind.units.support, supportLead.email)
    const carl = await world.person(world.contoso, 'cleo', [{ role: 'owner', unit: null }])
    const foreign = await world.agent(world.contoso, 'foreign', world.contoso.units.payments, carl.email)
    for (const id of [newId(), 'garbled', '', other.id.toUpperCase(), other.id, foreign.id]) {
      expect(await world.run(lead.scope, one, { id })).toEqual({ agent: null })
    }
    expect(
      await world.database.asSuperuser('SELECT id FROM identity.agent WHERE id = ANY ($1)', [[other.id, foreign.id]]),
    ).toHaveLength(2)
  })

  test('says what the viewer may do to it, by the rules of the mutations', async () => {
    const { id } = await world.agent(world.northwind, 'acts', world.northwind.units.payments, lead.email)
    const acts = async (scope: Actor['scope']) =>
      (
        await world.run<{ agent: { viewerActs: { act: string; allowed: boolean }[] } }>(scope, one, { id })
      ).agent.viewerActs
        .filter(({ allowed }) => allowed)
        .map(({ act }) => act)
    expect(await acts(lead.scope)).toEqual(['CHANGE', 'RESTRICT', 'FREEZE', 'QUARANTINE', 'REVOKE'])
    expect(await acts(world.scope(world.northwind, { all: true, caps: ['agents:read'] }))).toEqual([])
  })

  test('leads a team lead to its owner, whatever unit the owner is at home in', async () => {
    const boss = await world.person(
      world.northwind,
      'bea',
      [{ role: 'owner', unit: null }],
      world.northwind.units.support,
    )
    const { id } = await world.agent(world.northwind, 'owned-elsewhere', world.northwind.units.payments, boss.email)
    expect(await world.run(lead.scope, one, { id })).toMatchObject({ agent: { owner: { email: boss.email } } })
    expect(await world.run(lead.scope, 'query ($id: ID!) { person(id: $id) { email } }', { id: admin.id })).toEqual({
      person: { email: admin.email },
    })
  })

  test('shows an agent itself, and nothing beside', async () => {
    const { id } = await world.agent(world.northwind, 'self', world.northwind.units.payments, lead.email)
    const self = world.scope(world.northwind, { kind: 'agent', sub: id, agent: id, caps: ['agents:read'] })
    const data = await world.run<{ agents: { nodes: { slug: string }[] } }>(
      self,
      '{ agents { nodes { slug owner { email } } } }',
    )
    expect(data.agents.nodes).toEqual([{ slug: 'self', owner: { email: lead.email } }])
  })
})

test('resolves references in one statement, and hidden ones to null', async () => {
  const mine = await world.agent(world.northwind, 'ref-mine', world.northwind.units.payments, lead.email)
  const hidden = await world.agent(world.northwind, 'ref-hidden', world.northwind.units.support, supportLead.email)
  const data = await world.run(
    lead.scope,
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Agent { slug } ... on Person { email } } }',
    {
      r: [
        { __typename: 'Agent', id: mine.id },
        { __typename: 'Agent', id: hidden.id },
        { __typename: 'Agent', id: 'garbled' },
        { __typename: 'Person', id: lead.id },
        { __typename: 'Person', id: supportLead.id },
      ],
    },
  )
  expect(data).toEqual({ _entities: [{ slug: 'ref-mine' }, null, null, { email: lead.email }, null] })
})
