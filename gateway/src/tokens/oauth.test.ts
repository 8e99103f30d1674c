/** What keys and tokens promise, over HTTP on a real database. */
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { newId } from '@muster/kernel'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT, type JSONWebKeySet } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing/world.ts'

let world: World
let key: { keyId: string; prefix: string; apiKey: string }

beforeAll(async () => {
  world = await startWorld()
  key = await world.addKey({ capabilities: ['agents:read', 'ledger:read'] })
})
afterAll(() => world.stop())

const form = (fields: Record<string, string>, headers = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  body: new URLSearchParams(fields).toString(),
})
const token = async (fields: Record<string, string>, headers = {}): Promise<Response> =>
  world.fetch('/oauth/token', form({ grant_type: 'client_credentials', ...fields }, headers))

async function accessToken(): Promise<string> {
  const answer = await token({ client_id: key.prefix, client_secret: key.apiKey })
  return ((await answer.json()) as { access_token: string }).access_token
}

describe('the token endpoint', () => {
  it('gives a token for a key, in the body or as Basic', async () => {
    const basic = Buffer.from(`${key.prefix}:${encodeURIComponent(key.apiKey)}`).toString('base64')
    for (const answer of [
      await token({ client_id: key.prefix, client_secret: key.apiKey }),
      await token({}, { authorization: `Basic ${basic}` }),
    ]) {
      expect(answer.status).toBe(200)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      const body = (await answer.json()) as Record<string, unknown>
      expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope: 'agents:read ledger:read' })
      const me = await world.graphql('{ me { kind id capabilities } }', { bearer: String(body['access_token']) })
      expect(me.body.data?.['me']).toEqual({
        kind: 'API_KEY',
        id: key.keyId,
        capabilities: ['agents:read', 'ledger:read'],
      })
    }
  })

  it('narrows a token to the scope that was asked for, and never widens it', async () => {
    const narrow = await token({ client_id: key.prefix, client_secret: key.apiKey, scope: 'ledger:read' })
    const { access_token: bearer } = (await narrow.json()) as { access_token: string }
    const me = await world.graphql('{ me { capabilities } }', { bearer })
    expect(me.body.data?.['me']).toEqual({ capabilities: ['ledger:read'] })
    const wide = await token({ client_id: key.prefix, client_secret: key.apiKey, scope: 'agents:write' })
    expect([wide.status, await wide.json()]).toMatchObject([400, { error: 'invalid_scope' }])
  })

  it('answers every mistake with the error RFC 6749 names', async () => {
    const wrong = `${key.apiKey.slice(0, -1)}${key.apiKey.endsWith('A') ? 'B' : 'A'}`
    const cases: [Promise<Response>, number, string][] = [
      [token({ client_id: key.prefix, client_secret: wrong }), 401, 'invalid_client'],
      [token({ client_id: 'AAAAAAAA', client_secret: key.apiKey }), 401, 'invalid_client'],
      [token({ client_id: key.prefix }), 401, 'invalid_client'],
      [token({}, { authorization: 'Bearer x' }), 401, 'invalid_client'],
      [
        token({ client_id: key.prefix, client_secret: key.apiKey, grant_type: 'password' }),
        400,
        'unsupported_grant_type',
      ],
      [world.fetch('/oauth/token', form({ client_id: key.prefix, client_secret: key.apiKey })), 400, 'invalid_request'],
      [
        world.fetch('/oauth/token', { ...form({}), body: 'grant_type=client_credentials&grant_type=x' }),
        400,
        'invalid_request',
      ],
      [
        world.fetch('/oauth/token', { ...form({}, { 'content-type': 'application/json' }), body: '{}' }),
        400,
        'invalid_request',
      ],
    ]
    for (const [asked, status, error] of cases) {
      const answer = await asked
      expect([answer.status, await answer.json()]).toMatchObject([status, { error }])
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.has('www-authenticate')).toBe(status === 401)
    }
  })

  it('describes itself and publishes the key that signs', async () => {
    const metadata = (await (await world.fetch('/.well-known/oauth-authorization-server')).json()) as Record<
      string,
      string
    >
    expect(metadata['token_endpoint']).toBe(`${metadata['issuer']}/oauth/token`)
    const set = (await (await world.fetch('/.well-known/jwks.json')).json()) as JSONWebKeySet
    expect(set.keys.every((jwk) => jwk.d === undefined && jwk.alg === 'ES256')).toBe(true)
    const verified = await jwtVerify(await accessToken(), createLocalJWKSet(set), {
      issuer: metadata['issuer']!,
      audience: 'urn:muster:api',
      typ: 'at+jwt',
      algorithms: ['ES256'],
    })
    expect(verified.payload).toMatchObject({ client_id: key.prefix, tenant: world.tenantId })
  })
})

describe('a bearer', () => {
  it('is an API key as well as a token', async () => {
    const me = await world.graphql('{ me { id tenant { id } } }', { bearer: key.apiKey })
    expect(me.body.data?.['me']).toEqual({ id: key.keyId, tenant: { id: world.tenantId } })
  })

  it('is refused with problem details when it is missing, garbled, foreign or unsigned', async () => {
    const own = await accessToken()
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const claims = decodeJwt(own)
    const kid = ((await (await world.fetch('/.well-known/jwks.json')).json()) as JSONWebKeySet).keys[0]!.kid!
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
      .sign(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })))
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${own.split('.')[1]}.`
    const unknown = `mk_test_${'A'.repeat(8)}_${'B'.repeat(43)}`
    const bearers = [undefined, 'x', own.slice(0, -2), forged, none, unknown, `${key.apiKey}x`, 'y'.repeat(5_000)]
    for (const bearer of bearers) {
      const answer = await world.graphql('{ hello }', bearer === undefined ? {} : { bearer })
      expect(answer).toMatchObject({ status: 401, body: { status: 401, code: 'UNAUTHENTICATED' } })
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      expect(Object.keys(answer.body)).toEqual(
        expect.arrayContaining(['type', 'title', 'status', 'detail', 'requestId']),
      )
      expect(answer.headers.get('www-authenticate')).toMatch(
        bearer === undefined ? /^Bearer realm="muster"$/ : /error="invalid_token"/,
      )
    }
  })

  it('holds no longer than a second after its key was revoked, and the tokens issued on it neither', async () => {
    const other = await world.addKey()
    const issued = await token({ client_id: other.prefix, client_secret: other.apiKey })
    const { access_token: bearer } = (await issued.json()) as { access_token: string }
    for (const each of [bearer, other.apiKey])
      expect((await world.graphql('{ hello }', { bearer: each })).status).toBe(200)
    await world.database.asSuperuser('UPDATE identity.api_key SET is_active = false WHERE id = $1', [other.keyId])
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    for (const each of [bearer, other.apiKey])
      expect((await world.graphql('{ hello }', { bearer: each })).status).toBe(401)
  })

  it('of an agent acts as that agent, in the receipt\u2019s words', async () => {
    const agentId = await world.addAgent('refund-bot')
    const own = await world.addKey({ agentId, capabilities: ['actions:authorize'], trustCeiling: 'SEMI_TRUSTED' })
    const me = await world.graphql('{ me { kind id seesWholeTenant agent { id slug } } }', { bearer: own.apiKey })
    expect(me.body).toEqual({
      data: { me: { kind: 'AGENT', id: agentId, seesWholeTenant: false, agent: { id: agentId, slug: 'refund-bot' } } },
    })
  })

  it('of one tenant reads nothing of another', async () => {
    const other = await world.openTenant(`other-${newId()}`)
    const theirs = await world.addKey({}, other.tenantId)
    const agentId = await world.addAgent('kept-apart')
    const query = 'query($id: ID!) { tenantSeen agent(id: $id) { slug } }'
    const seen = await world.graphql(query, { bearer: theirs.apiKey, variables: { id: agentId } })
    expect(seen.body).toEqual({ data: { tenantSeen: other.tenantId, agent: null } })
    const own = await world.graphql(query, { bearer: (await world.addKey()).apiKey, variables: { id: agentId } })
    expect(own.body.data).toEqual({ tenantSeen: world.tenantId, agent: { slug: 'kept-apart' } })
  })
})

describe('the platform key', () => {
  it('keeps old tokens good through a rotation and stops them at an emergency', async () => {
    const old = await accessToken()
    const signer = world.signer()
    await signer.rotate('platform', 'platform', 'scheduled')
    expect((await world.graphql('{ hello }', { bearer: old })).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    const fresh = await accessToken()
    const { keys } = (await (await world.fetch('/.well-known/jwks.json')).json()) as JSONWebKeySet
    const signers = [old, fresh].map((each) => decodeProtectedHeader(each).kid)
    expect(new Set(signers).size).toBe(2)
    expect(keys.map(({ kid }) => kid)).toEqual(expect.arrayContaining(signers))
    expect((await world.graphql('{ hello }', { bearer: fresh })).status).toBe(200)
    await signer.rotate('platform', 'platform', 'emergency')
    await new Promise((resolve) => setTimeout(resolve, 2_100))
    expect((await world.graphql('{ hello }', { bearer: fresh })).status).toBe(401)
    expect((await world.graphql('{ hello }', { bearer: old })).status).toBe(200)
    expect((await world.graphql('{ hello }', { bearer: await accessToken() })).status).toBe(200)
  })
})

describe('guessing', () => {
  it('is slowed for the guesser and for nobody beside them', async () => {
    const tight = await startWorld({ settings: { badCredentialsPerMinute: 5 } })
    try {
      const good = await tight.addKey()
      expect((await tight.graphql('{ hello }', { bearer: good.apiKey })).status).toBe(200)
      const statuses: number[] = []
      for (let i = 0; i < 8; i++) {
        statuses.push(
          (await tight.graphql('{ hello }', { bearer: `mk_test_${'A'.repeat(8)}_${String(i).repeat(43)}` })).status,
        )
      }
      expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
      expect((await tight.graphql('{ hello }', { bearer: good.apiKey })).status).toBe(200)
    } finally {
      await tight.stop()
    }
  })
})
