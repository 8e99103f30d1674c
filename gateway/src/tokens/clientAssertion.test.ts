/** What an agent's signature proves, and how often: two gateways on one real database. */
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { newId } from '@muster/kernel'
import { decodeJwt, SignJWT, type JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing/world.ts'

let world: World
let replica: string
let issuer: string
beforeAll(async () => {
  world = await startWorld({ settings: { badCredentialsPerMinute: 1_000 } })
  replica = await world.replica()
  issuer = (await metadata())['issuer'] as string
})
afterAll(() => world.stop())

const metadata = async (): Promise<Record<string, unknown>> =>
  (await (await world.fetch('/.well-known/oauth-authorization-server')).json()) as Record<string, unknown>

interface Client {
  prefix: string
  agentId: string
  keyId: string
  privateKey: KeyObject
  pem: string
  alg: string
}

async function agent(kind: 'ES256' | 'EdDSA', form: 'pem' | 'jwk' = 'pem'): Promise<Client> {
  const pair = kind === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
  const pem = pair.publicKey.export({ format: 'pem', type: 'spki' }) as string
  const agentId = await world.addAgent(`agent-${newId()}`)
  const registered = form === 'pem' ? pem : JSON.stringify(pair.publicKey.export({ format: 'jwk' }))
  await world.database.asSuperuser('UPDATE identity.agent SET public_key = $2 WHERE id = $1', [agentId, registered])
  const { prefix, keyId } = await world.addKey({ agentId, capabilities: ['actions:authorize', 'agents:read'] })
  return { prefix, agentId, keyId, privateKey: pair.privateKey, pem, alg: kind }
}

const seconds = (): number => Math.floor(Date.now() / 1000)
const claimsOf = (client: Client, part: JWTPayload = {}): JWTPayload => ({
  iss: client.prefix,
  sub: client.prefix,
  aud: issuer,
  jti: newId(),
  iat: seconds(),
  exp: seconds() + 60,
  ...part,
})
const signed = (client: Client, part: JWTPayload = {}, key = client.privateKey): Promise<string> =>
  new SignJWT(claimsOf(client, part)).setProtectedHeader({ alg: client.alg, kid: 'mine' }).sign(key)
const present = (assertion: string, more: Record<string, string> = {}, at = world.url): Promise<Response> =>
  fetch(`${at}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      ...more,
    }),
  })
async function isRefused(assertion: string, why: string): Promise<void> {
  const answer = await present(assertion)
  expect([why, answer.status, await answer.json()]).toMatchObject([why, 401, { error: 'invalid_client' }])
}
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('an agent that signs', () => {
  it.each([
    ['ES256', 'pem'],
    ['ES256', 'jwk'],
    ['EdDSA', 'pem'],
    ['EdDSA', 'jwk'],
  ] as const)('with %s, registered as %s, becomes what its key is and no more', async (kind, form) => {
    const client = await agent(kind, form)
    const answer = await present(await signed(client), { client_id: client.prefix })
    const body = (await answer.json()) as { access_token: string; scope: string }
    expect([answer.status, body.scope]).toEqual([200, 'agents:read actions:authorize'])
    expect(decodeJwt(body.access_token)).toMatchObject({ sub: client.agentId, cred: client.keyId })
    const me = await world.graphql('{ me { kind id } }', { bearer: body.access_token })
    expect(me.body.data?.['me']).toEqual({ kind: 'AGENT', id: client.agentId })
    const wide = await present(await signed(client), { scope: 'people:write' })
    expect([wide.status, await wide.json()]).toMatchObject([400, { error: 'invalid_scope' }])
  })

  it('may address the server or its token endpoint', async () => {
    const client = await agent('ES256')
    for (const aud of [issuer, `${issuer}/oauth/token`, [issuer]])
      expect((await present(await signed(client, { aud }))).status).toBe(200)
  })
})

describe('an assertion', () => {
  it('is used once, at whichever gateway, and twice at the same time neither', async () => {
    const client = await agent('ES256')
    const one = await signed(client)
    expect((await present(one, {}, replica)).status).toBe(200)
    await isRefused(one, 'replayed')
    const other = await signed(client)
    const answers = await Promise.all([present(other), present(other, {}, replica), present(other)])
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('is refused when expired, too long, from the future, for another audience, issuer or without a jti', async () => {
    const client = await agent('ES256')
    const parts: [string, JWTPayload][] = [
      ['expired', { exp: seconds() - 1 }],
      ['an hour long', { exp: seconds() + 3_600 }],
      ['issued in the future', { iat: seconds() + 60 }],
      ['not yet valid', { nbf: seconds() + 60 }],
      ['another audience', { aud: 'https://elsewhere.example' }],
      ['two audiences', { aud: [issuer, 'https://elsewhere.example'] }],
      ['another issuer', { iss: 'somebody' }],
      ['another subject', { sub: 'AAAAAAAA' }],
      ['no jti', { jti: '' }],
    ]
    for (const [why, part] of parts) await isRefused(await signed(client, part), why)
    expect((await present(await signed(client))).status).toBe(200)
  })

  it('is refused unsigned, signed with the public key as a secret, by another key, or altered', async () => {
    const [client, other] = [await agent('ES256'), await agent('ES256')]
    const body = encoded(claimsOf(client))
    await isRefused(`${encoded({ alg: 'none' })}.${body}.`, 'alg none')
    const hs = `${encoded({ alg: 'HS256' })}.${body}`
    await isRefused(`${hs}.${createHmac('sha256', client.pem).update(hs).digest('base64url')}`, 'HS256')
    await isRefused(await signed(client, {}, other.privateKey), 'another key')
    const [header, , signature] = (await signed(client)).split('.')
    await isRefused(`${header}.${encoded(claimsOf(client, { jti: 'x' }))}.${signature}`, 'altered')
    await isRefused('x'.repeat(10_000), 'long')
    for (const text of ['', 'a.b', 'a.b.c']) expect((await present(text)).status).toBeGreaterThanOrEqual(400)
    expect((await present(await signed(client))).status).toBe(200)
  })

  it('proves nothing for a key that was revoked, or beside a secret', async () => {
    const client = await agent('EdDSA')
    const beside = await present(await signed(client), { client_secret: 'x' })
    expect([beside.status, await beside.json()]).toMatchObject([400, { error: 'invalid_request' }])
    await world.database.asSuperuser('UPDATE identity.api_key SET is_active = false WHERE id = $1', [client.keyId])
    await isRefused(await signed(client), 'revoked')
  })
})
