/** What a verifier gets of a ledger from outside, and who may be one. */
import { capabilities } from '@muster/kernel'
import { openNote, parseProofHeader, parseProvenEntry, ProofVerifier, readCheckpoint, verifierOf } from '@muster/ledger'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorld, type World } from '../testing/world.ts'

let world: World
let hex: string
let key: string
let size: number

beforeAll(async () => {
  world = await startWorld()
  hex = world.origin.slice('muster.log/'.length)
  const scope = (): ReturnType<World['database']['scope']> =>
    world.database.scope(world.tenantId, { caps: [...capabilities] })
  await world.passport.bootstrapTenant(scope())
  key = (await world.addKey()).apiKey
  await world.passport.createCheckpoint(scope())
  size = readCheckpoint((await world.passport.checkpoint(scope().handovers))!).size
})
afterAll(() => world.stop())

const get = (path: string, bearer?: string): Promise<Response> =>
  world.fetch(path, bearer === undefined ? {} : { headers: { authorization: `Bearer ${bearer}` } })

describe('a ledger\u2019s public face', () => {
  it('serves checkpoint and tiles to the tenant, however the origin is spelled', async () => {
    for (const part of [hex, `muster.log/${hex}`, `muster.log%2F${hex}`]) {
      const answer = await get(`/ledger/${part}/checkpoint`, key)
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toContain('text/plain')
      expect(readCheckpoint(await answer.text())).toMatchObject({ origin: world.origin, size })
      const tile = await get(`/ledger/${part}/tile/0/000.p/${size}`, key)
      expect([tile.status, (await tile.arrayBuffer()).byteLength]).toEqual([200, size * 32])
      expect(tile.headers.get('cache-control')).toContain('private')
    }
  })

  it('signs checkpoints with a key of the published history', async () => {
    const trust = await get(`/.well-known/muster-trust/${hex}.json`)
    expect(trust.status).toBe(200)
    const document = (await trust.json()) as { origin: string; keys: { jwk: { d?: string; x: string }; use: string }[] }
    expect(document.origin).toBe(world.origin)
    expect(JSON.stringify(document)).not.toContain(world.tenantId)
    expect(document.keys.every(({ jwk }) => jwk.d === undefined)).toBe(true)
    const note = await (await get(`/ledger/${hex}/checkpoint`, key)).text()
    const publicKey = Buffer.from(document.keys.find(({ use }) => use === 'ledger')!.jwk.x, 'base64url')
    expect(openNote(note, [verifierOf(world.origin, publicKey)])).toBeTruthy()
  })

  it('answers foreign, unknown and garbled origins alike, to members of another tenant and to nobody', async () => {
    const other = await world.openTenant('another')
    const foreign = (await world.addKey({}, other.tenantId)).apiKey
    const bodies: unknown[] = []
    for (const part of [hex, '0'.repeat(32), 'garbled', hex.toUpperCase()]) {
      const answer = await get(`/ledger/${part}/checkpoint`, foreign)
      expect(answer.status).toBe(404)
      bodies.push({ ...((await answer.json()) as object), requestId: '' })
      expect((await get(`/ledger/${part}/checkpoint`)).status).toBe(401)
    }
    for (const body of bodies) expect(body).toEqual(bodies[0])
    expect((await get(`/.well-known/muster-trust/${'0'.repeat(32)}.json`)).status).toBe(404)
  })

  it('serves no tile beyond the checkpoint and none that is misspelled', async () => {
    for (const path of ['0/001', '1/000', '0/000.p/0', '0/0', 'entries/999']) {
      expect((await get(`/ledger/${hex}/tile/${path}`, key)).status).toBe(404)
    }
  })

  it('is exported whole to who may read it, and is nothing to whoever may not', async () => {
    const answer = await get(`/ledger/${hex}/export`, key)
    expect(answer.status).toBe(200)
    const lines = (await answer.text()).trim().split('\n')
    expect(lines.length).toBeGreaterThan(size)
    expect(lines[0]).toContain(world.origin)
    const blind = await world.addKey({ capabilities: ['actions:authorize'] })
    expect((await get(`/ledger/${hex}/export`, blind.apiKey)).status).toBe(404)
    expect((await get(`/ledger/${hex}/export`)).status).toBe(401)
  })

  it('proves entries and ranges in a file that verifies against the published keys, to who may read it', async () => {
    const proofOf = (query: string, bearer: string | undefined = key) => get(`/ledger/${hex}/proof?${query}`, bearer)
    const answer = await proofOf(`first=2&last=${size}`)
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store'])
    expect(answer.headers.get('content-disposition')).toContain('.muster-proof')
    const [header, ...entries] = (await answer.text()).trim().split('\n')
    const trust = (await (await get(`/.well-known/muster-trust/${hex}.json`)).json()) as {
      keys: { jwk: { x: string }; use: string }[]
    }
    const keys = trust.keys.filter(({ use }) => use === 'ledger').map(({ jwk }) => Buffer.from(jwk.x, 'base64url'))
    const verifier = new ProofVerifier(
      parseProofHeader(header!),
      keys.map((publicKey) => verifierOf(world.origin, publicKey)),
    )
    for (const line of entries) verifier.push(parseProvenEntry(line))
    expect(verifier.finish()).toMatchObject({ intact: true, signed: true, checked: size - 1, bodiesChecked: size - 1 })
    expect((await (await proofOf('first=1')).text()).trim().split('\n')).toHaveLength(2)
    for (const nothing of ['first=0', 'first=x', '', 'first=3&last=2', 'first=1&last=999999'])
      expect((await proofOf(nothing)).status).toBe(404)
    const blind = await world.addKey({ capabilities: ['actions:authorize'] })
    expect((await proofOf('first=1', blind.apiKey)).status).toBe(404)
    expect((await get(`/ledger/${hex}/proof?first=1`)).status).toBe(401)
  })
})

describe('a ledger whose tenant opted in', () => {
  it('shows checkpoints and hash tiles to the public, entries to nobody without a credential', async () => {
    const shared = await startWorld({
      change: (options, origin) => ({ ...options, settings: { publicLedgers: [origin] } }),
    })
    try {
      const { tenantId, origin } = shared
      await shared.passport.bootstrapTenant(shared.database.scope(tenantId, { caps: [...capabilities] }))
      await shared.passport.createCheckpoint(shared.database.scope(tenantId, { caps: [...capabilities] }))
      const base = `/ledger/${origin.slice('muster.log/'.length)}`
      const note = await shared.fetch(`${base}/checkpoint`)
      const covered = readCheckpoint(await note.text()).size
      const tile = await shared.fetch(`${base}/tile/0/000.p/${covered}`)
      expect([note.status, tile.status, tile.headers.get('cache-control')?.split(',')[0]]).toEqual([200, 200, 'public'])
      expect((await shared.fetch(`${base}/tile/entries/000.p/${covered}`)).status).toBe(404)
      expect((await shared.fetch(`${base}/export`)).status).toBe(404)
      expect((await shared.fetch(`${base}/proof?first=1`)).status).toBe(404)
      const { apiKey } = await shared.addKey()
      const member = { headers: { authorization: `Bearer ${apiKey}` } }
      expect((await shared.fetch(`${base}/tile/entries/000.p/${covered}`, member)).status).toBe(200)
    } finally {
      await shared.stop()
    }
  })
})
