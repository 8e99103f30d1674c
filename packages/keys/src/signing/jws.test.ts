/** A token verifies under the one key it names, or not at all. */
import { randomBytes } from 'node:crypto'
import { systemClock } from '@muster/kernel'
import { generateKeyPair, SignJWT, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { platformTenant } from '../provider/keyProvider.ts'
import { LocalFileProvider } from '../provider/localFileProvider.ts'
import { signJws, verifyJws } from './jws.ts'
import { LocalSigner } from './localSigner.ts'
import { jwksDocument } from './publicDocuments.ts'
import { MemorySigningKeyStore } from './signingKeyStore.ts'

const provider = new LocalFileProvider({ salt: randomBytes(32), keys: [{ id: '00000001', key: randomBytes(32) }] })
const signer = new LocalSigner({ store: new MemorySigningKeyStore(), provider, clock: systemClock })
const payload = Buffer.from('{"sub":"agent-1"}')
let token: string
let keys: JWK[]

beforeAll(async () => {
  token = await signJws(signer, platformTenant, 'platform', 'at+jwt', payload)
  keys = jwksDocument(await signer.publicKeys(platformTenant, 'platform')).keys
})

function withHeader(header: unknown): string {
  const [, body, signature] = token.split('.')
  return [Buffer.from(JSON.stringify(header)).toString('base64url'), body, signature].join('.')
}

describe('a token', () => {
  it('verifies under the published key it names', async () => {
    expect(await verifyJws(token, keys)).toMatchObject({ keyId: keys[0]!.kid, algorithm: 'ES256', type: 'at+jwt' })
    expect((await verifyJws(token, keys)).payload).toEqual(payload)
  })

  it('verifies with EdDSA as well', async () => {
    const other = await signJws(signer, 'tenant', 'ledger', 'jwt', payload)
    const set = jwksDocument(await signer.publicKeys('tenant', 'ledger')).keys
    expect(await verifyJws(other, set)).toMatchObject({ algorithm: 'EdDSA' })
  })

  it('is refused after any changed character', async () => {
    for (let at = 0; at < token.length; at++) {
      if (token[at] === '.') continue
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      await expect(verifyJws(changed, keys)).rejects.toMatchObject({ name: 'KeyError' })
    }
  })

  for (const [what, header] of [
    ['no algorithm', { alg: 'none' }],
    ['a MAC', { alg: 'HS256' }],
    ['RSA', { alg: 'RS256' }],
    ['an extension', { alg: 'ES256', crit: ['b64'], b64: false }],
    ['a header that is a list', []],
  ] as const) {
    it(`is refused with ${what}`, async () => {
      await expect(verifyJws(withHeader(header), keys)).rejects.toMatchObject({ code: 'UNSUPPORTED' })
    })
  }

  it('is refused under a key that is for something else, ambiguous, secret or absent', async () => {
    const [key] = keys as [JWK]
    for (const set of [
      [{ ...key, use: 'enc' }],
      [{ ...key, alg: 'EdDSA' }],
      [{ ...key, key_ops: ['sign'] }],
      [key, key],
      [key, { kty: 'oct', k: 'AAAA', kid: 'other' }],
      [{ ...key, kid: 'other' }],
      [],
    ]) {
      await expect(verifyJws(token, set)).rejects.toMatchObject({ name: 'KeyError' })
    }
  })

  it('is refused when it brings its own key', async () => {
    const pair = await generateKeyPair('ES256', { extractable: true })
    const { exportJWK } = await import('jose')
    const forged = await new SignJWT({ sub: 'agent-1' })
      .setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(pair.publicKey), kid: keys[0]!.kid! })
      .sign(pair.privateKey)
    await expect(verifyJws(forged, keys)).rejects.toMatchObject({ code: 'TAMPERED' })
  })
})
