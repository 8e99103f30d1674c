/**
 * Hangs a unit under another parent, with everything below it.
 *
 * INVARIANT (no cycle): the database refuses one (`MU001`), and changes of the
 * hierarchy happen one at a time, so two moves cannot close one together.
 */
import { appendReceipts, rawQuery, sqlState, type Recorded } from '@muster/db'
import { isUuid, type Claims } from '@muster/kernel'
import type { Room } from '../room.ts'
import { orgUnitRefused } from './errors.ts'
import { findUnit, lockHierarchy, nameTaken, raiseScopeEpoch, updateParent, type OrgUnitRow } from './store.ts'

const wouldCycle = 'MU001'

/** Throws the refusals of `MoveOrgUnitResult`. */
export async function moveOrgUnit(
  room: Room,
  claims: Claims,
  input: { orgUnitId: string; parentId?: string | null | undefined },
): Promise<{ orgUnit: OrgUnitRow; receipt: Recorded }> {
  const parentId = input.parentId ?? null
  return room.run(async (tx) => {
    await lockHierarchy(tx)
    const before = await findUnit(tx, input.orgUnitId)
    if (before === null) throw orgUnitRefused('UNKNOWN_ORG_UNIT')
    if (parentId === null && !claims.all) throw orgUnitRefused('TOP_NOT_IN_SCOPE')
    if (parentId !== null && (!isUuid(parentId) || (await findUnit(tx, parentId)) === null))
      throw orgUnitRefused('UNKNOWN_PARENT')
    if (before.parentId === parentId) throw orgUnitRefused('UNCHANGED')
    if (await nameTaken(tx, parentId, before.name)) throw orgUnitRefused('NAME_TAKEN')
    try {
      await updateParent(tx, before.id, parentId)
    } catch (error) {
      if (sqlState(error) === wouldCycle) throw orgUnitRefused('CYCLE')
      throw error
    }
    await raiseScopeEpoch(tx)
    const orgUnit = (await findUnit(tx, before.id))!
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'org_unit.moved',
        subject: { type: 'org_unit', id: before.id },
        data: { from: before.parentId, orgUnit: before.id, to: parentId, version: orgUnit.version },
      },
    ])
    return { orgUnit, receipt: receipt! }
  })
}
