/**
 * Blind index over e-mail addresses: found by equality, read by nobody.
 *
 * HMAC-SHA-256(key, NFC(trim(address)) in lower case). The key stays outside
 * the database, so that a copy of it cannot be searched with a list of addresses.
 */
import { createHmac } from 'node:crypto'

/** @param key 32 bytes. Two spellings of one address give one index. */
export function emailIndex(key: Uint8Array, address: string): Buffer {
  return createHmac('sha256', key).update(address.trim().normalize('NFC').toLowerCase(), 'utf8').digest()
}
