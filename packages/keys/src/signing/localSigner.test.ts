/** Old keys verify for ever and sign never; rotations do not tread on each other. */
import { randomBytes } from 'node:crypto'
import { systemClock, type Clock } from '@muster/kernel'
import { describe, expect, it } from 'vitest'
import { LocalFileProvider } from '../provider/localFileProvider.ts'
import { platformTenant } from '../provider/keyProvider.ts'
import { LocalSigner } from './localSigner.ts'
import { jwksDocument, trustDocument } from './publicDocuments.ts'
import { importPublic, verifyEd25519, verifyEs256 } from './signatures.ts'
import type { SigningPurpose } from './signer.ts'
import { retiringPeriodMs, rotationPeriodMs } from './signingKey.ts'
import { MemorySigningKeyStore } from './signingKeyStore.ts'

const provider = new LocalFileProvider({ salt: randomBytes(32), keys: [{ id: '00000001', key: randomBytes(32) }] })
const message = Buffer.from('the head of the log')

function newSigner(clock: Clock = systemClock): { signer: LocalSigner; store: MemorySigningKeyStore } {
  const store = new MemorySigningKeyStore()
  return { store, signer: new LocalSigner({ store, provider, clock }) }
}

async function verifies(
  signer: LocalSigner,
  purpose: SigningPurpose,
  keyId: string,
  signature: Buffer,
): Promise<boolean> {
  const key = (await signer.publicKeys('tenant', purpose)).find((each) => each.keyId === keyId)!
  return key.algorithm === 'Ed25519'
    ? verifyEd25519(importPublic(key.publicJwk, 'Ed25519'), message, signature)
    : verifyEs256(importPublic(key.publicJwk, 'ES256'), message, signature)
}

describe('the local signer', () => {
  for (const purpose of ['ledger', 'issuer', 'platform'] as const) {
    it(`makes a ${purpose} key on first use, and its signatures verify before and after rotations`, async () => {
      const { signer } = newSigner()
      const first = await signer.sign('tenant', purpose, message)
      expect(first.signature).toHaveLength(64)
      await signer.rotate('tenant', purpose, 'scheduled')
      const second = await signer.sign('tenant', purpose, message)
      await signer.rotate('tenant', purpose, 'emergency')
      const third = await signer.sign('tenant', purpose, message)
      expect(new Set([first.keyId, second.keyId, third.keyId]).size).toBe(3)
      for (const { keyId, signature } of [first, second, third]) {
        expect(await verifies(signer, purpose, keyId, signature)).toBe(true)
        signature[0]! ^= 1
        expect(await verifies(signer, purpose, keyId, signature)).toBe(false)
      }
      const states = (await signer.publicKeys('tenant', purpose)).map(({ state }) => state)
      expect(states).toEqual(['retiring', 'retired', 'active'])
    })
  }

  it('keeps no private half of a retired key', async () => {
    const { signer, store } = newSigner()
    await signer.sign('tenant', 'ledger', message)
    await signer.rotate('tenant', 'ledger', 'emergency')
    const [former] = await store.history('tenant', 'ledger')
    expect(former).toMatchObject({ state: 'retired', wrapped: null })
    expect(former!.publicJwk).not.toBeNull()
  })

  it('shows no private member in any public document', async () => {
    const { signer } = newSigner()
    await signer.sign(platformTenant, 'platform', message)
    await signer.rotate(platformTenant, 'platform', 'scheduled')
    const records = await signer.publicKeys(platformTenant, 'platform')
    expect(jwksDocument(records).keys.map((key) => Object.keys(key).toSorted())).toEqual([
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
      ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'],
    ])
    expect(JSON.stringify(trustDocument('origin', records))).not.toMatch(/"(d|k)":/)
  })

  it('publishes a retired platform key no more, and keeps it in the history', async () => {
    const { signer } = newSigner()
    await signer.sign('tenant', 'platform', message)
    await signer.rotate('tenant', 'platform', 'emergency')
    const records = await signer.publicKeys('tenant', 'platform')
    expect(jwksDocument(records).keys).toHaveLength(1)
    expect(trustDocument('o', records).keys.map(({ state, signedUntil }) => [state, signedUntil !== null])).toEqual([
      ['retired', true],
      ['active', false],
    ])
  })

  it('gives all who ask at once, in several processes, one first key', async () => {
    const store = new MemorySigningKeyStore()
    const signers = Array.from({ length: 8 }, () => new LocalSigner({ store, provider, clock: systemClock }))
    const signatures = await Promise.all(signers.map((signer) => signer.sign('tenant', 'ledger', message)))
    expect(new Set(signatures.map(({ keyId }) => keyId)).size).toBe(1)
  })

  it('lets one of two rotations through', async () => {
    const { signer, store } = newSigner()
    await signer.sign('tenant', 'ledger', message)
    const other = new LocalSigner({ store, provider, clock: systemClock })
    const results = await Promise.allSettled([
      signer.rotate('tenant', 'ledger', 'scheduled'),
      other.rotate('tenant', 'ledger', 'scheduled'),
    ])
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'ROTATION_CONFLICT' } })
  })

  it('rotates after ninety days and retires the former a day later, by the clock it was given', async () => {
    let nowMs = 0
    const clock: Clock = { offsetMs: 0, nowMs: () => nowMs, nowIso: () => new Date(nowMs).toISOString() }
    const { signer } = newSigner(clock)
    const { keyId } = await signer.sign('tenant', 'ledger', message)
    expect(await signer.maintain('tenant', 'ledger')).toEqual({ rotated: null, retired: [] })
    nowMs = rotationPeriodMs
    expect((await signer.maintain('tenant', 'ledger')).rotated).toMatchObject({
      formerKeyId: keyId,
      reason: 'scheduled',
    })
    nowMs += retiringPeriodMs
    expect(await signer.maintain('tenant', 'ledger')).toEqual({ rotated: null, retired: [keyId] })
  })

  it('keeps permit keys of the last rotation for checking, and drops them in an emergency', async () => {
    const { signer } = newSigner()
    const [first] = await signer.permitKeys('tenant')
    await signer.rotate('tenant', 'permit', 'scheduled')
    expect((await signer.permitKeys('tenant')).map(({ mints }) => mints)).toEqual([true, false])
    await signer.rotate('tenant', 'permit', 'emergency')
    const left = await signer.permitKeys('tenant')
    expect(left[0]!.mints).toBe(true)
    expect(left.map(({ id }) => id)).toContain(first!.id)
    expect(left).toHaveLength(2)
  })

  it("does not open one tenant's key as another's", async () => {
    const { signer, store } = newSigner()
    await signer.sign('tenant', 'ledger', message)
    const [stolen] = await store.history('tenant', 'ledger')
    const foreign = new MemorySigningKeyStore()
    await foreign.rotate({ insert: { ...stolen!, tenant: 'other' }, update: null, reason: 'first' })
    const thief = new LocalSigner({ store: foreign, provider, clock: systemClock })
    await expect(thief.sign('other', 'ledger', message)).rejects.toMatchObject({ code: 'TAMPERED' })
  })
})
