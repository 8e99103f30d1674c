/**
 * Branded identifiers: a tenant's id is never passed where an agent's is meant.
 *
 * Ids are UUIDs. New rows take version 7 (RFC 9562 §5.7), so that primary keys
 * grow at the right edge of their index. An id carries no authority: every
 * look-up is decided by the database under the caller's verified claims.
 */
import { randomFillSync } from 'node:crypto'

declare const brand: unique symbol
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }

export type TenantId = Brand<string, 'TenantId'>
export type AgentId = Brand<string, 'AgentId'>
export type PersonId = Brand<string, 'PersonId'>
export type CredentialId = Brand<string, 'CredentialId'>
export type RequestId = Brand<string, 'RequestId'>

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** True for a lower-case hyphenated UUID of any version; nothing else is an id here. */
export function isUuid(text: unknown): text is string {
  return typeof text === 'string' && uuidPattern.test(text)
}

// A pool of random bytes: one system call serves 256 ids on the hot path.
const pool = Buffer.allocUnsafe(16 * 256)
let used = pool.length

/** A new UUIDv7: 48 bits of Unix milliseconds, 74 random bits. `nowMs` in milliseconds. */
export function newId(nowMs: number = Date.now()): string {
  if (used >= pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = pool.subarray(used, used + 16)
  used += 16
  const id = Buffer.from(bytes)
  bytes.fill(0) // a used id is never read twice from the pool
  id.writeUIntBE(nowMs, 0, 6)
  id[6] = (id[6]! & 0x0f) | 0x70
  id[8] = (id[8]! & 0x3f) | 0x80
  const hex = id.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
