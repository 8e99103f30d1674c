/** A wrapped key opens only for its tenant, in its context, untouched. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rewrapKey } from './keyProvider.ts'
import { LocalFileProvider } from './localFileProvider.ts'
import type { RootKeys } from './rootKeyFile.ts'

const newRoots = (): RootKeys => ({
  salt: randomBytes(32),
  keys: [{ id: randomBytes(4).toString('hex'), key: randomBytes(32) }],
})
const roots = newRoots()
const provider = new LocalFileProvider(roots)
const context = { purpose: 'data', key: 'k', subject: 's' }
const key = randomBytes(32)
const tampered = { code: 'TAMPERED' }

describe('the local provider', () => {
  it('unwraps what it wrapped', async () => {
    const wrapped = await provider.wrapKey('tenant', key, context)
    expect(Buffer.from(await provider.unwrapKey('tenant', wrapped, context))).toEqual(key)
    expect(Buffer.from(wrapped).includes(key)).toBe(false)
  })

  it('refuses another tenant, another context and another installation', async () => {
    const wrapped = await provider.wrapKey('tenant', key, context)
    await expect(provider.unwrapKey('other', wrapped, context)).rejects.toMatchObject(tampered)
    await expect(provider.unwrapKey('tenant', wrapped, { ...context, subject: 't' })).rejects.toMatchObject(tampered)
    await expect(provider.unwrapKey('tenant', wrapped, { ...context, more: '' })).rejects.toMatchObject(tampered)
    await expect(new LocalFileProvider(newRoots()).unwrapKey('tenant', wrapped, context)).rejects.toMatchObject(
      tampered,
    )
  })

  it('does not run the context together', async () => {
    const wrapped = await provider.wrapKey('tenant', key, { a: 'bc', d: '' })
    await expect(provider.unwrapKey('tenant', wrapped, { a: 'b', cd: '' })).rejects.toMatchObject(tampered)
  })

  it('does not mind the order the context is written in', async () => {
    const wrapped = await provider.wrapKey('tenant', key, { a: '1', b: '2' })
    expect(Buffer.from(await provider.unwrapKey('tenant', wrapped, { b: '2', a: '1' }))).toEqual(key)
  })

  it('refuses any flipped bit and any cut', async () => {
    const wrapped = Buffer.from(await provider.wrapKey('tenant', key, context))
    for (let bit = 0; bit < wrapped.length * 8; bit++) {
      const flipped = Buffer.from(wrapped)
      flipped[bit >> 3]! ^= 1 << (bit & 7)
      await expect(provider.unwrapKey('tenant', flipped, context)).rejects.toMatchObject(tampered)
    }
    for (let length = 0; length < wrapped.length; length++) {
      await expect(provider.unwrapKey('tenant', wrapped.subarray(0, length), context)).rejects.toMatchObject(tampered)
    }
  })

  it('wraps under a new key-encryption key once the version rises, and still unwraps the old', async () => {
    let version = 1
    const rotating = new LocalFileProvider(roots, { current: async () => version })
    const old = await rotating.wrapKey('tenant', key, context)
    version = 2
    const young = await rewrapKey(rotating, rotating, 'tenant', old, context)
    expect(Buffer.from(young).readUInt32BE(5)).toBe(2)
    for (const wrapped of [old, young]) {
      expect(Buffer.from(await rotating.unwrapKey('tenant', wrapped, context))).toEqual(key)
    }
  })

  it('still unwraps after a root key was added', async () => {
    const old = await provider.wrapKey('tenant', key, context)
    const added = { salt: roots.salt, keys: [...roots.keys, { id: 'ffffffff', key: randomBytes(32) }] }
    const after = new LocalFileProvider(added)
    expect(Buffer.from(await after.unwrapKey('tenant', old, context))).toEqual(key)
    const young = await after.wrapKey('tenant', key, context)
    await expect(provider.unwrapKey('tenant', young, context)).rejects.toMatchObject(tampered)
  })

  it('opens for exactly the tenant and context it wrapped for', async () => {
    const word = fc.string({ maxLength: 4 })
    const place = fc.record({ tenant: word, context: fc.dictionary(word, word, { maxKeys: 3 }) })
    await fc.assert(
      fc.asyncProperty(place, place, async (a, b) => {
        const same = a.tenant === b.tenant && JSON.stringify(sorted(a.context)) === JSON.stringify(sorted(b.context))
        const wrapped = await provider.wrapKey(a.tenant, key, a.context)
        const opened = provider.unwrapKey(b.tenant, wrapped, b.context)
        if (same) await expect(opened).resolves.toBeDefined()
        else await expect(opened).rejects.toMatchObject(tampered)
      }),
    )
  })
})

function sorted(context: Record<string, string>): [string, string][] {
  return Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : 1))
}
