/** What a live stream tells, to whom, and when it stops. */
import { appendReceipts, inScope, openPool, withRequest, type LoginRole, type Tx } from '@muster/db'
import { newId } from '@muster/kernel'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readEvents, type EventReader } from '../testing/eventReader.ts'
import { startWorld, type World } from '../testing/world.ts'

let world: World
const open: EventReader[] = []

beforeAll(async () => {
  world = await startWorld({ settings: { streams: { perCredential: 2 } } })
})
afterEach(() => {
  for (const reader of open.splice(0)) reader.close()
})
afterAll(() => world.stop())

async function watch(bearer: string, more: Record<string, string> = {}): Promise<EventReader> {
  const reader = await readEvents(world.url, { authorization: `Bearer ${bearer}`, ...more })
  open.push(reader)
  if (reader.response.status === 200) expect((await reader.next()).name).toBe('open')
  return reader
}

/** Something a service does in its own transaction. */
async function asService(role: LoginRole, work: (tx: Tx) => Promise<unknown>): Promise<void> {
  const pool = openPool({ url: world.database.url(role), role, max: 1 })
  try {
    await inScope(world.database.scope(world.tenantId, { kind: 'service' }), () => withRequest(pool, work))
  } finally {
    await pool.end()
  }
}

/** A team, as the workforce makes it. */
async function team(name: string): Promise<string> {
  const id = newId()
  await asService('muster_workforce', (tx) =>
    tx.query("INSERT INTO workforce.org_unit (tenant_id, id, kind, name) VALUES ($1, $2, 'team', $3)", [
      world.tenantId,
      id,
      name,
    ]),
  )
  return id
}

/** Something happens to an agent: one receipt, whose scope is the agent's team. */
function happen(type: string, agentId: string, subject: { type: string; id: string }, data = {}): Promise<void> {
  return asService(type.startsWith('transfer') ? 'muster_workforce' : 'muster_identity', (tx) =>
    appendReceipts((sql, values) => tx.query(sql, values), [{ type, subject, agentId, data }]),
  )
}

async function agentOf(teamId: string): Promise<string> {
  const id = await world.addAgent(`agent-${newId()}`)
  await world.database.asSuperuser('UPDATE identity.agent SET team_id = $2 WHERE id = $1', [id, teamId])
  return id
}

describe('a live stream', () => {
  it('names what changed, and nothing of how', async () => {
    const { apiKey } = await world.addKey()
    const reader = await watch(apiKey)
    expect(reader.response.headers.get('content-type')).toBe('text/event-stream')
    expect(reader.response.headers.get('cache-control')).toBe('no-store')
    const made = await world.addKey({ label: 'seen by the watcher' })
    const event = await reader.next()
    expect(event).toMatchObject({ name: 'message', data: { typename: 'ApiKey', id: made.keyId } })
    expect(Object.keys(event.data).toSorted()).toEqual(['id', 'typename', 'version'])
    expect(event.id).toBe(String(event.data['version']))
  })

  it('tells a team\u2019s watcher of that team alone', async () => {
    const [ours, theirs] = [await team('ours'), await team('theirs')]
    const [agent, other] = [await agentOf(ours), await agentOf(theirs)]
    const lead = await world.addKey({ unitId: ours, capabilities: ['agents:read'] })
    const reader = await watch(lead.apiKey)
    const all = await watch((await world.addKey()).apiKey)
    await all.during(600) // the keys just made
    await reader.during(10)
    await happen('agent.changed', other, { type: 'agent', id: other })
    await happen('agent.changed', agent, { type: 'agent', id: agent })
    expect((await reader.during(900)).map(({ data }) => data['id'])).toEqual([agent])
    expect((await all.during(50)).map(({ data }) => data['id'])).toEqual([other, agent])
  })

  it('says `gone` when an agent leaves the watcher\u2019s sight', async () => {
    const [from, to] = [await team('from'), await team('to')]
    const agent = await agentOf(from)
    const before = await watch((await world.addKey({ unitId: from, capabilities: ['agents:read'] })).apiKey)
    const after = await watch((await world.addKey({ unitId: to, capabilities: ['agents:read'] })).apiKey)
    await before.during(600)
    await after.during(10)
    await world.database.asSuperuser('UPDATE identity.agent SET team_id = $2 WHERE id = $1', [agent, to])
    const offer = newId()
    await happen('transfer.accepted', agent, { type: 'transfer', id: offer }, { agent, from, offer, to })
    expect(await before.during(900)).toMatchObject([{ name: 'gone', data: { typename: 'Agent', id: agent } }])
    const seen = (await after.during(50)).map(({ name, data }) => [name, data['typename'], data['id']])
    expect(seen).toEqual([
      ['message', 'TransferOffer', offer],
      ['message', 'Agent', agent],
    ])
  })

  it('goes on where a browser left off, and names a burst it missed as `reset`', async () => {
    const { apiKey } = await world.addKey()
    const reader = await watch(apiKey)
    const made = await world.addKey()
    const seen = await reader.next()
    reader.close()
    const later = await world.addKey()
    const again = await readEvents(world.url, { authorization: `Bearer ${apiKey}`, 'last-event-id': seen.id! })
    open.push(again)
    expect(await again.next()).toMatchObject({ name: 'open' })
    expect((await again.next()).data['id']).toBe(later.keyId)
    expect(made.keyId).toBe(seen.data['id'])
    const future = await watch(apiKey, { 'last-event-id': '99999999' })
    const fresh = await world.addKey()
    expect((await future.next()).data['id']).toBe(fresh.keyId)
  })

  it('goes on by its address where another tab of the browser left off', async () => {
    const { apiKey } = await world.addKey()
    const reader = await watch(apiKey)
    await world.addKey()
    const seen = await reader.next()
    reader.close()
    const missed = await world.addKey()
    const next = await readEvents(world.url, { authorization: `Bearer ${apiKey}` }, `?after=${seen.id}`)
    open.push(next)
    expect(await next.next()).toMatchObject({ name: 'open', id: seen.id })
    expect((await next.next()).data['id']).toBe(missed.keyId)
  })

  it('ends when its credential is revoked', async () => {
    const key = await world.addKey()
    const reader = await watch(key.apiKey)
    await world.database.asSuperuser('UPDATE identity.api_key SET is_active = false WHERE id = $1', [key.keyId])
    await expect
      .poll(async () => (await reader.during(100)).map(({ data }) => data['reason']), { timeout: 4_000 })
      .toContain('revoked')
  })

  it('ends when the scope epoch changes', async () => {
    const reader = await watch((await world.addKey()).apiKey)
    await world.database.asSuperuser('UPDATE identity.tenant SET scope_epoch = scope_epoch + 1 WHERE id = $1', [
      world.tenantId,
    ])
    await expect
      .poll(async () => (await reader.during(100)).map(({ data }) => data['reason']), { timeout: 4_000 })
      .toContain('scope_changed')
  })

  it('tells nothing of another tenant', async () => {
    const other = await world.openTenant(`other-${newId()}`)
    const foreign = await world.addKey({}, other.tenantId)
    const reader = await watch(foreign.apiKey)
    await reader.during(300)
    await world.addKey()
    expect(await reader.during(800)).toEqual([])
  })

  it('is not opened without a credential, without the right to watch, or too often', async () => {
    expect((await world.fetch('/events')).status).toBe(401)
    const blind = await world.addKey({ capabilities: ['actions:authorize'] })
    expect((await watch(blind.apiKey)).response.status).toBe(403)
    const { apiKey } = await world.addKey()
    await watch(apiKey)
    const second = await watch(apiKey)
    expect((await watch(apiKey)).response.status).toBe(429)
    second.close()
    await expect.poll(async () => (await watch(apiKey)).response.status, { timeout: 3_000 }).toBe(200)
  })

  it('is not counted when its reader left before it began', async () => {
    const { apiKey } = await world.addKey()
    const headers = { authorization: `Bearer ${apiKey}` }
    // At one of these moments it is being looked up who asks and where the ledger ends.
    for (let ms = 0; ms < 24; ms += 1) {
      const reply = fetch(`${world.url}/events`, { headers, signal: AbortSignal.timeout(ms) })
      await reply.then(({ body }) => body?.cancel()).catch(() => undefined)
    }
    for (const place of ['first', 'second']) {
      await expect.poll(async () => (await watch(apiKey)).response.status, { timeout: 3_000, message: place }).toBe(200)
    }
  })
})

describe('shutting down', () => {
  it('ends every stream and finishes what is under way', async () => {
    const short = await startWorld()
    const { apiKey } = await short.addKey()
    const reader = await readEvents(short.url, { authorization: `Bearer ${apiKey}` })
    await reader.next()
    const began = performance.now()
    await short.stop()
    expect(performance.now() - began).toBeLessThan(3_000)
    const rest = await reader.during(50)
    expect(rest.at(0)).toMatchObject({ name: 'end', data: { reason: 'shutdown' } })
  })
})
