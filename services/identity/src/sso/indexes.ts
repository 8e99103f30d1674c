/**
 * Blind indexes over a provider's names for people and sessions: found again,
 * stored nowhere.
 *
 * index = HMAC-SHA-256(key, "muster/sso-subject/v1\n" ‖ issuer ‖ "\n" ‖ value),
 * and likewise `sso-sid`. The key is the one of e-mail addresses; none of those
 * holds a line break, so no index of one kind is ever one of the other.
 */
import { createHmac, hkdfSync } from 'node:crypto'

export interface SsoSecrets {
  subjectIndex(issuer: string, subject: string): Buffer
  sidIndex(issuer: string, sid: string): Buffer
  /** Seals transactions: the same on every replica, and of no other use. */
  readonly transactionKey: Uint8Array
}

/** @param key 32 bytes, as of `emailIndexer`. */
export function ssoSecrets(key: Uint8Array): SsoSecrets {
  const bytes = Buffer.from(key)
  const index =
    (kind: string) =>
    (issuer: string, value: string): Buffer =>
      createHmac('sha256', bytes).update(`muster/${kind}/v1\n${issuer}\n${value}`, 'utf8').digest()
  return {
    subjectIndex: index('sso-subject'),
    sidIndex: index('sso-sid'),
    transactionKey: new Uint8Array(hkdfSync('sha256', bytes, '', 'muster/sso-transaction/v1', 32)),
  }
}
