/**
 * API keys: `mk_<env>_<prefix8>_<secret>`.
 *
 * The prefix finds the row, the secret is 32 random bytes in base 62 (43
 * characters). Only SHA-256 of the whole key is stored: with 256 random bits
 * there is nothing to guess, so a slow hash would protect nobody.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { KeyError } from '../keyError.ts'
import { Secret } from './secret.ts'
import { base62, randomBase62 } from './base62.ts'

const secretBytes = 32
const secretLength = 43
const prefixLength = 8
const apiKeyPattern = /^mk_([a-z]{2,12})_([0-9A-Za-z]{8})_([0-9A-Za-z]{43})$/

export interface NewApiKey {
  /** The whole key, shown once. */
  key: Secret<string>
  /** Public: the `client_id`, and what lists show. */
  prefix: string
  /** SHA-256 of the key's ASCII bytes: what is stored. */
  hash: Buffer
}

/** @param env where the key belongs, for people and secret scanners: `live`, `demo`, `test`, … */
export function newApiKey(env: string): NewApiKey {
  if (!/^[a-z]{2,12}$/.test(env)) throw new KeyError('UNSUPPORTED', 'an API key environment is 2 to 12 letters a-z')
  const prefix = randomBase62(prefixLength)
  const key = `mk_${env}_${prefix}_${base62(randomBytes(secretBytes), secretLength)}`
  return { key: new Secret(key), prefix, hash: hashApiKey(key) }
}

/** Environment and prefix of a well-formed key, else `null`. Says nothing about whether it exists. */
export function parseApiKey(text: string): { env: string; prefix: string } | null {
  const match = apiKeyPattern.exec(text)
  return match === null ? null : { env: match[1]!, prefix: match[2]! }
}

export function hashApiKey(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest()
}

/** Constant time in the stored hash; a stored value of another length agrees with nothing. */
export function apiKeyMatches(key: string, storedHash: Uint8Array): boolean {
  const hash = hashApiKey(key)
  return storedHash.length === hash.length && timingSafeEqual(hash, storedHash)
}
