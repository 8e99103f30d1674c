/** A tenant's signing keys: each change with its receipt, one active key, a history that verifies for ever. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inScope, openPool, withRequest } from '@muster/db'
import { openSigningKey, retiringPeriodMs, rotationPeriodMs, type KeyProvider } from '@muster/keys'
import { parseReceiptBody, type ReceiptBody } from '@muster/ledger'
import { movableClock } from '../testing/movableClock.ts'
import { makeWorld, type World } from '../testing/world.ts'

let world: World
const clock = movableClock()
beforeAll(async () => {
  world = await makeWorld(clock)
})
afterAll(() => world?.stop())

async function receipts(type: string): Promise<ReceiptBody[]> {
  const rows = await world.database.asSuperuser<{ body: Buffer }>(
    'SELECT body FROM ledger.receipt WHERE tenant_id = $1 AND type = $2 ORDER BY seq',
    [world.tenantId, type],
  )
  return rows.map(({ body }) => parseReceiptBody(body.toString('utf8')))
}

const history =
  'query h($purpose: KeyPurpose) { keyHistory(purpose: $purpose) { id purpose algorithm state publicJwk createdAt retiringAt retiredAt } }'
const rotate = `mutation r($input: RotateKeyInput!) { rotateKey(input: $input) { __typename
  ... on KeyRotated { key { id state } former { id state retiringAt retiredAt } receipt { id seq } } ... on Refusal { code message } } }`
interface Key {
  id: string
  purpose: string
  algorithm: string
  state: string
  publicJwk: Record<string, string> | null
}
const keysOf = async (purpose: string | null = null): Promise<Key[]> =>
  (await world.run<{ keyHistory: Key[] }>(world.admin(), history, { purpose })).keyHistory

describe('bootstrap', () => {
  test('gives a tenant its three keys once, each with a receipt', async () => {
    expect(await world.passport.bootstrapTenant(world.admin({ kind: 'service' }))).toEqual([
      'ledger',
      'issuer',
      'permit',
    ])
    expect(await world.passport.bootstrapTenant(world.admin({ kind: 'service' }))).toEqual([])
    const keys = await keysOf()
    expect(keys.map(({ purpose, algorithm, state }) => [purpose, algorithm, state])).toEqual([
      ['LEDGER', 'ED25519', 'ACTIVE'],
      ['ISSUER', 'ES256', 'ACTIVE'],
      ['PERMIT', 'HS256', 'ACTIVE'],
    ])
    expect(keys.map(({ publicJwk }) => publicJwk === null)).toEqual([false, false, true])
    const created = await receipts('key.created')
    expect(created.map(({ subject, data }) => [subject.id, data['purpose']])).toEqual(
      keys.map(({ id, purpose }) => [id, purpose.toLowerCase()]),
    )
    expect(created.every(({ actor }) => actor.kind === 'service')).toBe(true)
  })

  test('run by two processes at once makes no key twice', async () => {
    const { tenantId } = await world.database.openTenant('twice')
    const scope = world.database.scope(tenantId)
    const other = await world.restart()
    await Promise.all([world.passport.bootstrapTenant(scope), other.bootstrapTenant(scope)])
    const rows = await world.database.asSuperuser<{ purpose: string }>(
      `SELECT purpose FROM passport.signing_key WHERE tenant_id = $1 AND state = 'active' ORDER BY purpose`,
      [tenantId],
    )
    expect(rows.map(({ purpose }) => purpose)).toEqual(['issuer', 'ledger', 'permit'])
  })

  test('the permit key opens for the guard, under the context it was wrapped for', async () => {
    const pool = openPool({ url: world.database.url('muster_guard'), role: 'muster_guard', max: 1 })
    try {
      const rows = await inScope(world.admin(), () =>
        withRequest(pool, (tx) =>
          tx.query<{ id: string; wrapped: Buffer; state: string }>('SELECT * FROM passport.permit_keys()'),
        ),
      )
      expect(rows).toHaveLength(1)
      const provider: KeyProvider = world.keyProvider
      const opened = await openSigningKey(provider, world.tenantId, 'permit', rows[0]!.id, rows[0]!.wrapped)
      expect(opened.symmetricKeySize).toBe(32)
      await expect(
        openSigningKey(provider, world.tenantId, 'issuer', rows[0]!.id, rows[0]!.wrapped),
      ).rejects.toMatchObject({
        code: 'TAMPERED',
      })
    } finally {
      await pool.end()
    }
  })
})

describe('rotation', () => {
  test('planned: the former key retires in peace; the reason is sealed, the body commits to it', async () => {
    const [before] = await keysOf('ISSUER')
    const { rotateKey } = await world.run<{ rotateKey: { key: Key; former: Key; receipt: { id: string } } }>(
      world.admin(),
      rotate,
      { input: { purpose: 'ISSUER', reason: 'quarterly, agreed with Ada Lovelace' } },
    )
    expect(rotateKey.former).toMatchObject({ id: before!.id, state: 'RETIRING', retiredAt: null })
    expect(rotateKey.key.state).toBe('ACTIVE')
    const body = (await receipts('key.rotated')).find(({ id }) => id === rotateKey.receipt.id)!
    expect(body.data).toMatchObject({
      cause: 'scheduled',
      formerKey: before!.id,
      formerState: 'retiring',
      purpose: 'issuer',
    })
    expect(body.data['reason']).toMatch(/^[0-9a-f]{64}$/)
    const [row] = await world.database.asSuperuser<{ body: Buffer; sealed: Buffer }>(
      'SELECT body, sealed FROM ledger.receipt WHERE id = $1',
      [rotateKey.receipt.id],
    )
    expect(row!.sealed.length).toBeGreaterThan(0)
    for (const bytes of [row!.body, row!.sealed]) expect(bytes.includes('Lovelace')).toBe(false)
  })

  test('emergency: the former key is retired at once and its private half is gone', async () => {
    const [before] = await keysOf('LEDGER')
    const answer = await world.run(world.admin(), rotate, {
      input: { purpose: 'LEDGER', emergency: true, reason: 'laptop lost' },
    })
    expect(answer).toMatchObject({ rotateKey: { former: { id: before!.id, state: 'RETIRED' } } })
    const [row] = await world.database.asSuperuser<{ wrapped: Buffer | null; public_jwk: unknown }>(
      'SELECT wrapped, public_jwk FROM passport.signing_key WHERE id = $1',
      [before!.id],
    )
    expect(row!.wrapped).toBeNull()
    expect(row!.public_jwk).toEqual(before!.publicJwk)
  })

  test('of one key by many at once happens once for each that was answered, with one active key', async () => {
    const other = await world.restart()
    const attempts = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) =>
        (index % 2 ? other : world.passport).rotateKey(world.admin(), {
          purpose: 'permit',
          emergency: false,
          reason: 'race',
        }),
      ),
    )
    const done = attempts.filter(({ status }) => status === 'fulfilled')
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') expect(attempt.reason).toMatchObject({ code: 'ROTATION_CONFLICT' })
    }
    const keys = await keysOf('PERMIT')
    expect(keys).toHaveLength(1 + done.length)
    expect(keys.filter(({ state }) => state === 'ACTIVE')).toHaveLength(1)
    expect((await receipts('key.rotated')).filter(({ data }) => data['purpose'] === 'permit')).toHaveLength(done.length)
  })

  test('needs a reason and the right to rotate', async () => {
    expect(await world.run(world.admin(), rotate, { input: { purpose: 'LEDGER', reason: '  ' } })).toMatchObject({
      rotateKey: { code: 'INVALID_INPUT' },
    })
    const input = { purpose: 'LEDGER', reason: 'x' }
    await expect(world.run(world.admin({ caps: ['keys:read'] }), rotate, { input })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    await expect(world.run(world.admin({ caps: [] }), history)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('time', () => {
  test('retires after a day, rotates after ninety, and says so in the ledger', async () => {
    const scope = () => world.admin({ kind: 'service', exp: Math.floor(Date.now() / 1000) + 60 })
    const before = await keysOf()
    expect((await world.passport.maintain(scope())).keys).toEqual({ rotated: [], retired: [] })
    clock.forward(retiringPeriodMs)
    const retired = (await world.passport.maintain(scope())).keys.retired
    expect(retired.toSorted()).toEqual(
      before
        .filter(({ state }) => state === 'RETIRING')
        .map(({ id }) => id)
        .toSorted(),
    )
    expect((await receipts('key.retired')).map(({ subject }) => subject.id).toSorted()).toEqual(retired.toSorted())
    clock.forward(rotationPeriodMs)
    expect((await world.passport.maintain(scope())).keys.rotated).toEqual(['ledger', 'issuer', 'permit'])
    expect((await world.passport.maintain(scope())).keys.rotated).toEqual([])
    expect((await keysOf()).filter(({ state }) => state === 'ACTIVE')).toHaveLength(3)
  })

  test('never brings a key back, in the engine too', async () => {
    const [old] = (await keysOf()).filter(({ state }) => state === 'RETIRED')
    for (const change of [`state = 'active'`, `state = 'retiring'`, `wrapped = '\\x01'`]) {
      await expect(
        world.database.asSuperuser(`UPDATE passport.signing_key SET ${change} WHERE id = $1`, [old!.id]),
      ).rejects.toMatchObject({ code: expect.stringMatching(/MU010|23514/) as unknown })
    }
  })
})

describe('the trust document', () => {
  test('names every public key under the random origin, and nothing that says whose it is', async () => {
    const document = await world.passport.trustDocument(world.admin().handovers)
    expect(document).toMatchObject({ schema: 'muster/trust/v1', origin: world.origin })
    const published = new Set(document!.keys.map(({ kid }) => kid))
    const known = (await keysOf()).filter(({ publicJwk }) => publicJwk !== null)
    expect(published).toEqual(new Set(known.map(({ id }) => id)))
    const text = JSON.stringify(document)
    for (const secret of [world.tenantId, 'northwind', '"d"', '"k"']) expect(text).not.toContain(secret)
  })

  test('is null for another tenant’s origin', async () => {
    const { tenantId } = await world.database.openTenant('curious')
    const { handovers } = world.database.scope(tenantId)
    expect(await world.passport.trustDocument(handovers, world.origin)).toBeNull()
    expect((await world.passport.trustDocument(handovers))!.keys).toEqual([])
  })
})
