/** What refresh tokens and the ends of tokens promise: two gateways on one real database. */
import { newId } from '@muster/kernel'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing/world.ts'

interface Pair {
  access_token: string
  refresh_token: string
  scope: string
}

let world: World
let replica: string
let admin: Pair
const password = 'correct horse battery staple 42'

beforeAll(async () => {
  world = await startWorld()
  replica = await world.replica()
  await world.addPerson({ email: 'admin@northwind.test', password })
  admin = await signIn('admin@northwind.test')
})
afterAll(() => world.stop())

async function signIn(email: string): Promise<Pair> {
  const answer = await world.fetch('/auth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Pair
}

async function somebody(): Promise<Pair & { id: string }> {
  const email = `${newId()}@northwind.test`
  const id = await world.addPerson({ email, password, roles: [{ role: 'ciso' }] })
  return { id, ...(await signIn(email)) }
}

const post = (path: string, fields: Record<string, string>, at = world.url): Promise<Response> =>
  fetch(at + path, { method: 'POST', body: new URLSearchParams(fields) })
const refresh = (token: string, at = world.url, more = {}): Promise<Response> =>
  post('/oauth/token', { grant_type: 'refresh_token', refresh_token: token, ...more }, at)
const refreshed = async (token: string, at?: string): Promise<Pair> =>
  (await refresh(token, at)).json() as Promise<Pair>

async function status(bearer: string, at = world.url): Promise<number> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` }
  return (await fetch(`${at}/graphql`, { method: 'POST', headers, body: '{"query":"{ me { id } }"}' })).status
}

async function refusedEverywhere(...tokens: string[]): Promise<void> {
  for (const token of tokens) {
    for (const at of [world.url, replica]) {
      const answer = await refresh(token, at)
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_grant' }])
    }
  }
}

/** Works at both gateways, so that both remember; then ends, and no later than a second after works at neither. */
async function endsWithinASecond(bearer: string, end: () => Promise<void>): Promise<void> {
  expect([await status(bearer), await status(bearer, replica)]).toEqual([200, 200])
  await end()
  await new Promise((resolve) => setTimeout(resolve, 1_000))
  expect([await status(bearer), await status(bearer, replica)]).toEqual([401, 401])
}

async function mutate(name: string, input: object, bearer = admin.access_token): Promise<Record<string, unknown>> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
  const query = `mutation m($input: ${type}!) { ${name}(input: $input) { __typename ... on Refusal { code } } }`
  const answer = await world.graphql(query, { bearer, variables: { input } })
  return answer.body.data?.[name] as Record<string, unknown>
}

const receipts = (type: string, subject: string): Promise<{ body: string }[]> =>
  world.database.asSuperuser(
    "SELECT convert_from(body, 'UTF8') AS body FROM ledger.receipt WHERE type = $1 AND subject_id = $2",
    [type, subject],
  )

describe('a refresh token', () => {
  it('is answered with an access token and its successor, at any replica, and never in clear in the database', async () => {
    const { refresh_token: first, scope } = await somebody()
    const second = await refreshed(first, replica)
    expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 900, scope })
    expect(await status(second.access_token)).toBe(200)
    const third = await refreshed(second.refresh_token)
    expect(await status(third.access_token, replica)).toBe(200)
    const rows = await world.database.asSuperuser<{ row: string }>(
      'SELECT t::text AS row FROM identity.refresh_token t',
    )
    expect(rows.length).toBeGreaterThan(2)
    for (const { row } of rows) expect(row).not.toContain(second.refresh_token.slice(3, 40))
    for (const line of world.log) expect(line).not.toContain(second.refresh_token)
  })

  it('that comes twice ends the family: thief and owner are both out, and the ledger says so', async () => {
    const { refresh_token: stolen, access_token: old } = await somebody()
    const owners = await refreshed(stolen)
    expect((await refresh(stolen, replica)).status).toBe(400)
    await refusedEverywhere(owners.refresh_token, stolen)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect([await status(old), await status(owners.access_token, replica)]).toEqual([401, 401])
    const session = JSON.parse(Buffer.from(old.split('.')[1]!, 'base64url').toString()) as { cred: string }
    expect(await receipts('token.reuse_detected', session.cred)).toHaveLength(1)
    const [closed] = await receipts('session.closed', session.cred)
    expect(JSON.parse(closed!.body)).toMatchObject({ data: { because: 'REFRESH_REUSED' } })
  })

  it('spent by two at once is good for one at most, and then for nobody', async () => {
    const { refresh_token: token, access_token: bearer } = await somebody()
    const answers = await Promise.all([
      refresh(token),
      refresh(token, replica),
      refresh(token),
      refresh(token, replica),
    ])
    // None, when the second one ended the family before the first was answered.
    const won = answers.filter(({ status: code }) => code === 200)
    expect(won.length).toBeLessThanOrEqual(1)
    for (const answer of won) await refusedEverywhere(((await answer.json()) as Pair).refresh_token)
    await refusedEverywhere(token)
    const session = JSON.parse(Buffer.from(bearer.split('.')[1]!, 'base64url').toString()) as { cred: string }
    expect(await receipts('token.refreshed', session.cred)).toHaveLength(1)
    expect(await receipts('token.reuse_detected', session.cred)).toHaveLength(1)
  })

  it('narrows when asked and never widens', async () => {
    const { refresh_token: token } = await somebody()
    const wide = await refresh(token, world.url, { scope: 'platform:everything' })
    expect([wide.status, await wide.json()]).toMatchObject([400, { error: 'invalid_scope' }])
    const narrow = await refresh(token, world.url, { scope: 'agents:read' })
    expect(await narrow.json()).toMatchObject({ scope: 'agents:read' })
  })

  it('that is garbled, foreign or of an unknown row is refused like a spent one', async () => {
    const { refresh_token: token } = await somebody()
    const swapped = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
    await refusedEverywhere('x', 'mr_', `${token}A`, swapped, `mr_${'A'.repeat(86)}`)
    expect((await refresh(token)).status).toBe(200)
  })
})

describe('giving back', () => {
  it('a refresh token ends its session; an access token ends itself alone; nonsense is answered alike', async () => {
    const one = await somebody()
    const other = await refreshed((await refreshed(one.refresh_token)).refresh_token)
    await endsWithinASecond(one.access_token, async () => {
      expect((await post('/oauth/revoke', { token: one.access_token })).status).toBe(200)
    })
    expect(await status(other.access_token)).toBe(200)
    await endsWithinASecond(other.access_token, async () => {
      expect((await post('/oauth/revoke', { token: other.refresh_token }, replica)).status).toBe(200)
    })
    await refusedEverywhere(other.refresh_token)
    for (const token of ['nonsense', one.access_token, `${other.access_token}x`])
      expect((await post('/oauth/revoke', { token })).status).toBe(200)
  })
})

describe('ending the tokens of others', () => {
  it('of a person: all their sessions, within a second, everywhere', async () => {
    const { id, access_token: bearer, refresh_token: token } = await somebody()
    await endsWithinASecond(bearer, async () => {
      expect(await mutate('revokeSessions', { personId: id, reason: 'a lost laptop' })).toMatchObject({
        __typename: 'SessionsRevoked',
      })
    })
    await refusedEverywhere(token)
    expect(await receipts('session.all_closed', id)).toHaveLength(1)
  })

  it('of a key: its tokens until now, while the key goes on', async () => {
    const key = await world.addKey()
    const issue = async (): Promise<string> => {
      const fields = { grant_type: 'client_credentials', client_id: key.prefix, client_secret: key.apiKey }
      return ((await (await post('/oauth/token', fields)).json()) as Pair).access_token
    }
    const bearer = await issue()
    await endsWithinASecond(bearer, async () => {
      expect(await mutate('revokeKeyTokens', { keyId: key.keyId, reason: 'a leaked log' })).toMatchObject({
        __typename: 'KeyTokensRevoked',
      })
    })
    expect([await status(await issue()), await status(key.apiKey, replica)]).toEqual([200, 200])
  })

  it('is refused to whoever does not administer people over the whole tenant', async () => {
    const { id, access_token: bearer } = await somebody()
    for (const [name, input] of [
      ['revokeSessions', { personId: id, reason: 'no' }],
      ['signOutTenant', { reason: 'no' }],
    ] as const)
      expect(await mutate(name, input, bearer)).toBeUndefined()
    expect(await status(bearer)).toBe(200)
  })

  it('of the tenant: every session and every token, the caller\u2019s own too; another tenant\u2019s stay', async () => {
    const [one, key] = [await somebody(), await world.addKey()]
    const other = await world.openTenant(`other-${newId()}`)
    const theirs = await world.addKey({}, other.tenantId)
    const tokenOf = async ({ prefix, apiKey }: typeof key): Promise<string> => {
      const fields = { grant_type: 'client_credentials', client_id: prefix, client_secret: apiKey }
      return ((await (await post('/oauth/token', fields)).json()) as Pair).access_token
    }
    const [own, foreign] = [await tokenOf(key), await tokenOf(theirs)]
    expect([await status(own), await status(foreign)]).toEqual([200, 200])
    await endsWithinASecond(one.access_token, async () => {
      expect(await mutate('signOutTenant', { reason: 'an incident' })).toMatchObject({ __typename: 'TenantSignedOut' })
    })
    for (const bearer of [own, admin.access_token]) expect(await status(bearer, replica)).toBe(401)
    await refusedEverywhere(one.refresh_token, admin.refresh_token)
    expect(await status(foreign, replica)).toBe(200)
    expect(await status(key.apiKey)).toBe(200)
    expect(await receipts('tenant.signed_out', world.tenantId)).toHaveLength(1)
  })
})
