/** Passwords and sessions in the database. A password hash is readable under its own person's claims alone. */
import type { Session } from '../generated/prisma/client.ts'
import { query, type Tx } from '../database.ts'
import type { LoginMethod } from '../identity.ts'
import { passwordCountsSql } from '../sso/enforcement.ts'

export type SessionRow = Omit<Session, 'tokenHash'>

/** The password hash of the scope's own, active person; null when there is none, or none that counts. */
export async function ownPasswordHash(tx: Tx, personId: string): Promise<string | null> {
  const [row] = await query<{ hash: string }>(
    tx,
    `SELECT w.hash FROM identity.password w
       JOIN identity.person p ON p.tenant_id = w.tenant_id AND p.id = w.person_id
      WHERE w.person_id = $1::uuid AND p.status = 'ACTIVE' AND ${passwordCountsSql}`,
    [personId],
  )
  return row?.hash ?? null
}

export async function insertPassword(tx: Tx, tenantId: string, personId: string, hash: string): Promise<void> {
  await tx.password.createMany({ data: [{ tenantId, personId, hash }] })
}

/** Replaces the hash of the scope's own person. */
export async function replacePassword(tx: Tx, personId: string, hash: string, changed: boolean): Promise<void> {
  await query(
    tx,
    `UPDATE identity.password SET hash = $2, changed_at = CASE WHEN $3 THEN muster.now() ELSE changed_at END
      WHERE person_id = $1::uuid RETURNING person_id`,
    [personId, hash, changed],
  )
}

export async function insertSession(
  tx: Tx,
  session: {
    tenantId: string
    id: string
    personId: string
    tokenHash: Buffer
    loginMethod: LoginMethod
    expiresAt: Date
  },
): Promise<void> {
  await tx.session.createMany({ data: [{ ...session, tokenHash: new Uint8Array(session.tokenHash) }] })
}

/** Open sessions of a person, newest first. */
export async function openSessionsOf(tx: Tx, personId: string, now: Date): Promise<SessionRow[]> {
  return tx.session.findMany({
    where: { personId, revokedAt: null, expiresAt: { gt: now } },
    orderBy: { id: 'desc' },
    omit: { tokenHash: true },
  })
}

/** Closes one visible session; whose it was, or null when none was open. */
export async function closeSessionRow(tx: Tx, sessionId: string): Promise<string | null> {
  const [row] = await query<{ personId: string }>(
    tx,
    `UPDATE identity.session SET revoked_at = muster.now() WHERE id = $1::uuid AND revoked_at IS NULL RETURNING person_id AS "personId"`,
    [sessionId],
  )
  return row?.personId ?? null
}

/** Closes a person's open sessions but `except`, locking them in id order; the ids of those that were closed. */
export async function closeSessionsOf(tx: Tx, personId: string, except: string | null = null): Promise<string[]> {
  const rows = await query<{ id: string }>(
    tx,
    `SELECT s.id FROM identity.session s
      WHERE s.person_id = $1::uuid AND s.revoked_at IS NULL AND s.expires_at > muster.now() AND s.id::text IS DISTINCT FROM $2::text
      ORDER BY s.id FOR UPDATE`,
    [personId, except],
  )
  const ids = rows.map((row) => row.id)
  if (ids.length > 0) {
    await query(tx, 'UPDATE identity.session SET revoked_at = muster.now() WHERE id = ANY ($1::uuid[]) RETURNING id', [
      ids,
    ])
  }
  return ids
}

export async function isActivePerson(tx: Tx, personId: string): Promise<boolean> {
  return (await tx.person.count({ where: { id: personId, status: 'ACTIVE' } })) === 1
}
