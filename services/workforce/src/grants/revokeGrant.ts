/**
 * Takes a grant back. The row stays as history; the same access may be given anew.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid } from '@muster/kernel'
import type { Room } from '../room.ts'
import { grantRefused } from './errors.ts'
import { revocation } from './grantAccess.ts'
import { closeGrant, findGrant, type GrantRow } from './store.ts'

/** Throws the refusals of `RevokeGrantResult`. */
export async function revokeGrant(
  room: Room,
  input: { grantId: string },
): Promise<{ grant: GrantRow; receipt: Recorded }> {
  if (!isUuid(input.grantId)) throw grantRefused('UNKNOWN_GRANT')
  return room.run(async (tx) => {
    const closed = await closeGrant(tx, input.grantId)
    const grant = await findGrant(tx, input.grantId)
    if (grant === null) throw grantRefused('UNKNOWN_GRANT')
    if (!closed) throw grantRefused('ALREADY_REVOKED')
    const [receipt] = await appendReceipts(rawQuery(tx), [revocation(grant.id, grant.agentId, 'REVOKED')])
    return { grant, receipt: receipt! }
  })
}
