/** What is sealed opens in its place only, and is gone when its key is. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LocalFileProvider } from '../provider/localFileProvider.ts'
import { monthOf, type DataKeyScope } from './dataKeyStore.ts'
import { DataKeyring, type DataKeyringOptions } from './dataKeyring.ts'
import { MemoryDataKeyStore } from './memoryDataKeyStore.ts'
import { openJson, sealJson, sealJsonSync } from './sealedJson.ts'

const provider = new LocalFileProvider({ salt: randomBytes(32), keys: [{ id: '00000001', key: randomBytes(32) }] })
const scope: DataKeyScope = { tenant: 'tenant-1', class: 'receipt', month: '2026-01', subject: 'agent-1' }
const text = Buffer.from('salary: 4711')
const aad = Buffer.from('row-1')

function newRing(options: Partial<DataKeyringOptions> = {}): { ring: DataKeyring; store: MemoryDataKeyStore } {
  const store = new MemoryDataKeyStore()
  return { store, ring: new DataKeyring({ store, provider, ...options }) }
}

describe('a look-up under way', () => {
  it('is shared, and what it fails of for the one who began it is nobody else’s failure', async () => {
    const store = new MemoryDataKeyStore()
    let asked = 0
    const choosy = Object.assign(Object.create(store) as MemoryDataKeyStore, {
      insertOrGet: async (...args: Parameters<MemoryDataKeyStore['insertOrGet']>) => {
        if (++asked === 1) throw new Error('these claims may not ask')
        return store.insertOrGet(...args)
      },
    })
    const ring = new DataKeyring({ store: choosy, provider })
    const [first, ...rest] = await Promise.allSettled([1, 2, 3].map(() => ring.seal(scope, text)))
    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'these claims may not ask' } })
    expect(rest.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  })
})

describe('sealed bytes', () => {
  it('open to what was sealed', async () => {
    const { ring } = newRing()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 20 }), async (plain, bound) => {
        expect(await ring.open('tenant-1', await ring.seal(scope, plain, bound), bound)).toEqual(Buffer.from(plain))
      }),
    )
  })

  it('do not show what was sealed, and never twice the same', async () => {
    const { ring } = newRing()
    const [a, b] = [await ring.seal(scope, text), await ring.seal(scope, text)]
    expect(a.includes(text)).toBe(false)
    expect(a.equals(b)).toBe(false)
  })

  it('are refused after any flipped bit', async () => {
    const { ring } = newRing()
    const sealed = await ring.seal(scope, text, aad)
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Buffer.from(sealed)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      // A flip in the key's id names a key that is not there.
      const code = bit >= 8 && bit < 17 * 8 ? 'UNKNOWN_KEY' : 'TAMPERED'
      await expect(ring.open('tenant-1', flipped, aad)).rejects.toMatchObject({ code })
    }
  })

  it('are refused when cut or extended', async () => {
    const { ring } = newRing()
    const sealed = await ring.seal(scope, text, aad)
    for (let length = 0; length < sealed.length; length++) {
      await expect(ring.open('tenant-1', sealed.subarray(0, length), aad)).rejects.toMatchObject({ code: 'TAMPERED' })
    }
    const longer = Buffer.concat([sealed, Buffer.alloc(1)])
    await expect(ring.open('tenant-1', longer, aad)).rejects.toMatchObject({ code: 'TAMPERED' })
  })

  it('are refused with other associated data', async () => {
    const { ring } = newRing()
    const sealed = await ring.seal(scope, text, aad)
    await expect(ring.open('tenant-1', sealed, Buffer.from('row-2'))).rejects.toMatchObject({ code: 'TAMPERED' })
    await expect(ring.open('tenant-1', sealed)).rejects.toMatchObject({ code: 'TAMPERED' })
  })

  it('are unknown to another tenant, with a warm cache and a cold one', async () => {
    const { ring, store } = newRing()
    const sealed = await ring.seal(scope, text)
    await expect(ring.open('tenant-2', sealed)).rejects.toMatchObject({ code: 'UNKNOWN_KEY' })
    const cold = new DataKeyring({ store, provider })
    await expect(cold.open('tenant-2', sealed)).rejects.toMatchObject({ code: 'UNKNOWN_KEY' })
    expect(await cold.open('tenant-1', sealed)).toEqual(text)
  })

  it('are refused when the store moves their key to another subject', async () => {
    const { ring, store } = newRing()
    const sealed = await ring.seal(scope, text)
    const lying = Object.assign(Object.create(store) as MemoryDataKeyStore, {
      byId: async (tenant: string, id: string) => {
        const row = await store.byId(tenant, id)
        return row === null ? null : { ...row, scope: { ...row.scope, subject: 'agent-2' } }
      },
    })
    await expect(new DataKeyring({ store: lying, provider }).open('tenant-1', sealed)).rejects.toMatchObject({
      code: 'TAMPERED',
    })
  })
})

describe('a destroyed key', () => {
  it('opens nothing from then on, in this process', async () => {
    const { ring } = newRing()
    const sealed = await ring.seal(scope, text)
    const { id } = await ring.getOrCreate(scope)
    expect(await ring.destroy('tenant-1', { subject: 'agent-1' })).toEqual([id])
    await expect(ring.open('tenant-1', sealed)).rejects.toMatchObject({ code: 'KEY_DESTROYED' })
    expect(ring.sealSync(scope, text)).toBeNull()
  })

  it('opens nothing in another process once the time to live is over', async () => {
    let nowMs = 0
    const { ring, store } = newRing({ nowMs: () => nowMs, ttlMs: 1_000 })
    const sealed = await ring.seal(scope, text)
    await store.destroy('tenant-1', { month: '2026-01' })
    nowMs = 999
    expect(await ring.open('tenant-1', sealed)).toEqual(text)
    nowMs = 1_000
    await expect(ring.open('tenant-1', sealed)).rejects.toMatchObject({ code: 'KEY_DESTROYED' })
    expect(ring.sealSync(scope, text)).toBeNull()
  })

  it('is not brought back by a look-up that was under way', async () => {
    const store = new MemoryDataKeyStore()
    const sealed = await new DataKeyring({ store, provider }).seal(scope, text)
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    const slow = {
      id: 'slow',
      wrapKey: provider.wrapKey.bind(provider),
      unwrapKey: async (...args: Parameters<typeof provider.unwrapKey>) => {
        await held
        return provider.unwrapKey(...args)
      },
    }
    const ring = new DataKeyring({ store, provider: slow })
    const opening = ring.open('tenant-1', sealed)
    await ring.destroy('tenant-1', { subject: 'agent-1' })
    release()
    await expect(opening).rejects.toMatchObject({ code: 'KEY_DESTROYED' })
    await expect(ring.open('tenant-1', sealed)).rejects.toMatchObject({ code: 'KEY_DESTROYED' })
  })

  it('leaves other subjects, classes, months and tenants alone', async () => {
    const { ring } = newRing()
    const others = [
      { ...scope, subject: 'agent-2' },
      { ...scope, tenant: 'tenant-2' },
      { ...scope, class: 'event' },
      { ...scope, month: '2026-02' },
    ]
    const sealed = await Promise.all(others.map((each) => ring.seal(each, text)))
    await ring.seal(scope, text)
    await ring.destroy('tenant-1', { subject: 'agent-1', class: 'receipt', month: '2026-01' })
    for (const [index, each] of others.entries()) expect(await ring.open(each.tenant, sealed[index]!)).toEqual(text)
  })

  it('is followed by another for what comes later', async () => {
    const { ring, store } = newRing()
    const before = await ring.seal(scope, text)
    await ring.destroy('tenant-1', { subject: 'agent-1' })
    const after = await ring.seal(scope, text)
    expect(await new DataKeyring({ store, provider }).open('tenant-1', after)).toEqual(text)
    await expect(ring.open('tenant-1', before)).rejects.toMatchObject({ code: 'KEY_DESTROYED' })
  })
})

describe('the key of a scope', () => {
  it('is one for all who ask at once, in one process and in several', async () => {
    const { store } = newRing()
    const rings = Array.from({ length: 5 }, () => new DataKeyring({ store, provider }))
    const ids = await Promise.all(rings.flatMap((ring) => Array.from({ length: 10 }, () => ring.getOrCreate(scope))))
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1)
  })

  it('is another after so many seals, and the earlier one still opens', async () => {
    const { ring } = newRing({ sealsMax: 3 })
    const sealed = []
    for (let count = 0; count < 7; count++) sealed.push(await ring.seal(scope, text))
    const ids = sealed.map((bytes) => bytes.toString('hex', 1, 17))
    expect(ids.map((id) => [...new Set(ids)].indexOf(id))).toEqual([0, 0, 0, 1, 1, 1, 2])
    for (const bytes of sealed) expect(await ring.open('tenant-1', bytes)).toEqual(text)
  })

  it('does not start counting again when it was dropped from the cache', async () => {
    const { ring } = newRing({ sealsMax: 3 })
    const ids = new Set<string>()
    for (let count = 0; count < 9; count++) {
      ids.add((await ring.seal(scope, text)).toString('hex', 1, 17))
      ring.clear()
    }
    expect(ids.size).toBe(3)
  })

  it('seals without waiting once it is at hand, and not beyond its count', async () => {
    const { ring } = newRing({ sealsMax: 2 })
    expect(ring.sealSync(scope, text)).toBeNull()
    await ring.getOrCreate(scope)
    const sealed = ring.sealSync(scope, text, aad)!
    expect(await ring.open('tenant-1', sealed, aad)).toEqual(text)
    expect(ring.sealSync(scope, text)).not.toBeNull()
    expect(ring.sealSync(scope, text)).toBeNull()
  })

  it('leaves the cache when more recent ones fill it', async () => {
    const { ring } = newRing({ cacheMax: 2 })
    for (const subject of ['a', 'b', 'c']) await ring.getOrCreate({ ...scope, subject })
    expect(ring.sealSync({ ...scope, subject: 'a' }, text)).toBeNull()
    expect(ring.sealSync({ ...scope, subject: 'c' }, text)).not.toBeNull()
  })

  for (const wrong of [
    { class: 'Receipt' },
    { month: '2026-13' },
    { month: '26-01' },
    { subject: '' },
    { subject: 's'.repeat(65) },
    { tenant: '' },
  ]) {
    it(`is refused for ${JSON.stringify(wrong)}`, async () => {
      await expect(newRing().ring.seal({ ...scope, ...wrong }, text)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    })
  }

  it('belongs to the month in UTC', () => {
    expect(monthOf(Date.parse('2026-01-31T23:59:59.999Z'))).toBe('2026-01')
    expect(monthOf(Date.parse('2026-01-31T23:30:00-01:00'))).toBe('2026-02')
  })
})

describe('sealed JSON', () => {
  it('opens to an equal value', async () => {
    const { ring } = newRing()
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ stringUnit: 'grapheme' }), async (value) => {
        const json = JSON.parse(JSON.stringify(value)) as Parameters<typeof sealJson>[2]
        expect(await openJson(ring, 'tenant-1', await sealJson(ring, scope, json, aad), aad)).toEqual(json)
        expect(sealJsonSync(ring, scope, json)).not.toBeNull()
      }),
    )
  })
})
