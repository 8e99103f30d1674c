/**
 * Where key-encryption keys live: a file, a KMS, an HSM.
 *
 * A provider wraps and unwraps small keys and nothing else; it never sees
 * tenant data. The context travels as associated data: a wrapped key opens only
 * in the place it was made for.
 */

/** What a wrapped key is for: names to values, all of them authenticated (KMS calls it encryption context). */
export type KeyContext = Readonly<Record<string, string>>

export interface KeyProvider {
  /** Stable id, kept beside wrapped keys: `local-file`, `aws-kms`, … */
  readonly id: string
  /** Wraps a key for a tenant. Rejects when the provider is unreachable. */
  wrapKey(tenantId: string, plaintextKey: Uint8Array, context: KeyContext): Promise<Uint8Array>
  /** Unwraps; rejects with `TAMPERED` when tenant, context or bytes differ from what was wrapped. */
  unwrapKey(tenantId: string, wrapped: Uint8Array, context: KeyContext): Promise<Uint8Array>
}

/** Keys of the installation itself (access tokens) are wrapped under this name instead of a tenant id. */
export const platformTenant = 'platform'

/** Wraps anew under the provider's current key-encryption key, or under another provider's. */
export async function rewrapKey(
  from: KeyProvider,
  to: KeyProvider,
  tenantId: string,
  wrapped: Uint8Array,
  context: KeyContext,
): Promise<Uint8Array> {
  const key = await from.unwrapKey(tenantId, wrapped, context)
  try {
    return await to.wrapKey(tenantId, key, context)
  } finally {
    key.fill(0)
  }
}
