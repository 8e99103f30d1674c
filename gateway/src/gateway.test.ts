/** What the whole door does when what it stands on is away, wrong or stopping. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { offsetClock } from '@muster/kernel'
import { serveSubgraph, type ServedSubgraph } from '@muster/subgraph-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compose, startWorld, type World } from './testing/world.ts'

let world: World
let key: string

beforeAll(async () => {
  world = await startWorld()
  key = (await world.addKey()).apiKey
})
afterAll(() => world.stop())

describe('while the database is away', () => {
  it('answers 503 with the request id at every door, and serves again when it is back', async () => {
    expect((await world.graphql('{ tenantSeen }', { bearer: key })).status).toBe(200)
    const { name } = world.database
    await world.database.asSuperuser(`ALTER DATABASE ${name} CONNECTION LIMIT 0`)
    await world.database.asSuperuser(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename LIKE 'muster_%'",
      [name],
    )
    try {
      const headers = { authorization: `Bearer ${key}`, 'x-request-id': 'away-request-1' }
      await new Promise((resolve) => setTimeout(resolve, 1_000)) // nothing is remembered any more
      for (let i = 0; i < 5; i++) {
        const answer = await world.graphql('{ tenantSeen }', { bearer: key, headers })
        expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE', requestId: 'away-request-1' } })
        expect(answer.headers.get('retry-after')).toBe('1')
      }
      expect((await world.fetch('/events', { headers })).status).toBe(503)
      const form = new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: key.split('_')[2]!,
        client_secret: key,
      })
      const token = await world.fetch('/oauth/token', { method: 'POST', body: form })
      expect([token.status, await token.json()]).toMatchObject([503, { error: 'temporarily_unavailable' }])
      const signIn = new URLSearchParams({ email: 'somebody@example.test', password: 'x' })
      expect((await world.fetch('/auth/sign-in', { method: 'POST', body: signIn })).status).toBe(503)
      expect((await world.fetch('/healthz')).status).toBe(200)
      expect((await world.fetch('/readyz')).status).toBe(503)
    } finally {
      await world.database.asSuperuser(`ALTER DATABASE ${name} CONNECTION LIMIT -1`)
    }
    await expect
      .poll(async () => (await world.graphql('{ tenantSeen }', { bearer: key })).status, { timeout: 5_000 })
      .toBe(200)
  })
})

describe('a supergraph that does not fit', () => {
  it('is refused at the start, naming the service that is missing', async () => {
    const without = startWorld({ change: (options) => ({ ...options, subgraphs: options.subgraphs.slice(0, 1) }) })
    await expect(without).rejects.toThrow('`scoring` that was not given')
  })

  it('is refused when it is none', async () => {
    await expect(
      startWorld({ change: (options) => ({ ...options, supergraphSdl: 'type Query { a: Int }' }) }),
    ).rejects.toThrow()
  })
})

describe('settings', () => {
  it('that are wrong are refused, each by name', async () => {
    const settings = { publicUrl: 'not an address', metricsToken: 'short' }
    await expect(startWorld({ settings })).rejects.toThrow(/publicUrl[\s\S]*metricsToken|metricsToken[\s\S]*publicUrl/)
  })
})

describe('a service at an address', () => {
  it('that is not there answers as unavailable, and the others go on', async () => {
    const broken = await startWorld({
      change: (options) => {
        const [identity, probe] = options.subgraphs as [never, never]
        const sdl = compose([identity, probe], (name) =>
          name === 'scoring' ? 'http://127.0.0.1:9/graphql' : `http://${name}.muster.internal/graphql`,
        )
        return { ...options, subgraphs: [identity], supergraphSdl: sdl }
      },
    })
    try {
      const { apiKey } = await broken.addKey()
      expect(await broken.graphql('{ hello }', { bearer: apiKey })).toMatchObject({
        status: 503,
        body: { code: 'UNAVAILABLE' },
      })
      const both = await broken.graphql('{ me { kind } hello }', { bearer: apiKey })
      expect(both).toMatchObject({ status: 200, body: { data: { me: { kind: 'API_KEY' }, hello: null } } })
      expect(both.body.errors?.[0]?.extensions['code']).toBe('UNAVAILABLE')
      expect(await (await broken.fetch('/readyz')).json()).toMatchObject({
        ready: false,
        parts: { identity: true, scoring: false },
      })
    } finally {
      await broken.stop()
    }
  })
})

describe('a supergraph from a file', () => {
  it('takes the addresses it names, over services of this process', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'muster-supergraph-'))
    const file = join(folder, 'supergraph.graphql')
    let served: ServedSubgraph | undefined
    const redirected = await startWorld({
      prepare: async ([identity, probe]) => {
        served = await serveSubgraph(probe!)
        const urls = (name: string): string =>
          name === 'scoring' ? served!.url : `http://${name}.muster.internal/graphql`
        await writeFile(file, compose([identity!, probe!], urls))
      },
      change: ({ supergraphSdl: _unused, ...options }) => ({ ...options, supergraphFile: file }),
    })
    try {
      const { apiKey } = await redirected.addKey()
      const headers = { 'x-request-id': 'redirected-request-1' }
      const query = 'query($json: JSON) { echo(json: $json) tenantSeen me { kind } }'
      const answer = await redirected.graphql(query, { bearer: apiKey, headers, variables: { json: [1] } })
      expect(answer.body.data).toEqual({ echo: [1], tenantSeen: redirected.tenantId, me: { kind: 'API_KEY' } })
      expect(redirected.seen.at(-1)?.requestId).toBe('redirected-request-1')
      expect((await redirected.graphql('{ unavailable }', { bearer: apiKey })).status).toBe(503)
      await served?.close()
      expect((await redirected.graphql('{ hello }', { bearer: apiKey })).status).toBe(503)
    } finally {
      await redirected.stop()
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe('rates', () => {
  it('stop a client that runs wild and tell it when to come back', async () => {
    const tight = await startWorld({ settings: { requestsPerSecond: { credential: 5, person: 5, tenant: 0 } } })
    try {
      const { apiKey } = await tight.addKey()
      const answers = await Promise.all(
        Array.from({ length: 12 }, () => tight.graphql('{ hello }', { bearer: apiKey })),
      )
      const statuses = answers.map(({ status }) => status)
      expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(10)
      expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1')
    } finally {
      await tight.stop()
    }
  })
})

describe('a developer\u2019s own form', () => {
  it('shows the schema and helps with names when it is told to', async () => {
    const open = await startWorld({ settings: { introspection: true } })
    try {
      const { apiKey } = await open.addKey()
      const schema = await open.graphql('{ __schema { queryType { name } } }', { bearer: apiKey })
      expect(schema.body.data).toEqual({ __schema: { queryType: { name: 'Query' } } })
      expect(JSON.stringify((await open.graphql('{ hell }', { bearer: apiKey })).body)).toContain('Did you mean')
    } finally {
      await open.stop()
    }
  })
})

describe('under another clock', () => {
  it('keys, tokens and sessions hold as they do today', async () => {
    const past = await startWorld({ clock: offsetClock(-300 * 86_400_000) })
    try {
      const { apiKey, prefix } = await past.addKey()
      expect((await past.graphql('{ tenantSeen }', { bearer: apiKey })).body.data).toEqual({
        tenantSeen: past.tenantId,
      })
      const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: prefix, client_secret: apiKey })
      const issued = (await (await past.fetch('/oauth/token', { method: 'POST', body: form })).json()) as Record<
        string,
        string
      >
      expect((await past.graphql('{ hello }', { bearer: issued['access_token']! })).status).toBe(200)
      await past.addPerson({ email: 'then@example.test', password: 'a password of that time 1' })
      const signIn = new URLSearchParams({ email: 'then@example.test', password: 'a password of that time 1' })
      const answer = await past.fetch('/auth/sign-in', { method: 'POST', body: signIn })
      const cookie = answer.headers.get('set-cookie')!.split(';')[0]!
      expect((await past.fetch('/auth/session', { headers: { cookie } })).status).toBe(200)
    } finally {
      await past.stop()
    }
  })
})
