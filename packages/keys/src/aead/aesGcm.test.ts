/** One choice of parameters, all or nothing. */
import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { pooledRandomBytes } from '../randomBytesPool.ts'
import { frame } from '../frame.ts'
import { aeadKey, aeadOpen, aeadSeal } from './aesGcm.ts'

const key = aeadKey(randomBytes(32))
const nonce = randomBytes(12)
const none = new Uint8Array(0)

describe('AES-256-GCM', () => {
  it('agrees with the published vector of a key and text of zeroes', () => {
    // McGrew and Viega, "The Galois/Counter Mode of Operation", test case 14.
    const sealed = aeadSeal(aeadKey(Buffer.alloc(32)), Buffer.alloc(12), Buffer.alloc(16), none)
    expect(sealed.toString('hex')).toBe('cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919')
  })
  it('refuses keys and nonces of other lengths', () => {
    for (const length of [0, 16, 24, 31, 33]) expect(() => aeadKey(randomBytes(length))).toThrow('32 bytes')
    expect(() => aeadSeal(createSecretKey(randomBytes(16)), nonce, none, none)).toThrow('32 bytes')
    for (const length of [0, 8, 11, 13, 16]) {
      expect(() => aeadSeal(key, randomBytes(length), none, none)).toThrow('12 bytes')
      expect(() => aeadOpen(key, randomBytes(length), randomBytes(16), none)).toThrow('12 bytes')
    }
  })
  it('refuses a truncated tag, however it is cut', () => {
    const sealed = aeadSeal(key, nonce, Buffer.from('text'), none)
    for (let length = 0; length < sealed.length; length++) {
      expect(() => aeadOpen(key, nonce, sealed.subarray(0, length), none)).toThrow()
    }
  })
})

describe('pooled random bytes', () => {
  it('are never handed out twice', () => {
    const seen = new Set<string>()
    for (let count = 0; count < 20_000; count++) seen.add(pooledRandomBytes(12).toString('hex'))
    expect(seen.size).toBe(20_000)
  })
})

describe('a frame', () => {
  it('does not run parts together', () => {
    expect(frame('ab', 'c')).not.toEqual(frame('a', 'bc'))
    expect(frame('a')).not.toEqual(frame('a', ''))
  })
})
