/** API keys through the graph: made, rotated, switched off, and never wider than their maker. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inScope } from '@muster/db'
import { newId, type Claims } from '@muster/kernel'
import { hashApiKey } from '@muster/keys'
import { startWorld, type Actor, type Company, type World } from '../testing/world.ts'

let world: World
let company: Company
let admin: Actor
let orgAdmin: Actor
let lead: Actor

beforeAll(async () => {
  world = await startWorld()
  company = world.northwind
  admin = await world.person(company, 'ada', [{ role: 'tenant-admin', unit: null }])
  orgAdmin = await world.person(company, 'olga', [{ role: 'org-admin', unit: company.units.finance }])
  lead = await world.person(company, 'lea', [{ role: 'team-lead', unit: company.units.payments }])
})
afterAll(() => world?.stop())

const fields =
  '... on ApiKeyCreated { apiKey receipt { seq } key { id prefix label capabilities trustCeiling expiresAt unit { id } agent { id } } }'
interface Created {
  apiKey: string
  key: { id: string; prefix: string; capabilities: string[]; trustCeiling: string; expiresAt: string | null }
}
const create = (actor: { scope: Actor['scope'] }, part: object = {}) =>
  world.mutate(actor.scope, 'createApiKey', { label: 'ci', capabilities: ['agents:read'], ...part }, fields)
const made = async (actor: { scope: Actor['scope'] }, part: object = {}) => {
  const answer = await create(actor, part)
  expect(answer.__typename).toBe('ApiKeyCreated')
  return answer as never as Created
}
/** A scope that acts with a key, as the gateway resolves it. */
const withKey = ({ key }: Created, part: Partial<Claims>) => ({
  scope: world.scope(company, {
    kind: 'api_key',
    sub: key.id,
    cred: key.id,
    caps: key.capabilities,
    all: true,
    ...part,
  }),
})

describe('createApiKey', () => {
  test('shows the key once and keeps its hash; the receipt names rights and no name', async () => {
    const created = await made(admin, { label: 'nightly export', trustCeiling: 'TRUSTED_INTERNAL' })
    const [row] = await world.database.asSuperuser<{ key_hash: Buffer; all: string }>(
      'SELECT key_hash, k::text AS all FROM identity.api_key k WHERE id = $1',
      [created.key.id],
    )
    expect(row!.key_hash).toEqual(hashApiKey(created.apiKey))
    expect(row!.all).not.toContain(created.apiKey)
    const [receipt] = (await world.receipts(company, 'api_key.created')).slice(-1)
    expect(receipt).toMatchObject({
      subject: { id: created.key.id },
      data: {
        capabilities: ['agents:read'],
        trustCeiling: 'TRUSTED_INTERNAL',
        agent: null,
        unit: null,
        expiresAt: null,
      },
    })
    expect(JSON.stringify(receipt)).not.toContain('nightly')
    const door = await world.database.asSuperuser(
      "SELECT ref_id FROM identity.door WHERE kind = 'api_key' AND lookup = $1",
      [Buffer.from(created.key.prefix)],
    )
    expect(door).toEqual([{ ref_id: created.key.id }])
  })

  test('vouches for nothing unless asked', async () => {
    expect((await made(admin)).key.trustCeiling).toBe('UNKNOWN')
  })

  test('refuses capabilities, trust, scope and life beyond the maker', async () => {
    const key = await made(admin, {
      capabilities: ['apikeys:write', 'agents:read'],
      trustCeiling: 'SEMI_TRUSTED',
      expiresAt: '2099-01-01T00:00:00Z',
    })
    const maker = withKey(key, { ceiling: 'SEMI_TRUSTED' })
    expect(await create(maker, { capabilities: ['agents:write'] })).toMatchObject({ code: 'WIDENS_CREATOR' })
    expect(await create(maker, { trustCeiling: 'TRUSTED_INTERNAL' })).toMatchObject({ code: 'WIDENS_CREATOR' })
    expect(await create(maker, { expiresAt: '2100-01-01T00:00:00Z' })).toMatchObject({ code: 'WIDENS_CREATOR' })
    expect((await made(maker)).key.expiresAt).toBe('2099-01-01T00:00:00.000Z')
    expect(await create(orgAdmin)).toMatchObject({ code: 'SCOPE_REQUIRED' })
    expect(await create(orgAdmin, { unitId: company.units.support })).toMatchObject({ __typename: 'ApiKeyCreated' })
  })

  test('refuses a key whose own row is not in sight as a maker', async () => {
    const ghost = {
      scope: world.scope(company, { kind: 'api_key', all: true, caps: ['apikeys:write', 'agents:read'] }),
    }
    expect(await create(ghost)).toMatchObject({ code: 'WIDENS_CREATOR' })
  })

  test('refuses units and agents that are unknown, garbled or another tenant’s', async () => {
    const carl = await world.person(world.contoso, 'carl', [{ role: 'owner', unit: null }])
    const foreign = await world.agent(world.contoso, 'foreign', world.contoso.units.payments, carl.email)
    for (const unitId of [newId(), 'x', world.contoso.units.payments]) {
      expect(await create(admin, { unitId })).toMatchObject({ code: 'UNKNOWN_UNIT' })
    }
    for (const agentId of [newId(), 'x', foreign.id]) {
      expect(await create(admin, { agentId })).toMatchObject({ code: 'UNKNOWN_AGENT' })
    }
    expect(await create(admin, { agentId: foreign.id, unitId: company.units.payments })).toMatchObject({
      code: 'INVALID_INPUT',
    })
    expect(await create(admin, { capabilities: ['agents:everything'] })).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await create(admin, { capabilities: [] })).toMatchObject({ code: 'INVALID_INPUT' })
  })

  test('needs `apikeys:write`', async () => {
    await expect(create(lead, { unitId: company.units.payments })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('the end of a key', () => {
  const rotated = '... on ApiKeyRotated { apiKey key { id capabilities trustCeiling } receipt { seq } }'

  test('revoking works once', async () => {
    const { key } = await made(admin)
    const revoke = () =>
      world.mutate(
        admin.scope,
        'revokeApiKey',
        { keyId: key.id, reason: 'leaked' },
        '... on ApiKeyRevoked { key { isActive } }',
      )
    expect(await revoke()).toMatchObject({ key: { isActive: false } })
    expect(await revoke()).toMatchObject({ code: 'ALREADY_REVOKED' })
    const [receipt] = (await world.receipts(company, 'api_key.revoked')).slice(-1)
    expect(receipt).toMatchObject({ subject: { id: key.id }, data: { reason: expect.any(String) } })
  })

  test('a successor has the same rights, and the old key ends with the overlap', async () => {
    const old = await made(admin, { capabilities: ['agents:read', 'ledger:read'] })
    const next = (await world.mutate(
      admin.scope,
      'rotateApiKey',
      { keyId: old.key.id, overlapSeconds: 60 },
      rotated,
    )) as never as Created
    expect(next.key).toMatchObject({ capabilities: old.key.capabilities, trustCeiling: old.key.trustCeiling })
    const [row] = await world.database.asSuperuser<{ is_active: boolean; left: number }>(
      'SELECT is_active, extract(epoch FROM expires_at - muster.now())::int AS left FROM identity.api_key WHERE id = $1',
      [old.key.id],
    )
    expect(row!.is_active).toBe(true)
    expect(row!.left).toBeGreaterThan(50)
    expect(row!.left).toBeLessThanOrEqual(60)
    const [receipt] = (await world.receipts(company, 'api_key.rotated')).slice(-1)
    expect(receipt!.data).toMatchObject({ replaces: old.key.id })
  })

  test("a team lead renews and revokes their agents' own keys, and no other key", async () => {
    const agent = await world.agent(company, 'renewed', company.units.payments, lead.email)
    const elsewhere = await world.agent(company, 'other-team', company.units.support, lead.email)
    const platform = await made(admin)
    const next = (await world.mutate(lead.scope, 'rotateApiKey', { keyId: agent.keyId }, rotated)) as never as Created
    expect(next.apiKey).toMatch(/^mk_live_/)
    expect(await world.mutate(lead.scope, 'rotateApiKey', { keyId: agent.keyId })).toMatchObject({
      code: 'ALREADY_REVOKED',
    })
    expect(await world.mutate(lead.scope, 'revokeApiKey', { keyId: next.key.id })).toMatchObject({
      __typename: 'ApiKeyRevoked',
    })
    expect(await world.mutate(lead.scope, 'revokeApiKey', { keyId: elsewhere.keyId })).toMatchObject({
      code: 'UNKNOWN_KEY',
    })
    expect(await world.mutate(lead.scope, 'revokeApiKey', { keyId: platform.key.id })).toMatchObject({
      code: 'UNKNOWN_KEY',
    })
  })

  test('a wider key of an agent is not renewed by who could not have made it', async () => {
    const agent = await world.agent(company, 'wide', company.units.payments, lead.email)
    const wide = await made(admin, { agentId: agent.id, capabilities: ['keys:rotate'] })
    expect(await world.mutate(lead.scope, 'rotateApiKey', { keyId: wide.key.id })).toMatchObject({
      code: 'WIDENS_CREATOR',
    })
  })
})

describe('the list', () => {
  const list =
    'query ($filter: ApiKeyFilter) { apiKeys(first: 100, filter: $filter) { nodes { id isActive } totalCount } }'
  interface Listed {
    apiKeys: { nodes: { id: string }[]; totalCount: number }
  }

  test('shows keys in scope, newest first, and never a hash', async () => {
    const agent = await world.agent(company, 'listed', company.units.payments, lead.email)
    const { apiKeys } = await world.run<Listed>(admin.scope, list, { filter: { agentId: agent.id } })
    expect(apiKeys).toMatchObject({ nodes: [{ id: agent.keyId, isActive: true }], totalCount: 1 })
    const all = await world.run<Listed>(admin.scope, list)
    expect(all.apiKeys.nodes.map(({ id }) => id)).toEqual(
      all.apiKeys.nodes
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    )
    expect(/type ApiKey \{[^}]*\}/.exec(world.identity.sdl)?.[0]).not.toMatch(/hash/i)
  })

  test('shows nothing of another tenant, though it is there', async () => {
    const { apiKeys } = await world.run<Listed>(world.contoso.service, list)
    const rows = await world.database.asSuperuser('SELECT id FROM identity.api_key WHERE tenant_id = $1', [
      company.tenantId,
    ])
    expect(rows.length).toBeGreaterThan(0)
    const theirs = new Set(apiKeys.nodes.map(({ id }) => id))
    expect(rows.filter(({ id }) => theirs.has(id as string))).toEqual([])
  })
})

test('the last use is noted in batches, never back in time, and unknown keys are ignored', async () => {
  const { key } = await made(admin)
  const note = (at: string) =>
    inScope(company.service, () =>
      world.identity.noteKeysUsed([
        { keyId: key.id, usedAt: new Date(at) },
        { keyId: newId(), usedAt: new Date(at) },
        { keyId: 'garbled', usedAt: new Date(at) },
        { keyId: key.id, usedAt: new Date('2026-01-01T00:00:00Z') },
      ]),
    )
  await note('2026-12-01T00:00:00Z')
  await note('2026-11-01T00:00:00Z')
  const rows = await world.database.asSuperuser('SELECT last_used_at FROM identity.api_key WHERE id = $1', [key.id])
  expect(rows).toEqual([{ last_used_at: new Date('2026-12-01T00:00:00Z') }])
})
