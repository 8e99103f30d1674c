/**
 * What being in a group means: roles and home units follow membership.
 *
 * INVARIANT (what a group gave, a group takes): roles given by people are
 * neither given nor taken here; a role that two groups give ends with the last.
 */
import type { NewReceipt } from '@muster/db'
import { caller } from '../caller.ts'
import { query, type Tx } from '../database.ts'
import { roleGrantedReceipt, roleRevokedReceipt } from '../people/receipts.ts'

interface Binding {
  id: string
  personId: string
  role: string
  unitId: string | null
  expiresAt: null
  receiptId: string | null
}

const due = `SELECT DISTINCT m.person_id, g.role, g.unit_id FROM identity.scim_group_member m
  JOIN identity.scim_group g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
  JOIN identity.person p ON p.tenant_id = m.tenant_id AND p.id = m.person_id
 WHERE m.person_id = ANY ($1::uuid[]) AND g.role IS NOT NULL AND p.status = 'ACTIVE'`
const columns =
  'b.id, b.person_id AS "personId", b.role, b.unit_id AS "unitId", NULL AS "expiresAt", b.receipt_id AS "receiptId"'

/**
 * Brings roles and home units of these people in line with their groups; the
 * tenant's row is held. @param left units whose groups some of them were taken out of.
 */
export async function followGroups(
  tx: Tx,
  personIds: readonly string[],
  left: readonly string[] = [],
): Promise<NewReceipt[]> {
  if (personIds.length === 0) return []
  const taken = await query<Binding>(
    tx,
    `DELETE FROM identity.role_binding b
      WHERE b.by_scim AND b.person_id = ANY ($1::uuid[])
        AND NOT EXISTS (SELECT FROM (${due}) AS d WHERE d.person_id = b.person_id AND d.role = b.role AND d.unit_id IS NOT DISTINCT FROM b.unit_id)
     RETURNING ${columns}`,
    [personIds],
  )
  const given = await query<Binding>(
    tx,
    `INSERT INTO identity.role_binding AS b (tenant_id, id, person_id, role, unit_id, granted_by, by_scim, receipt_id)
     SELECT (SELECT muster.tenant()), uuidv7(), d.person_id, d.role, d.unit_id, $2::uuid, true, uuidv7() FROM (${due}) AS d
     ON CONFLICT DO NOTHING RETURNING ${columns}`,
    [personIds, caller().sub],
  )
  const moved = await query<{ id: string; from: string | null; to: string | null; version: number }>(
    tx,
    `WITH home AS (
       SELECT p.id, p.unit_id AS was, (SELECT g.unit_id FROM identity.scim_group_member m
                 JOIN identity.scim_group g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
                WHERE m.person_id = p.id AND g.unit_id IS NOT NULL AND g.role IS NULL ORDER BY g.id DESC LIMIT 1) AS unit
         FROM identity.person p WHERE p.id = ANY ($1::uuid[]) AND p.status = 'ACTIVE')
     UPDATE identity.person p SET unit_id = h.unit, version = version + 1 FROM home h
      WHERE p.id = h.id AND (h.unit IS NOT NULL AND h.unit IS DISTINCT FROM h.was OR h.unit IS NULL AND h.was = ANY ($2::uuid[]))
     RETURNING p.id, h.was AS "from", p.unit_id AS "to", p.version`,
    [personIds, left],
  )
  const all = [...taken, ...given, ...moved]
  if (all.length > 0) await query(tx, 'UPDATE identity.tenant SET scope_epoch = scope_epoch + 1 RETURNING id')
  return [
    ...taken.map((binding) => roleRevokedReceipt(binding)),
    ...given.map((binding) => roleGrantedReceipt(binding)),
    ...moved.map(({ id, from, to, version }): NewReceipt => ({
      type: 'person.changed',
      subject: { type: 'person', id },
      data: { changed: ['unit'], unit: { from, to }, version },
    })),
  ]
}
