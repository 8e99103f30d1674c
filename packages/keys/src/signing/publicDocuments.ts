/**
 * Public keys as others fetch them.
 *
 * - the key set of `/.well-known/jwks.json` (RFC 7517): the platform's keys that
 *   tokens alive today can name;
 * - one tenant's key history, `/.well-known/muster-trust/{origin}.json`: every
 *   key it ever signed with, under its random origin id, with nothing that says
 *   whose it is.
 */
import type { JWK } from 'jose'
import type { PublicKeyRecord } from './signer.ts'

export interface TrustDocument {
  schema: 'muster/trust/v1'
  origin: string
  keys: readonly TrustKey[]
}

export interface TrustKey {
  kid: string
  use: 'ledger' | 'issuer' | 'platform'
  alg: 'EdDSA' | 'ES256'
  state: 'active' | 'retiring' | 'retired'
  jwk: JWK
  /** ISO instants. Signatures made from `notBefore` until `signedUntil` are good; `null` is still signing. */
  notBefore: string
  signedUntil: string | null
  retiredAt: string | null
}

/** Retired keys are left out: no token they signed is alive. */
export function jwksDocument(records: readonly PublicKeyRecord[]): { keys: JWK[] } {
  return { keys: records.filter(({ state }) => state !== 'retired').map(publicKeyJwk) }
}

/** The JWK with its identification, for a key set or a credential. */
export function publicKeyJwk(record: PublicKeyRecord): JWK {
  return { ...record.publicJwk, kid: record.keyId, use: 'sig', alg: joseAlgorithm(record) }
}

export function trustDocument(origin: string, records: readonly PublicKeyRecord[]): TrustDocument {
  const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString())
  return {
    schema: 'muster/trust/v1',
    origin,
    keys: records.map((record) => ({
      kid: record.keyId,
      use: record.purpose,
      alg: joseAlgorithm(record),
      state: record.state,
      jwk: publicKeyJwk(record),
      notBefore: new Date(record.createdAtMs).toISOString(),
      signedUntil: iso(record.retiringAtMs),
      retiredAt: iso(record.retiredAtMs),
    })),
  }
}

function joseAlgorithm({ algorithm }: PublicKeyRecord): 'EdDSA' | 'ES256' {
  return algorithm === 'Ed25519' ? 'EdDSA' : 'ES256'
}
