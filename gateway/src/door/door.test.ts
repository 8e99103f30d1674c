/** What every answer of the door carries, and what it says when it says no. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing/world.ts'

let world: World
let folder: string
const scraper = 'scraper-token-of-at-least-32-characters'

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-console-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(
    join(folder, 'index.html'),
    '<!doctype html><title>console</title><script nonce="MUSTER_PAGE_NONCE" src="/a.js"></script>',
  )
  await writeFile(join(folder, 'assets', 'main-Ab12Cd34.js'), 'export {}')
  await writeFile(join(folder, '.env'), 'NOT=served')
  world = await startWorld({ settings: { consoleFolder: folder, metricsToken: scraper } })
})
afterAll(async () => {
  await world.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('every answer', () => {
  it('carries the caller\u2019s request id when it is well formed, else a new one', async () => {
    const given = async (id: string): Promise<string | null> =>
      (await world.fetch('/healthz', { headers: { 'x-request-id': id } })).headers.get('x-request-id')
    expect(await given('my.request_id-0001')).toBe('my.request_id-0001')
    for (const bad of ['short', 'x'.repeat(129), 'has space 12', 'semi;colon-12', '<script>1234']) {
      expect(await given(bad)).toMatch(/^[0-9a-f-]{36}$/)
    }
  })

  it('tells browsers to guess nothing, frame nothing and share nothing', async () => {
    for (const path of ['/healthz', '/', '/nowhere', '/.well-known/jwks.json']) {
      const { headers } = await world.fetch(path)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.has('access-control-allow-origin')).toBe(false)
    }
    const preflight = await world.fetch('/graphql', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(404)
    expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

describe('a refusal', () => {
  it('is problem details wherever it is given', async () => {
    const cases: [string, RequestInit, number][] = [
      ['/nowhere', {}, 404],
      ['/graphql/deeper', { method: 'POST' }, 404],
      ['/access/v1/evaluation', { method: 'POST' }, 404],
      ['/auth/session', {}, 401],
      ['/events', {}, 401],
      ['/%zz', {}, 400],
      [`/ledger/${'0'.repeat(32)}/checkpoint`, {}, 401],
    ]
    for (const [path, init, status] of cases) {
      const answer = await world.fetch(path, { ...init, headers: { 'x-request-id': 'problem-request-1' } })
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
      const body = (await answer.json()) as Record<string, unknown>
      expect(body).toMatchObject({ status, requestId: 'problem-request-1' })
      for (const member of ['type', 'title', 'detail', 'code']) expect(body[member]).toEqual(expect.any(String))
      expect(answer.status).toBe(status)
    }
  })

  const speak = (url: string, text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text))
      let got = ''
      socket.on('data', (chunk) => (got += chunk.toString()))
      socket.on('close', () => resolve(got))
      socket.on('error', reject)
    })

  it('is given to bytes that are no HTTP and to headers without end, and the door stays open', async () => {
    const garbage = await speak(world.url, '\u0016\u0003\u0001 hello\r\n\r\n')
    expect(garbage).toContain('HTTP/1.1 400')
    expect(garbage).toMatch(/"requestId":"[0-9a-f-]{36}"/)
    expect(await speak(world.url, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)).toContain(
      'HTTP/1.1 413',
    )
    expect((await world.fetch('/healthz')).status).toBe(200)
  })

  it('is given to a body that does not arrive in time', async () => {
    const impatient = await startWorld({ settings: { requestArrivalMs: 500 } })
    try {
      const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n'
      expect(await speak(impatient.url, `${head}{"query"`)).toContain('HTTP/1.1 408')
    } finally {
      await impatient.stop()
    }
  })
})

describe('health', () => {
  it('says it is alive, and ready part by part', async () => {
    expect(await (await world.fetch('/healthz')).json()).toEqual({ alive: true })
    const ready = await world.fetch('/readyz')
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { ready: true, parts: { database: true, identity: true, scoring: true } },
    ])
  })

  it('measures without naming a tenant, a person or a key', async () => {
    const { apiKey, keyId, prefix } = await world.addKey()
    await world.graphql('{ hello }', { bearer: apiKey })
    const text = await (await world.fetch('/metrics')).text()
    expect(text).toContain('muster_http_request_seconds_bucket')
    expect(text).toContain('muster_graphql_operation_seconds_count{kind="query",route="straight",outcome="ok"}')
    for (const secret of [world.tenantId, keyId, prefix]) expect(text).not.toContain(secret)
  })

  it('shows metrics to this machine and to the token\u2019s bearer, not to what a proxy forwards', async () => {
    const scrape = async (headers: Record<string, string>): Promise<number> =>
      (await world.fetch('/metrics', { headers })).status
    expect(await scrape({})).toBe(200)
    expect(await scrape({ 'x-forwarded-for': '203.0.113.5' })).toBe(401)
    expect(await scrape({ 'x-forwarded-for': '203.0.113.5', authorization: `Bearer ${scraper}` })).toBe(200)
    expect(await scrape({ authorization: 'Bearer wrong' })).toBe(401)
  })
})

describe('the console', () => {
  const html = { headers: { accept: 'text/html,application/xhtml+xml' } }
  const nonceOf = (policy: string): string => /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''

  it('runs only the scripts its page names, with a nonce that no other answer has', async () => {
    const nonces = new Set<string>()
    for (const path of ['/', '/', '/index.html', '/agents/0199a5a0', '/sign-in?next=%2Fagents']) {
      const page = await world.fetch(path, html)
      const policy = page.headers.get('content-security-policy')!
      const nonce = nonceOf(policy)
      expect(Buffer.from(nonce, 'base64')).toHaveLength(16)
      expect(await page.text()).toBe(
        `<!doctype html><title>console</title><script nonce="${nonce}" src="/a.js"></script>`,
      )
      expect(policy).toContain(`script-src 'nonce-${nonce}' 'strict-dynamic';`)
      expect(page.headers.get('cache-control')).toBe('no-cache')
      expect(page.headers.has('etag') || page.headers.has('last-modified')).toBe(false)
      nonces.add(nonce)
    }
    expect(nonces.size).toBe(5)
  })

  it('inlines nothing, frames nothing, reports to nobody and loads from here alone', async () => {
    const page = await world.fetch('/', html)
    const script = await world.fetch('/assets/main-Ab12Cd34.js')
    expect(script.headers.get('cache-control')).toContain('immutable')
    for (const { headers } of [page, script]) {
      const policy = headers.get('content-security-policy')!
      expect(policy).not.toMatch(/unsafe|https?:|report|\*|blob:/)
      for (const part of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"])
        expect(policy).toContain(part)
      expect(policy).toContain("require-trusted-types-for 'script'")
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    }
    expect(page.headers.get('content-security-policy')).toMatch(
      /style-src 'self';.*object-src 'none'.*trusted-types muster$/,
    )
    expect(script.headers.get('content-security-policy')).toMatch(/script-src 'self';.*trusted-types 'none'$/)
  })

  it('answers every place in it with its page, and no other path', async () => {
    expect((await world.fetch('/agents/0199a5a0?tab=grants', html)).status).toBe(200)
    for (const path of [
      '/graphql',
      '/assets/missing.js',
      '/auth/nothing',
      '/.well-known/nothing',
      '/.env',
      '/../../etc/passwd',
    ]) {
      const answer = await world.fetch(path, html)
      expect(await answer.text()).not.toMatch(/NOT=served|root:/)
      if (!path.includes('..')) expect([404, 405]).toContain(answer.status)
    }
  })
})

describe('the log', () => {
  it('holds the request id and none of what was sent', async () => {
    const { apiKey } = await world.addKey()
    const canary = 'canary-7f3a'
    await world.graphql(`query($json: JSON) { echo(json: $json) }`, {
      bearer: apiKey,
      headers: { 'x-request-id': 'logged-request-1', cookie: `__Host-muster=${canary}` },
      variables: { json: { secret: canary } },
    })
    await world.graphql('', { bearer: apiKey, raw: `{"query":"{ ${canary} }", "${canary}":1, "${canary}":2}` })
    await world.graphql('{ broken }', { bearer: apiKey })
    await world.fetch('/auth/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `${canary}@example.test`, password: canary }),
    })
    const lines = world.log.join('')
    expect(lines).toContain('logged-request-1')
    expect(lines).not.toContain(canary)
    expect(lines).not.toContain(apiKey)
    expect(lines).not.toContain(apiKey.split('_')[3])
  })

  it('cuts secrets out of an object that somebody logs by mistake', async () => {
    const { openLog } = await import('./log.ts')
    const lines: string[] = []
    const log = openLog('info', { write: (line: string) => void lines.push(line) })
    log.info({
      req: { headers: { authorization: 'Bearer s3cret', cookie: 's3cret' } },
      password: 's3cret',
      body: { token: 's3cret' },
    })
    expect(lines.join('')).toContain('[redacted]')
    expect(lines.join('')).not.toContain('s3cret')
  })
})
