/**
 * Permit tokens: "mp_" + base64url(permit id (16) ‖ HMAC-SHA-256 (32)).
 *
 * The MAC is over frame("muster/permit/v1", id, credential binding) under the
 * tenant's permit key, so a permit is worth nothing to another credential. It
 * proves who may ask; single use, expiry and the exact bytes are the database's.
 */
import type { KeyObject } from 'node:crypto'
import { isUuid } from '@muster/kernel'
import { frame } from '../frame.ts'
import { KeyError } from '../keyError.ts'
import { hmacSha256, verifyHmacSha256 } from '../signing/signatures.ts'

export const permitPrefix = 'mp_'
const idBytes = 16
const macBytes = 32
const permitPattern = /^mp_[A-Za-z0-9_-]{64}$/

function macInput(id: Uint8Array, credentialBinding: string): Buffer {
  return frame('muster/permit/v1', id, credentialBinding)
}

/** @param permitId UUID. @param credentialBinding the id of the credential that may redeem. */
export function mintPermit(key: KeyObject, permitId: string, credentialBinding: string): string {
  if (!isUuid(permitId)) throw new KeyError('UNSUPPORTED', 'a permit id is a UUID')
  const id = Buffer.from(permitId.replaceAll('-', ''), 'hex')
  return permitPrefix + Buffer.concat([id, hmacSha256(key, macInput(id, credentialBinding))]).toString('base64url')
}

/** The id a permit claims, unchecked; `null` when it is not one. For look-ups, never for a decision. */
export function readPermitId(token: string): string | null {
  const bytes = permitBytes(token)
  if (bytes === null) return null
  const hex = bytes.toString('hex', 0, idBytes)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/**
 * The id of a genuine permit for this credential, else `null`. Every key is
 * tried in constant time, so that a permit minted before a rotation redeems.
 */
export function checkPermit(keys: readonly KeyObject[], token: string, credentialBinding: string): string | null {
  const bytes = permitBytes(token)
  if (bytes === null) return null
  const input = macInput(bytes.subarray(0, idBytes), credentialBinding)
  const mac = bytes.subarray(idBytes)
  let genuine = false
  for (const key of keys) genuine = verifyHmacSha256(key, input, mac) || genuine
  return genuine ? readPermitId(token) : null
}

function permitBytes(token: string): Buffer | null {
  if (!permitPattern.test(token)) return null
  const bytes = Buffer.from(token.slice(permitPrefix.length), 'base64url')
  // 48 bytes are exactly 64 characters: there is one spelling of a permit.
  return bytes.length === idBytes + macBytes ? bytes : null
}
