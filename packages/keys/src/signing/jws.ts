/**
 * Compact JWS (RFC 7515) with the two algorithms we sign with, ES256 and EdDSA.
 *
 * Verification is strict beyond the RFC where its latitude has been abused: one
 * spelling of each part, no `crit`, no keys carried in the header, the key's
 * own algorithm decides, and a key set with secrets, doubled ids or no usable
 * key is refused as a whole.
 */
import { parseStrict, UnsafeJson, type JsonObject } from '@muster/canonical-json'
import { compactVerify, errors as joseErrors, type JWK } from 'jose'
import { KeyError } from '../keyError.ts'
import { importPublic } from './signatures.ts'
import type { Signer, SigningPurpose } from './signer.ts'
import { keyAlgorithms } from './signingKey.ts'

export const jwsAlgorithms = ['ES256', 'EdDSA'] as const
export type JwsAlgorithm = (typeof jwsAlgorithms)[number]

export interface VerifiedJws {
  payload: Buffer
  keyId: string | null
  algorithm: JwsAlgorithm
  /** `typ` of the header, lower-cased, without `application/`; `null` when absent. */
  type: string | null
}

const compactPattern = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+$/
const tokenCharsMax = 65_536

/**
 * Verifies a token against public keys. Throws `TAMPERED` when the signature
 * does not agree, `UNSUPPORTED` for what this product does not speak, and
 * `UNKNOWN_KEY` when no key of the set is meant. Claims are the caller's to check.
 */
export async function verifyJws(token: string, keys: readonly JWK[]): Promise<VerifiedJws> {
  const header = readHeader(token)
  const algorithm = jwsAlgorithms.find((known) => known === header['alg'])
  if (algorithm === undefined) throw new KeyError('UNSUPPORTED', 'the token is not signed with ES256 or EdDSA')
  if ('crit' in header || 'b64' in header) throw new KeyError('UNSUPPORTED', 'the token demands an extension')
  const kid = header['kid']
  if (kid !== undefined && typeof kid !== 'string') throw new KeyError('UNSUPPORTED', '`kid` is not text')
  const key = importPublic(chooseKey(keys, kid, algorithm), algorithm === 'ES256' ? 'ES256' : 'Ed25519')
  try {
    const { payload } = await compactVerify(token, key, { algorithms: [algorithm] })
    return { payload: Buffer.from(payload), keyId: kid ?? null, algorithm, type: typeOf(header['typ']) }
  } catch (cause) {
    if (cause instanceof joseErrors.JOSEError)
      throw new KeyError('TAMPERED', 'the signature of a token does not agree', { cause })
    throw cause
  }
}

/** Signs a compact JWS with the tenant's active key; `typ` such as `at+jwt` (RFC 9068). */
export async function signJws(
  signer: Signer,
  tenant: string,
  purpose: SigningPurpose,
  type: string,
  payload: Uint8Array,
): Promise<string> {
  const algorithm: JwsAlgorithm = keyAlgorithms[purpose] === 'ES256' ? 'ES256' : 'EdDSA'
  // The header names the key that signs, so the key is asked for first; should it
  // rotate in between, the answer names another one and the header is made anew.
  let keyId = await signer.activeKeyId(tenant, purpose)
  for (;;) {
    const header = Buffer.from(JSON.stringify({ alg: algorithm, kid: keyId, typ: type }), 'utf8').toString('base64url')
    const input = `${header}.${Buffer.from(payload).toString('base64url')}`
    const signed = await signer.sign(tenant, purpose, Buffer.from(input, 'ascii'))
    if (signed.keyId === keyId) return `${input}.${signed.signature.toString('base64url')}`
    keyId = signed.keyId
  }
}

function readHeader(token: string): JsonObject {
  if (token.length > tokenCharsMax || !compactPattern.test(token))
    throw new KeyError('UNSUPPORTED', 'this is no compact JWS')
  const parts = token.split('.')
  for (const part of parts) {
    // Unused bits of the last character would give one token several spellings.
    if (Buffer.from(part, 'base64url').toString('base64url') !== part) {
      throw new KeyError('UNSUPPORTED', 'a part of the token is not canonical base64url')
    }
  }
  try {
    const header = parseStrict(Buffer.from(parts[0]!, 'base64url'))
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) return header as JsonObject
  } catch (cause) {
    if (!(cause instanceof UnsafeJson)) throw cause
  }
  throw new KeyError('UNSUPPORTED', 'the header of the token is no JSON object')
}

/** The one key that is meant; anything ambiguous about the set refuses all of it. */
function chooseKey(keys: readonly JWK[], kid: string | undefined, algorithm: JwsAlgorithm): JWK {
  const ids = keys.map((key) => key.kid).filter((id) => id !== undefined)
  if (new Set(ids).size !== ids.length) throw new KeyError('UNSUPPORTED', 'two keys of the set carry one id')
  if (keys.some((key) => 'k' in key || 'd' in key)) throw new KeyError('UNSUPPORTED', 'the key set holds a secret')
  const meant = kid === undefined ? keys : keys.filter((key) => key.kid === kid)
  const key = meant[0]
  if (key === undefined || meant.length > 1) throw new KeyError('UNKNOWN_KEY', 'no single key of the set is meant')
  if (
    (key.alg !== undefined && key.alg !== algorithm) ||
    (key.use !== undefined && key.use !== 'sig') ||
    (key.key_ops !== undefined && !key.key_ops.includes('verify'))
  ) {
    throw new KeyError('UNSUPPORTED', 'the key is not for verifying this algorithm')
  }
  return key
}

function typeOf(typ: unknown): string | null {
  return typeof typ === 'string' ? typ.toLowerCase().replace(/^application\//, '') : null
}
