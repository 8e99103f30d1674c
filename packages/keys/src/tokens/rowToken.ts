/**
 * Opaque tokens that name the row they are kept in: refresh and enrolment
 * tokens. `prefix ‖ base64url(tenant id ‖ row id ‖ 32 random bytes)`.
 *
 * Tenant and row are where to look; they prove nothing. INVARIANT (the secret
 * decides): a token is genuine when SHA-256 of its whole text is what the row holds.
 */
import { randomBytes } from 'node:crypto'
import { isUuid } from '@muster/kernel'
import { KeyError } from '../keyError.ts'
import { hashToken } from './randomToken.ts'
import { Secret } from './secret.ts'

export const refreshTokenPrefix = 'mr_'
export const enrolmentTokenPrefix = 'me_'
export type RowTokenPrefix = typeof refreshTokenPrefix | typeof enrolmentTokenPrefix

const secretBytes = 32
/** 64 bytes, base64url. */
const bodyPattern = /^[A-Za-z0-9_-]{86}$/

export interface NewRowToken {
  /** The whole token, shown once. */
  token: Secret<string>
  /** SHA-256 of the token: what is stored. */
  hash: Buffer
}

export function mintRowToken(prefix: RowTokenPrefix, tenantId: string, rowId: string): NewRowToken {
  if (!isUuid(tenantId) || !isUuid(rowId)) throw new KeyError('UNSUPPORTED', 'a token names two UUIDs')
  const ids = Buffer.from((tenantId + rowId).replaceAll('-', ''), 'hex')
  const token = prefix + Buffer.concat([ids, randomBytes(secretBytes)]).toString('base64url')
  return { token: new Secret(token), hash: hashToken(token) }
}

/** Where a token says it is kept, unchecked; `null` when it is not one of this kind. For look-ups, never for a decision. */
export function readRowToken(prefix: RowTokenPrefix, token: string): { tenantId: string; rowId: string } | null {
  if (!token.startsWith(prefix)) return null
  const body = token.slice(prefix.length)
  if (!bodyPattern.test(body)) return null
  const hex = Buffer.from(body, 'base64url').toString('hex')
  const [tenantId, rowId] = [uuidOf(hex.slice(0, 32)), uuidOf(hex.slice(32, 64))]
  return { tenantId, rowId }
}

function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
