/** Plans and suspension as the door keeps them, on the real database and with two gateways. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { setTimeout as wait } from 'node:timers/promises'
import { inScope } from '@muster/db'
import { capabilities } from '@muster/kernel'
import { createGateway, type Gateway, type GatewayOptions } from '../gateway.ts'
import { readEvents } from '../testing/eventReader.ts'
import { startWorld, type World } from '../testing/world.ts'

let world: World
let replica: Gateway
let replicaUrl: string

beforeAll(async () => {
  let made: GatewayOptions | undefined
  world = await startWorld({ change: (options) => (made = options) })
  replica = await createGateway({ ...made!, settings: { publicUrl: world.url.replace('127.0.0.1', 'localhost') } })
  replicaUrl = (await replica.listen({ host: '127.0.0.1', port: 0 })).replace('localhost', '127.0.0.1')
})
afterAll(async () => {
  await replica?.close()
  await world?.stop()
})

/** A second: how long an answer about a credential may be remembered. */
const second = 1_000
const put = (code: string) =>
  world.database.asSuperuser('UPDATE identity.tenant SET plan_code = $2 WHERE id = $1', [world.tenantId, code])
const asOperator = <T>(work: () => Promise<T>): Promise<T> =>
  inScope(world.database.scope(world.tenantId, { caps: [...capabilities], kind: 'service' }), work)
const askReplica = (bearer: string) =>
  fetch(`${replicaUrl}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body: JSON.stringify({ query: '{ hello }' }),
  })

describe('requests by plan', () => {
  it('are told with each answer, and refused with 429, Retry-After and the same fields', async () => {
    await put('free')
    const { apiKey } = await world.addKey()
    const first = await world.graphql('{ hello }', { bearer: apiKey })
    expect(first.headers.get('ratelimit-policy')).toBe('"tenant";q=600;w=60, "credential";q=300;w=60')
    expect(first.headers.get('ratelimit')).toMatch(/^"tenant";r=599;t=60, "credential";r=299;t=60$/)
    const batch = JSON.stringify(Array.from({ length: 10 }, () => ({ query: '{ hello }' })))
    for (let sent = 1; sent + 10 <= 300; sent += 10) {
      expect((await world.graphql('', { bearer: apiKey, raw: batch })).status).toBe(200)
    }
    const refused = await world.graphql('', { bearer: apiKey, raw: batch })
    expect(refused.status).toBe(429)
    expect(refused.headers.get('content-type')).toContain('application/problem+json')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('ratelimit')).toContain('"credential";r=9;')
    expect(refused.body).toMatchObject({ code: 'RATE_LIMITED', limit: 'credential', plan: 'free' })
    // The other plan holds within a second, for the same credential.
    await put('max')
    await wait(second)
    expect((await world.graphql('', { bearer: apiKey, raw: batch })).status).toBe(200)
  })
})

describe('a suspended tenant', () => {
  it('is refused within a second on every replica, and told so only to holders of what holds', async () => {
    const other = await world.openTenant('beside')
    const [{ apiKey, prefix }, beside, closed] = [
      await world.addKey(),
      await world.addKey({}, other.tenantId),
      await world.addKey(),
    ]
    await world.database.asSuperuser('UPDATE identity.api_key SET is_active = false WHERE id = $1', [closed.keyId])
    await world.addPerson({ email: 'sus@example.test', password: 'a password of the time 1' })
    const form = {
      method: 'POST',
      body: new URLSearchParams({ email: 'sus@example.test', password: 'a password of the time 1' }),
    }
    const cookie = (await world.fetch('/auth/sign-in', form)).headers.get('set-cookie')!.split(';')[0]!
    const client = { grant_type: 'client_credentials', client_id: prefix, client_secret: apiKey }
    const token = () => world.fetch('/oauth/token', { method: 'POST', body: new URLSearchParams(client) })
    const accessToken = ((await (await token()).json()) as { access_token: string }).access_token
    for (const bearer of [apiKey, accessToken]) {
      expect((await world.graphql('{ hello }', { bearer })).status).toBe(200)
      expect((await askReplica(bearer)).status).toBe(200)
    }
    const stream = await readEvents(world.url, { authorization: `Bearer ${apiKey}` })
    expect(await stream.next()).toMatchObject({ name: 'open' })

    await asOperator(() => world.identity.suspendTenant({ reason: 'unpaid' }))
    await wait(second)
    for (const bearer of [apiKey, accessToken]) {
      const refused = await world.graphql('{ hello }', { bearer })
      expect(refused.status).toBe(403)
      expect(refused.body).toMatchObject({ code: 'TENANT_SUSPENDED' })
      expect((await askReplica(bearer)).status).toBe(403)
    }
    expect((await token()).status).toBe(403)
    expect((await world.fetch('/auth/session', { headers: { cookie } })).status).toBe(401)
    expect(await (await world.fetch('/auth/sign-in', form)).json()).toMatchObject({ code: 'TENANT_SUSPENDED' })
    // Whoever holds nothing that would hold learns nothing.
    const wrong = new URLSearchParams({ email: 'sus@example.test', password: 'another password 1' })
    expect(await (await world.fetch('/auth/sign-in', { method: 'POST', body: wrong })).json()).toMatchObject({
      code: 'SIGN_IN_REFUSED',
    })
    expect((await world.graphql('{ hello }', { bearer: closed.apiKey })).status).toBe(401)
    expect((await world.graphql('{ hello }', { bearer: `${prefix}_${'x'.repeat(43)}` })).status).toBe(401)
    for (let event = await stream.next(); event.name !== 'end'; event = await stream.next());
    // Nobody else is touched.
    expect((await world.graphql('{ hello }', { bearer: beside.apiKey })).status).toBe(200)

    await asOperator(() => world.identity.resumeTenant({ reason: 'paid' }))
    await wait(second)
    expect((await world.graphql('{ hello }', { bearer: apiKey })).status).toBe(200)
    expect((await askReplica(apiKey)).status).toBe(200)
    expect((await world.fetch('/auth/session', { headers: { cookie } })).status).toBe(401)
    expect((await world.fetch('/auth/sign-in', form)).status).toBe(200)
    const types = await world.database.asSuperuser(
      "SELECT type FROM ledger.receipt WHERE tenant_id = $1 AND type IN ('tenant.suspended', 'tenant.resumed') ORDER BY seq",
      [world.tenantId],
    )
    expect(types).toEqual([{ type: 'tenant.suspended' }, { type: 'tenant.resumed' }])
  })

  it('is nobody\u2019s act but the operator\u2019s, and not done twice', async () => {
    const person = world.database.scope(world.tenantId, { caps: [...capabilities] })
    await expect(inScope(person, () => world.identity.suspendTenant({ reason: 'x' }))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    await expect(asOperator(() => world.identity.resumeTenant({ reason: 'x' }))).rejects.toMatchObject({
      code: 'NOT_SUSPENDED',
    })
  })
})
