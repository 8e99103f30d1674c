/** Provisioning through the public door: bearers with `scim:write` alone, SCIM's own errors, headers and limits. */
import type { Capability } from '@muster/kernel'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing/world.ts'

let world: World
let key: string

beforeAll(async () => {
  world = await startWorld()
  key = await keyWith(['scim:write'])
})
afterAll(() => world?.stop())

async function keyWith(capabilities: Capability[], tenant = world.tenantId): Promise<string> {
  return (await world.addKey({ capabilities }, tenant)).apiKey
}

const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  world.fetch(`/scim/v2/${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
const person = (name: string): object => ({ userName: `${name}@example.test`, displayName: name })

describe('provisioning over HTTP', () => {
  it('creates with Location and ETag, reads, refuses a stale version, deletes', async () => {
    const made = await call('POST', 'Users', person('ada'))
    expect(made.status).toBe(201)
    expect(made.headers.get('content-type')).toMatch(/^application\/scim\+json/)
    const { id, meta } = (await made.json()) as { id: string; meta: { location: string } }
    expect(made.headers.get('location')).toBe(meta.location)
    const path = meta.location.slice(meta.location.indexOf('/Users') + 1)
    const read = await call('GET', path)
    expect(read.headers.get('etag')).toBe(made.headers.get('etag'))
    expect((await call('GET', path, undefined, { 'if-none-match': read.headers.get('etag')! })).status).toBe(304)
    expect((await call('DELETE', path, undefined, { 'if-match': 'W/"99"' })).status).toBe(412)
    const query = new URLSearchParams({ filter: 'userName eq "ada@example.test"', count: '5' })
    expect(await (await call('GET', `Users?${query.toString()}`)).json()).toMatchObject({
      totalResults: 1,
      Resources: [{ id }],
    })
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await call('GET', path)).status).toBe(404)
  })

  it('is for a bearer that may provision, and answers everybody else in its own form', async () => {
    const reader = await keyWith(['people:read', 'people:write'])
    for (const [authorization, status] of [
      ['', 401],
      ['Bearer nonsense', 401],
      [`Bearer ${reader}`, 403],
    ] as const) {
      const answer = await call('GET', 'Users', undefined, { authorization })
      expect(answer.status).toBe(status)
      expect(await answer.json()).toMatchObject({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
        status: String(status),
      })
    }
  })

  it('reads one JSON or none, of a known type and a bounded size', async () => {
    expect((await call('POST', 'Users', '{"userName":"a@b.test","userName":"c@d.test"}')).status).toBe(400)
    expect((await call('POST', 'Users', '{')).status).toBe(400)
    expect((await call('POST', 'Users', '<user/>', { 'content-type': 'text/xml' })).status).toBe(415)
    expect((await call('POST', 'Bulk', JSON.stringify({ filler: 'x'.repeat(1_100_000) }))).status).toBe(413)
    expect((await call('POST', 'Users', person('json'), { 'content-type': 'application/json' })).status).toBe(201)
    expect((await call('PUT', 'Users', person('json'))).status).toBe(405)
    expect((await call('GET', 'Nothing')).status).toBe(404)
  })

  it('shows a tenant its own people alone', async () => {
    const other = await world.openTenant('scim-other')
    const theirs = { authorization: `Bearer ${await keyWith(['scim:write'], other.tenantId)}` }
    const made = (await (await call('POST', 'Users', person('shared'))).json()) as { id: string }
    expect((await call('POST', 'Users', person('shared'), theirs)).status).toBe(201)
    const unknown = await call('GET', 'Users/00000000-0000-7000-8000-00000000dead', undefined, theirs)
    const foreign = await call('GET', `Users/${made.id}`, undefined, theirs)
    expect([foreign.status, await foreign.text()]).toEqual([404, await unknown.text()])
  })
})
