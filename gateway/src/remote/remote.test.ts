/** A service's acts work the same through a process boundary: results, refusals, faults and streams. */
import { currentScope } from '@muster/db'
import { Fault, newId, Refusal, signHandover, systemClock, type Claims } from '@muster/kernel'
import { makeSubgraph, serveSubgraph, type ServedSubgraph, type Subgraph } from '@muster/subgraph-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLog } from '../door/log.ts'
import { endpointOf } from '../graph/endpoint.ts'
import { makeAuthority } from '../testing/certificates.ts'
import type { PeerTls } from './peer.ts'
import { remoteDoor, type RemoteDoor } from './remoteDoor.ts'

let served: ServedSubgraph
let subgraph: Subgraph
let door: RemoteDoor
const claims: Claims = {
  v: 1,
  aud: 'muster_identity',
  rid: 'remote-request-1',
  tenant_id: newId(),
  sub: newId(),
  kind: 'person',
  cred: newId(),
  agent: null,
  caps: [],
  roles: [],
  all: true,
  units: [],
  epoch: 1,
  ceiling: 'UNKNOWN',
  exp: 4_000_000_000,
}
const handovers = { muster_identity: signHandover(claims, Buffer.alloc(32, 1)) }

beforeAll(async () => {
  const log = openLog('silent')
  const close = async (): Promise<void> => {}
  const parts = { name: 'identity', roles: [], sdl: 'type Query { a: Int }', resolvers: {}, clock: systemClock, log }
  subgraph = makeSubgraph({ ...parts, ready: close, close })
  const acts = {
    echo: (...given: unknown[]) => given,
    who: () => currentScope().requestId,
    refuse: () => {
      throw new Refusal('TOO_EARLY', 'it is too early')
    },
    fail: () => {
      throw new Fault('NOT_RECORDED', 'it could not be recorded')
    },
    crash: () => {
      throw new Error('secret text of the inside')
    },
    lines: async function* () {
      yield 'one\n'
      yield 'zwö\n'
    },
  }
  served = await serveSubgraph({ ...subgraph, door: acts })
  door = remoteDoor(served.url)
})
afterAll(async () => {
  await door.close()
  await served.close()
})

describe('an act in another process', () => {
  it('is given and gives what it would here: bytes, instants, nothing, nested', async () => {
    const given = [Buffer.from([0, 255]), new Date(0), null, { a: [1, 'ü', true], when: new Date(5) }]
    expect(await door.call('echo', null, ...given)).toEqual(given)
  })

  it('acts under the hand-over it came with, and under none without', async () => {
    expect(await door.call('who', handovers)).toBe('remote-request-1')
    await expect(door.call('who', null)).rejects.toMatchObject({ name: 'Fault', code: 'UNAUTHENTICATED' })
  })

  it('refuses and fails with the same words, and keeps its insides', async () => {
    await expect(door.call('refuse', null)).rejects.toMatchObject({
      name: 'Refusal',
      code: 'TOO_EARLY',
      message: 'it is too early',
    })
    await expect(door.call('fail', null)).rejects.toMatchObject({ name: 'Fault', code: 'NOT_RECORDED' })
    await expect(door.call('crash', null)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'something went wrong on our side',
    })
  })

  it('streams text', async () => {
    let text = ''
    for await (const chunk of await door.stream('lines', null)) text += chunk
    expect(text).toBe('one\nzwö\n')
  })

  it('is one that was offered, and a service that is away says so', async () => {
    for (const act of ['execute', 'constructor', '__proto__', 'nothing']) {
      await expect(door.call(act, null)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    }
    const nobody = remoteDoor('http://127.0.0.1:9/graphql')
    await expect(nobody.call('echo', null)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    await nobody.close()
  })
})

describe('mutual TLS', () => {
  it('lets the gateway\u2019s certificate in, and nobody without one or with another authority\u2019s', async () => {
    const [ours, theirs] = [await makeAuthority('muster'), await makeAuthority('somebody else')]
    const own = await ours.issue('identity')
    const guarded = await serveSubgraph({ ...subgraph, door: { who: () => 'identity' } }, { tls: own })
    expect(guarded.url).toMatch(/^https:/)
    const asked = async (tls: PeerTls | undefined): Promise<unknown> => {
      const caller = remoteDoor(guarded.url, tls)
      try {
        return await caller.call('who', null)
      } catch (error) {
        return (error as Fault).code
      } finally {
        await caller.close()
      }
    }
    try {
      expect(await asked(await ours.issue('gateway'))).toBe('identity')
      const stranger = await theirs.issue('gateway')
      expect(await asked({ ...stranger, ca: own.ca })).toBe('UNAVAILABLE')
      expect(await asked(stranger)).toBe('UNAVAILABLE')
      expect(await asked(undefined)).toBe('UNAVAILABLE')
      const endpoint = endpointOf({ name: 'identity', url: guarded.url, roles: [], tls: await ours.issue('gateway') })
      expect(await endpoint.execute({ query: '{ __typename }', handovers })).toEqual({ data: { __typename: 'Query' } })
      await endpoint.close()
    } finally {
      await guarded.close()
    }
  })
})
