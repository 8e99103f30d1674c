/** Forgetting: what a destroyed key sealed is gone here, gone after a restore, and every proof still holds. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { dataKeyStore, inScope, openPool, type RolePool } from '@muster/db'
import { newId } from '@muster/kernel'
import { DataKeyring, monthOf } from '@muster/keys'
import { parseReceiptBody } from '@muster/ledger'
import { makeWorld, type World } from '../testing/world.ts'

let world: World
let guard: RolePool
const month = monthOf(Date.now())
beforeAll(async () => {
  world = await makeWorld()
  await world.passport.bootstrapTenant(world.admin())
  guard = openPool({ url: world.database.url('muster_guard'), role: 'muster_guard', max: 2 })
})
afterAll(async () => {
  await guard?.end()
  await world?.stop()
})

/** Another service's ring, as its own process has one. */
const ring = (): DataKeyring => new DataKeyring({ store: dataKeyStore(guard), provider: world.keyProvider })
const seal = (subject: string, text: string, dataClass = 'decision', of = month): Promise<Buffer> =>
  inScope(world.admin(), () =>
    ring().seal({ tenant: world.tenantId, class: dataClass, month: of, subject }, Buffer.from(text)),
  )
const open = (sealed: Buffer): Promise<string> =>
  inScope(world.admin(), async () => (await ring().open(world.tenantId, sealed)).toString('utf8'))

const destroy = `mutation d($input: DestroyDataKeysInput!) { destroyDataKeys(input: $input) { __typename
  ... on DataKeysDestroyed { destroyed receipts { id seq } } ... on Refusal { code message } } }`
interface Destroyed {
  destroyDataKeys: { destroyed: number; receipts: { id: string; seq: string }[]; code?: string }
}

async function tombstone(id: string) {
  const [row] = await world.database.asSuperuser<{ body: Buffer }>('SELECT body FROM ledger.receipt WHERE id = $1', [
    id,
  ])
  return parseReceiptBody(row!.body.toString('utf8'))
}
const outside = (): Set<string> =>
  new Set(
    readFileSync(join(world.vaultFolder, 'tombstones', world.tenantId), 'utf8')
      .split('\n')
      .filter(Boolean),
  )

describe('destroying data keys', () => {
  test('of a subject forgets the subject, and nobody else', async () => {
    const [subject, other] = [newId(), newId()]
    const [gone, kept] = [await seal(subject, 'about them'), await seal(other, 'about another')]
    expect(await open(gone)).toBe('about them')
    const { destroyDataKeys } = await world.run<Destroyed>(world.admin(), destroy, {
      input: { subject, reason: 'asked to be forgotten' },
    })
    expect(destroyDataKeys.destroyed).toBe(1)
    await expect(open(gone)).rejects.toMatchObject({ code: 'KEY_DESTROYED' })
    expect(await open(kept)).toBe('about another')
    const { data, type, subject: of } = await tombstone(destroyDataKeys.receipts[0]!.id)
    expect(type).toBe('key.destroyed')
    expect(data).toMatchObject({ cause: 'requested', subject, month: null, class: null, keys: [of.id] })
    expect(outside()).toContain(of.id)
  })

  test('of a month and class forgets that much; sealing goes on with a new key', async () => {
    const subject = newId()
    const [old, event, now] = [
      await seal(subject, 'old', 'decision', '2019-03'),
      await seal(subject, 'event', 'event', '2019-03'),
      await seal(subject, 'now'),
    ]
    const input = { month: '2019-03', dataClass: 'decision', reason: 'retention' }
    expect((await world.run<Destroyed>(world.admin(), destroy, { input })).destroyDataKeys.destroyed).toBe(1)
    await expect(open(old)).rejects.toMatchObject({ code: 'KEY_DESTROYED' })
    expect([await open(event), await open(now)]).toEqual(['event', 'now'])
    expect(await open(await seal(subject, 'again', 'decision', '2019-03'))).toBe('again')
  })

  test('that are not there is no act: no key, no receipt', async () => {
    const { destroyDataKeys } = await world.run<Destroyed>(world.admin(), destroy, {
      input: { subject: newId(), reason: 'nothing to find' },
    })
    expect(destroyDataKeys).toMatchObject({ destroyed: 0, receipts: [] })
  })

  test('of a whole month leaves the reasons for destroying readable', async () => {
    const reasons = async () =>
      (
        await world.database.asSuperuser<{ count: string }>(
          `SELECT count(*) FROM passport.data_key WHERE tenant_id = $1 AND class = 'tombstone' AND wrapped IS NOT NULL`,
          [world.tenantId],
        )
      )[0]!.count
    await seal(newId(), 'x')
    const before = await reasons()
    await world.run<Destroyed>(world.admin(), destroy, { input: { month, reason: 'end of a trial' } })
    expect(Number(await reasons())).toBeGreaterThanOrEqual(Number(before))
    const [live] = await world.database.asSuperuser<{ count: string }>(
      `SELECT count(*) FROM passport.data_key WHERE tenant_id = $1 AND month = $2 AND wrapped IS NOT NULL AND class <> 'tombstone'`,
      [world.tenantId, month],
    )
    expect(live!.count).toBe('0')
  })

  test('by the thousand is named in full, receipt by receipt', async () => {
    await world.database.asSuperuser(
      `INSERT INTO passport.data_key (tenant_id, id, class, month, subject, wrapped)
       SELECT $1, gen_random_uuid(), 'event', '2018-01', 'subject-' || n, '\\x00' FROM generate_series(1, 2100) AS n`,
      [world.tenantId],
    )
    const { destroyDataKeys } = await world.run<Destroyed>(world.admin(), destroy, {
      input: { month: '2018-01', reason: 'retention' },
    })
    expect(destroyDataKeys.destroyed).toBe(2100)
    const named = await Promise.all(
      destroyDataKeys.receipts.map(async ({ id }) => (await tombstone(id)).data['keys'] as string[]),
    )
    expect(named.map((keys) => keys.length)).toEqual([1000, 1000, 100])
    expect(new Set(named.flat()).size).toBe(2100)
    expect(await world.run(world.admin(), '{ verifyLedger { intact } }')).toEqual({ verifyLedger: { intact: true } })
  })

  test('is refused without a target, for part of a tenant, and without the right', async () => {
    for (const input of [
      { reason: 'x' },
      { month: '2026-13', reason: 'x' },
      { subject: '', reason: 'x' },
      { subject: newId(), reason: ' ' },
    ]) {
      expect(await world.run(world.admin(), destroy, { input })).toMatchObject({
        destroyDataKeys: { code: 'INVALID_INPUT' },
      })
    }
    const input = { subject: newId(), reason: 'x' }
    await expect(world.run(world.lead(), destroy, { input })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(world.run(world.admin({ caps: [] }), destroy, { input })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('after a restore', () => {
  test('what had been destroyed is destroyed again, with a receipt', async () => {
    const subject = newId()
    const sealed = await seal(subject, 'should stay forgotten')
    const [before] = await world.database.asSuperuser<{ id: string; wrapped: Buffer }>(
      'SELECT id, wrapped FROM passport.data_key WHERE tenant_id = $1 AND subject = $2',
      [world.tenantId, subject],
    )
    await world.run(world.admin(), destroy, { input: { subject, reason: 'asked to be forgotten' } })
    // The backup's row is back; the vault outside is not part of any backup.
    await world.tamper('UPDATE passport.data_key SET wrapped = $2, destroyed_at = NULL WHERE id = $1', [
      before!.id,
      before!.wrapped,
    ])
    expect(await open(sealed)).toBe('should stay forgotten')
    const again = await world.restart()
    await again.assertNotRewound(world.admin({ kind: 'service' }))
    await expect(open(sealed)).rejects.toMatchObject({ code: 'KEY_DESTROYED' })
    const [row] = await world.database.asSuperuser<{ id: string }>(
      `SELECT id FROM ledger.receipt WHERE tenant_id = $1 AND type = 'key.destroyed' ORDER BY seq DESC LIMIT 1`,
      [world.tenantId],
    )
    expect((await tombstone(row!.id)).data).toEqual({ cause: 'restored', keys: [before!.id] })
    await again.assertNotRewound(world.admin({ kind: 'service' }))
    const [last] = await world.database.asSuperuser<{ id: string }>(
      `SELECT id FROM ledger.receipt WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1`,
      [world.tenantId],
    )
    expect(last!.id).toBe(row!.id) // a second start finds nothing left to do
  })

  test('a tombstone that a crash kept from the vault is added at the next start', async () => {
    const subject = newId()
    await seal(subject, 'x')
    const [key] = await world.database.asSuperuser<{ id: string }>(
      'UPDATE passport.data_key SET wrapped = NULL, destroyed_at = now() WHERE tenant_id = $1 AND subject = $2 RETURNING id',
      [world.tenantId, subject],
    )
    expect(outside()).not.toContain(key!.id)
    await (await world.restart()).assertNotRewound(world.admin({ kind: 'service' }))
    expect(outside()).toContain(key!.id)
  })

  test('the engine lets no destroyed key come back by an update', async () => {
    await expect(
      world.database.asSuperuser(
        `UPDATE passport.data_key SET wrapped = '\\x01', destroyed_at = NULL WHERE tenant_id = $1 AND wrapped IS NULL`,
        [world.tenantId],
      ),
    ).rejects.toMatchObject({ code: 'MU010' })
  })
})
