/** Grants on a real database: given once, taken back for ever, seen by those in scope, with what was used when. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, offsetClock } from '@muster/kernel'
import { makeWorld, receiptOf, type Answer, type Company, type World } from '../testing/world.ts'

let world: World
let north: Company
let other: Company
let payments: string
let support: string
let agent: string
let hidden: string
let foreign: string

const grant = `mutation ($input: GrantAccessInput!) { grantAccess(input: $input) { __typename
  ... on AccessGranted { grant { id tool action mutates grantedBy grantor { id } expiresAt lastUsedAt agent { id } version } receipt { id seq } }
  ... on Refusal { code message } } }`
const revoke = `mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { __typename
  ... on GrantRevoked { grant { id revokedAt revokedBy version } receipt { id seq } } ... on Refusal { code } } }`
const ofAgents = `query ($refs: [_Any!]!, $ended: Boolean! = false) { _entities(representations: $refs) { ... on Agent {
  id grants(includeEnded: $ended) { id tool action mutates grantedBy expiresAt revokedAt lastUsedAt } } } }`

const refs = (...ids: string[]): Answer => ({ refs: ids.map((id) => ({ __typename: 'Agent', id })) })
const give = async (input: Answer, scope = north.scope()): Promise<Answer> =>
  (await world.run(scope, grant, { input: { agentId: agent, ...input } })).grantAccess

async function pin(tool: string, mutates: boolean, state = 'PINNED'): Promise<void> {
  await world.database.asSuperuser(
    `INSERT INTO passport.manifest (tenant_id, id, server, tool, version, hash, mutates, canonical, state, pinned_by)
     VALUES ($1, $2, 'server', $3, 1, $4, $5, '{}', $6, $2)`,
    [north.tenantId, newId(), tool, randomBytes(32), mutates, state],
  )
}

/** Lays down a decision of the guard. */
async function decided(
  by: string,
  tool: string,
  action: string,
  outcome: string,
  at: Date,
  team = payments,
): Promise<void> {
  await world.database.asSuperuser(
    `INSERT INTO guard.decision (tenant_id, id, agent_id, requester_id, credential, request_hash, tool, action, outcome, reason_code, determining,
       claimed_trust, effective_trust, mutates, payload_hash, action_hash, policy_hash, owner_id, team_id, unit_path, sealed, decided_at, seq, receipt_id)
     VALUES ($1, $2, $3, $2, 'test', $4, $5, $6, $7, 'TEST', '{}', 'UNKNOWN', 'UNKNOWN', true, $4, $4, '', $2, $8, ARRAY[$8]::uuid[], '', $9, 1, $2)`,
    [north.tenantId, newId(), by, randomBytes(32), tool, action, outcome, team, at],
  )
}

beforeAll(async () => {
  world = await makeWorld()
  north = await world.company('northwind')
  other = await world.company('elsewhere')
  payments = await north.unit('payments', 'TEAM')
  support = await north.unit('support', 'TEAM')
  agent = await north.agent({ team: payments })
  hidden = await north.agent({ team: support })
  foreign = await other.agent({ team: await other.unit('team', 'TEAM') })
  await pin('reader', false)
  await pin('writer', true)
  await pin('suspect', false, 'QUARANTINED')
})
afterAll(() => world?.stop())

describe('giving access', () => {
  test('records a grant with a commitment to what it covers, in one commit', async () => {
    const scope = north.scope()
    const given = await give({ tool: 'reader', action: 'list', expiresAt: '2999-01-01T00:00:00Z' }, scope)
    expect(given).toMatchObject({
      __typename: 'AccessGranted',
      grant: {
        tool: 'reader',
        action: 'list',
        mutates: false,
        grantedBy: scope.claims.sub,
        grantor: { id: scope.claims.sub },
        expiresAt: '2999-01-01T00:00:00.000Z',
        lastUsedAt: null,
        agent: { id: agent },
        version: 1,
      },
    })
    const receipt = await receiptOf(world.database, given.receipt.id)
    expect(receipt).toMatchObject({ type: 'grant.given', agentId: agent, seq: given.receipt.seq, unitPath: [payments] })
    expect(receipt.body.data).toMatchObject({ agent, grant: given.grant.id, everyAction: false, mutates: false })
    expect(receipt.text).not.toContain('reader')
    const [row] = await world.database.asSuperuser<{ sealed: Buffer }>(
      'SELECT sealed FROM ledger.receipt WHERE id = $1',
      [given.receipt.id],
    )
    expect(row!.sealed.includes(Buffer.from('reader'))).toBe(false)
  })

  test('calls everything that is not known to only read a mutation', async () => {
    const mutates = async (tool: string): Promise<boolean> => (await give({ tool })).grant.mutates
    expect(await mutates('reader')).toBe(false)
    expect(await mutates('writer')).toBe(true)
    expect(await mutates('suspect')).toBe(true)
    expect(await mutates('never pinned')).toBe(true)
  })

  test('tells one action from every action, and refuses either twice', async () => {
    for (const action of ['send', 'drop', null])
      expect((await give({ tool: 'mail', action })).__typename).toBe('AccessGranted')
    for (const action of ['send', null])
      expect(await give({ tool: 'mail', action })).toMatchObject({ code: 'ALREADY_GRANTED' })
  })

  test('gives a grant once when asked ten times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => give({ tool: 'race' })))
    expect(answers.filter(({ __typename }) => __typename === 'AccessGranted')).toHaveLength(1)
    expect(answers.filter(({ code }) => code === 'ALREADY_GRANTED')).toHaveLength(9)
  })

  test('answers a hidden, a foreign, an unknown and a garbled agent alike, and gives nothing', async () => {
    const lead = north.lead(payments)
    for (const agentId of [hidden, foreign, newId(), 'garbled'])
      expect(await give({ agentId, tool: 'x' }, lead)).toMatchObject({
        code: 'UNKNOWN_AGENT',
        message: 'there is no such agent',
      })
    expect(
      await world.database.asSuperuser('SELECT 1 FROM identity.agent WHERE id = ANY ($1)', [[hidden, foreign]]),
    ).toHaveLength(2)
    expect(
      await world.database.asSuperuser('SELECT 1 FROM workforce.agent_grant WHERE agent_id = ANY ($1)', [
        [hidden, foreign],
      ]),
    ).toHaveLength(0)
  })

  test.each([
    [{ tool: '' }, 'INVALID_TOOL'],
    [{ tool: 'a\u200bb' }, 'INVALID_TOOL'],
    [{ tool: ' padded' }, 'INVALID_TOOL'],
    [{ tool: '*' }, 'INVALID_TOOL'],
    [{ tool: 'x', action: '*' }, 'INVALID_ACTION'],
    [{ tool: 'x', action: 'nul\u0000' }, 'INVALID_ACTION'],
    [{ tool: 'x', expiresAt: '2020-01-01T00:00:00Z' }, 'EXPIRY_IN_PAST'],
  ])('refuses %j with %s', async (input, code) => {
    expect(await give(input)).toMatchObject({ __typename: 'Refused', code })
  })

  test("gives nothing to a revoked agent, and nothing by an agent's own key", async () => {
    const gone = await north.agent({ team: payments, status: 'REVOKED' })
    expect(await give({ agentId: gone, tool: 'x' })).toMatchObject({ code: 'AGENT_REVOKED' })
    const own = north.scope({ kind: 'agent', agent, all: false, sub: agent })
    expect(await give({ tool: 'x' }, own)).toMatchObject({ code: 'SELF_GRANT' })
  })

  test('needs the capability', async () => {
    expect(
      await world.faults(north.scope({ caps: ['grants:read'] }), grant, { input: { agentId: agent, tool: 'x' } }),
    ).toEqual(['FORBIDDEN'])
  })
})

describe('taking access back', () => {
  test('ends it in one commit with its receipt, once, and the same access can be given anew', async () => {
    const { grant: given } = await give({ tool: 'temporary' })
    const scope = north.scope()
    const { revokeGrant } = await world.run(scope, revoke, { input: { grantId: given.id } })
    expect(revokeGrant.grant).toMatchObject({ id: given.id, revokedBy: scope.claims.sub, version: 2 })
    const receipt = await receiptOf(world.database, revokeGrant.receipt.id)
    expect(receipt).toMatchObject({
      type: 'grant.revoked',
      agentId: agent,
      body: { data: { agent, grant: given.id, reason: 'REVOKED' } },
    })
    expect((await world.run(scope, revoke, { input: { grantId: given.id } })).revokeGrant).toMatchObject({
      code: 'ALREADY_REVOKED',
    })
    expect((await give({ tool: 'temporary' })).__typename).toBe('AccessGranted')
  })

  test('answers a hidden, a foreign, an unknown and a garbled grant alike, and ends none', async () => {
    const elsewhere = (await give({ agentId: foreign, tool: 'x' }, other.scope())).grant.id
    const unseen = (await give({ agentId: hidden, tool: 'x' })).grant.id
    for (const grantId of [elsewhere, unseen, newId(), 'garbled'])
      expect((await world.run(north.lead(payments), revoke, { input: { grantId } })).revokeGrant).toMatchObject({
        code: 'UNKNOWN_GRANT',
      })
    const rows = await world.database.asSuperuser(
      'SELECT 1 FROM workforce.agent_grant WHERE id = ANY ($1) AND revoked_at IS NULL',
      [[elsewhere, unseen]],
    )
    expect(rows).toHaveLength(2)
  })
})

describe("an agent's grants", () => {
  test('are shown to those who see the agent, whatever the rest', async () => {
    await give({ agentId: hidden, tool: 'seen' })
    const lead = await world.run(north.lead(support), ofAgents, refs(hidden, agent, foreign, newId(), 'garbled'))
    expect(lead._entities).toMatchObject([{ id: hidden }, null, null, null, null])
    expect(lead._entities[0].grants.map(({ tool }: Answer) => tool)).toContain('seen')
    const owner = await north.person()
    const owned = await north.agent({ team: support, owner })
    const mine = await world.run(north.scope({ all: false, sub: owner }), ofAgents, refs(owned, hidden))
    expect(mine._entities).toMatchObject([{ id: owned, grants: [] }, null])
  })

  test('say when they were last used, by allowed decisions while they were live', async () => {
    const worker = await north.agent({ team: payments })
    const day = (n: number): Date => new Date(Date.now() + n * 86_400_000)
    await decided(worker, 'ledger', 'read', 'ALLOW', day(-9)) // before the grant: another one's use
    const one = (await give({ agentId: worker, tool: 'ledger', action: 'read' })).grant.id
    const all = (await give({ agentId: worker, tool: 'ledger' })).grant.id
    const none = (await give({ agentId: worker, tool: 'idle' })).grant.id
    const [read, write] = [day(1), day(2)]
    await decided(worker, 'ledger', 'read', 'ALLOW', read)
    await decided(worker, 'ledger', 'write', 'ALLOW', write)
    await decided(worker, 'ledger', 'write', 'DENY', day(3))
    await decided(worker, 'idle', 'x', 'REVIEW', day(3))
    const { _entities } = await world.run(north.scope(), ofAgents, refs(worker))
    const used = Object.fromEntries(_entities[0].grants.map((row: Answer) => [row.id, row.lastUsedAt]))
    expect(used).toEqual({ [one]: read.toISOString(), [all]: write.toISOString(), [none]: null })
  })

  test('leave out the ended ones unless asked', async () => {
    const worker = await north.agent({ team: payments })
    const kept = (await give({ agentId: worker, tool: 'kept' })).grant.id
    const ended = (await give({ agentId: worker, tool: 'ended' })).grant.id
    await world.run(north.scope(), revoke, { input: { grantId: ended } })
    const ids = async (includeEnded: boolean): Promise<string[]> => {
      const { _entities } = await world.run(north.scope(), ofAgents, { ...refs(worker), ended: includeEnded })
      return _entities[0].grants.map(({ id }: Answer) => id)
    }
    expect(await ids(false)).toEqual([kept])
    expect(await ids(true)).toEqual([ended, kept])
  })
})

test('an expired grant is shown no more, and giving it anew puts its end on record', async () => {
  const later = await makeWorld(offsetClock(3_600_000))
  try {
    const company = await later.company('later')
    const worker = await company.agent({ team: await company.unit('team', 'TEAM') })
    const input = { agentId: worker, tool: 'brief', expiresAt: new Date(Date.now() + 3_600_000 + 700).toISOString() }
    const first = (await later.run(company.scope(), grant, { input })).grantAccess
    expect(first.__typename).toBe('AccessGranted')
    await new Promise((resolve) => setTimeout(resolve, 900))
    expect((await later.run(company.scope(), ofAgents, refs(worker)))._entities[0].grants).toEqual([])
    const again = (await later.run(company.scope(), grant, { input: { ...input, expiresAt: null } })).grantAccess
    expect(again.__typename).toBe('AccessGranted')
    const receipts = await later.database.asSuperuser<{ type: string; reason: string | null }>(
      `SELECT type, convert_from(body, 'UTF8')::jsonb->'data'->>'reason' AS reason FROM ledger.receipt WHERE agent_id = $1 ORDER BY seq`,
      [worker],
    )
    expect(receipts.map(({ type, reason }) => [type, reason])).toEqual([
      ['grant.given', null],
      ['grant.revoked', 'EXPIRED'],
      ['grant.given', null],
    ])
  } finally {
    await later.stop()
  }
})
