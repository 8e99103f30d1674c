/** Permits, API keys, secrets: bound, hashed, and silent. */
import { createSecretKey, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { newId } from '@muster/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { apiKeyMatches, hashApiKey, newApiKey, parseApiKey } from './apiKey.ts'
import { base62 } from './base62.ts'
import { checkPermit, mintPermit, readPermitId } from './permitToken.ts'
import { randomToken, textsEqual } from './randomToken.ts'
import { Secret } from './secret.ts'

const newKey = () => createSecretKey(randomBytes(32))

describe('a permit', () => {
  const [key, other] = [newKey(), newKey()]
  const id = newId()

  it('is good for the credential it was minted for, under any of the keys at hand', () => {
    const token = mintPermit(key, id, 'credential-1')
    expect(checkPermit([key], token, 'credential-1')).toBe(id)
    expect(checkPermit([other, key], token, 'credential-1')).toBe(id)
    expect(readPermitId(token)).toBe(id)
  })

  it('is nothing to another credential or under another key', () => {
    const token = mintPermit(key, id, 'credential-1')
    expect(checkPermit([key], token, 'credential-2')).toBeNull()
    expect(checkPermit([other], token, 'credential-1')).toBeNull()
    expect(checkPermit([], token, 'credential-1')).toBeNull()
  })

  it('is nothing after any changed character, nor with one more or less', () => {
    const token = mintPermit(key, id, 'c')
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      expect(checkPermit([key], changed, 'c')).toBeNull()
    }
    for (const changed of [`${token}A`, token.slice(0, -1), ` ${token}`, `${token}=`, '']) {
      expect(checkPermit([key], changed, 'c')).toBeNull()
    }
  })

  it('cannot be made for what is no id', () => {
    expect(() => mintPermit(key, 'no-id', 'c')).toThrow('a permit id is a UUID')
  })
})

describe('an API key', () => {
  it('has the published form, and is matched by its hash alone', () => {
    const { key, prefix, hash } = newApiKey('demo')
    const text = key.reveal()
    expect(text).toMatch(/^mk_demo_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}$/)
    expect(parseApiKey(text)).toEqual({ env: 'demo', prefix })
    expect(apiKeyMatches(text, hash)).toBe(true)
    expect(apiKeyMatches(newApiKey('demo').key.reveal(), hash)).toBe(false)
    expect(apiKeyMatches(text, hash.subarray(1))).toBe(false)
    expect(apiKeyMatches(text, Buffer.alloc(0))).toBe(false)
    expect(hashApiKey(text)).toEqual(hash)
  })

  it('does not print itself', () => {
    const made = newApiKey('demo')
    const text = made.key.reveal()
    for (const shown of [
      [made.key].join(),
      JSON.stringify(made),
      inspect(made, { depth: 9, showHidden: true }),
      String(made.key),
    ]) {
      expect(shown).not.toContain(text)
      expect(shown).toContain('secret')
    }
  })

  for (const text of [
    '',
    'mk_demo',
    'mk_Demo_abcdefgh_' + 'a'.repeat(43),
    'mk_demo_abcdefgh_' + 'a'.repeat(42),
    'mk_demo_abcdefgh_' + 'a'.repeat(43) + '\n',
  ]) {
    it(`is not ${JSON.stringify(text)}`, () => expect(parseApiKey(text)).toBeNull())
  }
})

describe('base 62', () => {
  it('is injective at full length', () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(base62(a, 43) === base62(b, 43)).toBe(Buffer.compare(a, b) === 0)
        expect(base62(a, 43)).toHaveLength(43)
      }),
    )
    expect(base62(new Uint8Array(32).fill(255), 43)).toHaveLength(43)
    expect(base62(new Uint8Array(0), 3)).toBe('000')
  })
})

describe('a secret', () => {
  it('shows nothing however it is printed', () => {
    const secret = new Secret('hunter2')
    for (const shown of [
      [secret].join(),
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true }),
      String(secret),
    ]) {
      expect(shown).not.toContain('hunter2')
    }
    expect(Object.values(secret)).toEqual([])
    expect(() => structuredClone(secret)).not.toThrow()
    expect(JSON.stringify(structuredClone(secret))).not.toContain('hunter2')
    expect(secret.reveal()).toBe('hunter2')
  })
})

describe('a random token', () => {
  it('is never short and never the same', () => {
    expect(() => randomToken(8)).toThrow(RangeError)
    expect(new Set(Array.from({ length: 100 }, () => randomToken())).size).toBe(100)
  })
  it('compares as text', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => textsEqual(a, b) === (a === b)))
  })
})
