/** Refresh tokens, tokens given back, and the lines drawn under what was issued. Hashes never leave this file. */
import { timingSafeEqual } from 'node:crypto'
import { hashToken } from '@muster/keys'
import { query, type Tx } from '../database.ts'
import type { Basis } from './receipts.ts'

export interface RefreshTokenRow {
  id: string
  familyId: string
  basis: Basis
  scope: string[]
  issuedAt: Date
  expiresAt: Date
  usedAt: Date | null
}

/** Locks the row a token names until commit; null when there is none or the secret is not its. */
export async function holdRefreshToken(tx: Tx, rowId: string, token: string): Promise<RefreshTokenRow | null> {
  const [row] = await query<RefreshTokenRow & { hash: Uint8Array }>(
    tx,
    `SELECT r.id, r.family_id AS "familyId", r.basis, r.scope, r.issued_at AS "issuedAt", r.expires_at AS "expiresAt",
            r.used_at AS "usedAt", r.token_hash AS hash
       FROM identity.refresh_token r WHERE r.id = $1::uuid FOR UPDATE`,
    [rowId],
  )
  if (row === undefined) return null
  const { hash, ...rest } = row
  return timingSafeEqual(hash, hashToken(token)) ? rest : null
}

export async function insertRefreshToken(
  tx: Tx,
  row: {
    tenantId: string
    id: string
    familyId: string
    basis: Basis
    hash: Buffer
    scope: readonly string[]
    expiresAt: Date
  },
): Promise<void> {
  await query(
    tx,
    `INSERT INTO identity.refresh_token (tenant_id, id, family_id, basis, token_hash, scope, expires_at)
     VALUES ($1::uuid, $2::uuid, $3::uuid, $4, $5, $6, $7) RETURNING id`,
    [row.tenantId, row.id, row.familyId, row.basis, row.hash, [...row.scope], row.expiresAt],
  )
}

export async function spendRefreshToken(tx: Tx, id: string): Promise<void> {
  await query(tx, 'UPDATE identity.refresh_token SET used_at = muster.now() WHERE id = $1::uuid RETURNING id', [id])
}

/** When a family ends, and null once it has: its session or key closed, or a line was drawn under its tokens. */
export async function familyEnds(
  tx: Tx,
  family: { id: string; basis: Basis },
  issuedAt: Date,
): Promise<{ endsAt: Date | null } | null> {
  const [row] = await query<{ endsAt: Date | null }>(
    tx,
    family.basis === 'session'
      ? `SELECT s.expires_at AS "endsAt" FROM identity.session s JOIN identity.tenant t ON t.id = s.tenant_id
          WHERE s.id = $1::uuid AND s.revoked_at IS NULL AND s.expires_at > muster.now() AND t.is_active
            AND (t.tokens_after IS NULL OR t.tokens_after < $2)`
      : `SELECT k.expires_at AS "endsAt" FROM identity.api_key k JOIN identity.tenant t ON t.id = k.tenant_id
          WHERE k.id = $1::uuid AND k.is_active AND (k.expires_at IS NULL OR k.expires_at > muster.now()) AND t.is_active
            AND (k.tokens_after IS NULL OR k.tokens_after < $2) AND (t.tokens_after IS NULL OR t.tokens_after < $2)`,
    [family.id, issuedAt],
  )
  return row ?? null
}

/** Closes every open session of the tenant; how many. */
export async function closeEverySession(tx: Tx): Promise<number> {
  const rows = await query<{ id: string }>(
    tx,
    'UPDATE identity.session SET revoked_at = muster.now() WHERE revoked_at IS NULL AND expires_at > muster.now() RETURNING id',
  )
  return rows.length
}

/** Tokens of the tenant issued until now hold no longer. */
export async function drawTenantLine(tx: Tx): Promise<void> {
  await query(tx, 'UPDATE identity.tenant SET tokens_after = muster.now() RETURNING id')
}

/** Tokens issued on a key until now hold no longer. */
export async function drawKeyLine(tx: Tx, keyId: string): Promise<void> {
  await query(tx, 'UPDATE identity.api_key SET tokens_after = muster.now() WHERE id = $1::uuid RETURNING id', [keyId])
}

/** Notes an access token as given back, and forgets those that ended since; false when it was before. */
export async function noteGivenBack(tx: Tx, tenantId: string, id: string, expiresAt: Date): Promise<boolean> {
  await query(tx, 'DELETE FROM identity.revoked_token WHERE expires_at < muster.now() RETURNING id')
  const rows = await query<{ id: string }>(
    tx,
    `INSERT INTO identity.revoked_token (tenant_id, id, expires_at) VALUES ($1::uuid, $2::uuid, $3)
     ON CONFLICT DO NOTHING RETURNING id`,
    [tenantId, id, expiresAt],
  )
  return rows.length === 1
}
