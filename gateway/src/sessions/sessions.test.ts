/** What signing in and out promises, over HTTP on a real database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing/world.ts'

let world: World
let personId: string
const email = 'ana.lopez@northwind.test'
const password = 'correct horse battery staple 42'

beforeAll(async () => {
  world = await startWorld()
  personId = await world.addPerson({ email, password, roles: [{ role: 'ciso' }] })
})
afterAll(() => world.stop())

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  world.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const signIn = (headers = {}, part = {}): Promise<Response> =>
  post('/auth/sign-in', { email, password, ...part }, headers)
const cookieOf = (answer: Response): string => /__Host-muster=[^;]+/.exec(answer.headers.get('set-cookie') ?? '')![0]
const own = (): Record<string, string> => ({ origin: world.url })

async function signedIn(): Promise<Record<string, string>> {
  return { cookie: cookieOf(await signIn()), ...own() }
}

describe('signing in', () => {
  it('sets a cookie no script and no other site gets, and says who one is', async () => {
    const answer = await signIn()
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const cookie = answer.headers.get('set-cookie')!
    for (const part of ['__Host-muster=', 'HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/'])
      expect(cookie).toContain(part)
    expect(cookie).not.toContain('Domain')
    const body = (await answer.json()) as Record<string, unknown>
    expect(body).toMatchObject({ person: personId, tenant: world.tenantId, roles: ['ciso'], scope: { all: true } })
    expect(JSON.stringify(body)).not.toContain(cookieOf(answer).split('=')[1])
    const session = await world.fetch('/auth/session', { headers: { cookie: cookieOf(answer) } })
    expect(await session.json()).toMatchObject({ person: personId, kind: 'person' })
  })

  it('takes a form as well, and an address however it is written', async () => {
    const form = new URLSearchParams({ email: ' Ana.Lopez@Northwind.TEST ', password, tenant: world.tenantId })
    const answer = await world.fetch('/auth/login', { method: 'POST', body: form })
    expect(answer.status).toBe(200)
  })

  it('answers an unknown account, a wrong password and a wrong tenant alike', async () => {
    const answers = [
      await signIn({}, { email: 'nobody@northwind.test' }),
      await signIn({}, { password: 'wrong' }),
      await signIn({}, { tenant: 'somewhere-else' }),
    ]
    const bodies = await Promise.all(answers.map(async (answer) => (await answer.json()) as Record<string, unknown>))
    for (const [i, body] of bodies.entries()) {
      expect(answers[i]!.status).toBe(401)
      expect(answers[i]!.headers.has('set-cookie')).toBe(false)
      expect({ ...body, requestId: '' }).toEqual({ ...bodies[0], requestId: '' })
    }
  })

  it('answers a person who left like an unknown one, right password or not', async () => {
    const gone = 'gone@northwind.test'
    const id = await world.addPerson({ email: gone, password })
    expect((await signIn({}, { email: gone })).status).toBe(200)
    await world.database.asSuperuser("UPDATE identity.person SET status = 'LEFT' WHERE id = $1", [id])
    const answer = await signIn({}, { email: gone })
    expect([answer.status, answer.headers.has('set-cookie')]).toEqual([401, false])
  })

  it('records who was let in and who was refused, where there is an account', async () => {
    await signIn({}, { password: 'wrong again' })
    await signIn({ 'x-request-id': 'sign-in-on-record' })
    const rows = await world.database.asSuperuser<{ type: string; body: string }>(
      "SELECT type, convert_from(body, 'UTF8') AS body FROM ledger.receipt WHERE tenant_id = $1 AND type LIKE 'session.%'",
      [world.tenantId],
    )
    expect(rows.filter(({ type }) => type === 'session.refused').length).toBeGreaterThan(0)
    const opened = rows.find(({ body }) => body.includes('sign-in-on-record'))
    expect(opened?.type).toBe('session.opened')
    expect(rows.some(({ body }) => body.includes('northwind.test'))).toBe(false)
  })

  it('gives native clients a short token that ends with its session', async () => {
    const answer = await post('/auth/token', { email, password })
    const { access_token: bearer } = (await answer.json()) as { access_token: string }
    const me = await world.graphql('{ me { kind id } }', { bearer })
    expect(me.body.data?.['me']).toEqual({ kind: 'PERSON', id: personId })
    expect((await post('/auth/sign-out', {}, { authorization: `Bearer ${bearer}` })).status).toBe(204)
    expect((await world.graphql('{ me { kind } }', { bearer })).status).toBe(401)
  })

  it('refuses what is no e-mail and password without repeating it', async () => {
    for (const body of [{}, { email, password: 7 }, [], { email, password: 'x'.repeat(2_000) }]) {
      const answer = await post('/auth/sign-in', body)
      expect(answer.status).toBe(400)
      expect(await answer.text()).not.toContain(email)
    }
  })
})

describe('the console\u2019s session', () => {
  it('acts from pages of this origin and from no other', async () => {
    const { cookie } = await signedIn()
    const body = { query: '{ me { id } }' }
    const statuses = await Promise.all(
      [
        own(),
        { origin: 'https://evil.example' },
        { origin: 'null' },
        {},
        { 'sec-fetch-site': 'same-origin' },
        { 'sec-fetch-site': 'cross-site' },
        { origin: world.url, host: 'evil.example' },
      ].map(async (headers) => (await post('/graphql', body, { cookie: cookie!, ...headers })).status),
    )
    expect(statuses).toEqual([200, 403, 403, 403, 200, 403, 200])
  })

  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]

  it('cannot be begun from a foreign page, whichever way one signs in', async () => {
    for (const path of ['/auth/sign-in', '/auth/login', '/auth/token']) {
      for (const headers of foreign) {
        const answer = await post(path, { email, password }, headers)
        expect([path, headers, answer.status]).toEqual([path, headers, 403])
        expect(answer.headers.has('set-cookie')).toBe(false)
      }
      expect((await post(path, { email, password }, own())).status).toBe(200)
    }
  })

  it('changes nothing for a foreign page that has the cookie, at any door that takes a body', async () => {
    const { cookie } = await signedIn()
    const doors = {
      '/graphql': { query: '{ me { id } }' },
      '/auth/sign-out': {},
      '/auth/logout': {},
    }
    for (const [path, body] of Object.entries(doors)) {
      // Nothing said at all is no proof of being one of our pages: a form of an old browser says nothing.
      for (const headers of [...foreign, { 'sec-fetch-site': 'none' }, {}]) {
        expect([path, headers, (await post(path, body, { cookie: cookie!, ...headers })).status]).toEqual([
          path,
          headers,
          403,
        ])
      }
    }
    const form = await world.fetch('/auth/sign-out', {
      method: 'POST',
      headers: { cookie: cookie!, origin: 'https://evil.example' },
      body: new URLSearchParams({}),
    })
    expect(form.status).toBe(403)
    expect((await world.fetch('/auth/session', { headers: { cookie: cookie! } })).status).toBe(200)
    expect((await post('/auth/sign-out', {}, { cookie: cookie!, ...own() })).status).toBe(204)
  })

  it('ends at sign-out at once, here and in the ledger', async () => {
    const headers = await signedIn()
    const out = await post('/auth/sign-out', {}, headers)
    expect(out.status).toBe(204)
    expect(out.headers.get('set-cookie')).toMatch(/__Host-muster=;/)
    expect((await post('/graphql', { query: '{ me { id } }' }, headers)).status).toBe(401)
    expect((await world.fetch('/auth/session', { headers })).status).toBe(401)
  })

  it('ends within a second when it is revoked elsewhere', async () => {
    const headers = await signedIn()
    expect((await post('/graphql', { query: '{ me { id } }' }, headers)).status).toBe(200)
    await world.database.asSuperuser('UPDATE identity.session SET revoked_at = muster.now() WHERE person_id = $1', [
      personId,
    ])
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect((await post('/graphql', { query: '{ me { id } }' }, headers)).status).toBe(401)
  })

  it('is not looked up when the cookie is garbage', async () => {
    for (const value of ['x', `${'A'.repeat(200)}`, "'; DROP TABLE identity.session; --", '%00']) {
      const answer = await world.fetch('/auth/session', { headers: { cookie: `__Host-muster=${value}` } })
      expect(answer.status).toBe(401)
    }
  })
})

describe('guessing passwords', () => {
  it('is stopped for the guesser\u2019s address and leaves the account open elsewhere', async () => {
    const tight = await startWorld({
      settings: { signInFailures: { pair: 3, address: 50 }, trustedProxies: ['127.0.0.1'] },
    })
    try {
      await tight.addPerson({ email, password })
      const attempt = async (from: string, given: string): Promise<number> =>
        (
          await tight.fetch('/auth/sign-in', {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-forwarded-for': from },
            body: JSON.stringify({ email, password: given }),
          })
        ).status
      const guesses: number[] = []
      for (let i = 0; i < 5; i++) guesses.push(await attempt('192.0.2.7', `guess ${i}`))
      expect(guesses).toEqual([401, 401, 401, 429, 429])
      expect(await attempt('192.0.2.7', password)).toBe(429)
      expect(await attempt('198.51.100.9', password)).toBe(200)
    } finally {
      await tight.stop()
    }
  })
})
