/**
 * Client assertions are used once, at whichever gateway: the database keeps each
 * for as long as it would hold. Not a receipt: what the token it bought does, is.
 */
import { hashToken } from '@muster/keys'
import { caller } from '../caller.ts'
import { query } from '../database.ts'
import type { Room } from '../room.ts'

export interface Assertion {
  keyId: string
  jti: string
  expiresAt: Date
}

/** True the first time. The scope is the door's own, of kind `service`. */
export async function useAssertion(room: Room, { keyId, jti, expiresAt }: Assertion): Promise<boolean> {
  return room.database.run(async (tx) => {
    await query(tx, 'DELETE FROM identity.used_assertion WHERE expires_at < muster.now() RETURNING key_id')
    const rows = await query(
      tx,
      `INSERT INTO identity.used_assertion (tenant_id, key_id, jti_hash, expires_at)
       VALUES ($1::uuid, $2::uuid, $3, $4) ON CONFLICT DO NOTHING RETURNING key_id`,
      [caller().tenant_id, keyId, hashToken(jti), expiresAt],
    )
    return rows.length === 1
  })
}
