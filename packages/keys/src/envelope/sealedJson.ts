/**
 * JSON values sealed: canonical bytes in, the same value out.
 *
 * Salts of commitments belong inside the value, so that destroying the data
 * key takes them along and nobody can test guesses against a commitment.
 */
import { canonicalDepthMax, canonicalize, parseStrict, type JsonValue } from '@muster/canonical-json'
import { pooledRandomBytes } from '../randomBytesPool.ts'
import type { DataKeyScope } from './dataKeyStore.ts'
import type { DataKeyring } from './dataKeyring.ts'

/** 128 random bits for one commitment. */
export const saltBytes = 16

export function newSalt(): Buffer {
  return pooledRandomBytes(saltBytes)
}

function bytesOf(value: JsonValue): Buffer {
  return Buffer.from(canonicalize(value), 'utf8')
}

/** Seals the RFC 8785 form of a value. Throws `UnsafeJson` for what has none. */
export function sealJson(ring: DataKeyring, scope: DataKeyScope, value: JsonValue, aad?: Uint8Array): Promise<Buffer> {
  return ring.seal(scope, bytesOf(value), aad)
}

/** The same without waiting; `null` when the scope's key is not at hand. */
export function sealJsonSync(
  ring: DataKeyring,
  scope: DataKeyScope,
  value: JsonValue,
  aad?: Uint8Array,
): Buffer | null {
  return ring.sealSync(scope, bytesOf(value), aad)
}

/** Opens what `sealJson` made. Throws as `DataKeyring.open` does. */
export async function openJson(
  ring: DataKeyring,
  tenant: string,
  sealed: Uint8Array,
  aad?: Uint8Array,
): Promise<JsonValue> {
  const bytes = await ring.open(tenant, sealed, aad)
  // Authenticated and ours: limits meant for strangers would only lose what was accepted when it was sealed.
  return parseStrict(bytes, { maxBytes: bytes.length, maxDepth: canonicalDepthMax, bigNumbers: 'allow' })
}
