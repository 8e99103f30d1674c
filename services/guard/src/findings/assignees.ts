/** Whom a finding can be given to: people of the tenant, still here, with a role that may work on findings. */
import { withRequest, type Tx } from '@muster/db'
import { isUuid, Refusal, roleCapabilities, roles } from '@muster/kernel'
import type { GuardRoom } from '../room.ts'

const working = roles.filter((role) => (roleCapabilities[role] as readonly string[]).includes('findings:write'))

/** People in the caller's sight, `$1` the roles that may. */
const assignableSql = `SELECT DISTINCT p.id FROM identity.published_person p
  JOIN identity.published_role r ON r.tenant_id = p.tenant_id AND r.person_id = p.id
 WHERE p.tenant_id = (SELECT muster.tenant()) AND p.status = 'ACTIVE' AND r.role = ANY ($1::text[])
   AND (r.expires_at IS NULL OR r.expires_at > muster.now())`

export async function listAssignees(room: GuardRoom): Promise<{ __typename: 'Person'; id: string }[]> {
  const rows = await withRequest(room.guard, (tx) =>
    tx.query<{ id: string }>(`${assignableSql} ORDER BY p.id LIMIT 500`, [working]),
  )
  return rows.map(({ id }) => ({ __typename: 'Person', id }))
}

/** Throws UNKNOWN_PERSON alike for whoever is unknown, out of sight, gone, or may not work on findings. */
export async function mustBeAssignable(tx: Tx, personId: string): Promise<void> {
  const rows = isUuid(personId)
    ? await tx.query<{ id: string }>(`${assignableSql} AND p.id = $2`, [working, personId])
    : []
  if (rows.length === 0) throw new Refusal('UNKNOWN_PERSON', 'no such person who may work on findings')
}
