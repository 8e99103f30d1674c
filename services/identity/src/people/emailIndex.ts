/**
 * The blind index over e-mail addresses: how a person is found by an address
 * that is stored nowhere.
 *
 * index = HMAC-SHA-256(key, UTF-8 of the address: NFC, trimmed, lower-cased).
 * The key lives outside the database, so that a copy of the table tells nobody
 * whether an address is in it.
 */
import { createHmac } from 'node:crypto'

export type EmailIndexer = (email: string) => Buffer

/** @param key 32 bytes. Throws a `RangeError` for any other length. */
export function emailIndexer(key: Uint8Array): EmailIndexer {
  if (key.length !== 32) throw new RangeError('the e-mail index key is not 32 bytes')
  const bytes = Buffer.from(key)
  return (email) => createHmac('sha256', bytes).update(canonicalEmail(email), 'utf8').digest()
}

/** One spelling for one mailbox. Local parts are case-sensitive by the letter of RFC 5321 and nowhere else. */
export function canonicalEmail(email: string): string {
  return email.normalize('NFC').trim().toLowerCase()
}
