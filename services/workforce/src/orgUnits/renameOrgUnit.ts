/**
 * Gives a unit another name. Its id, and with it every stamp, stays.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import type { Claims } from '@muster/kernel'
import { sealWords } from '../sealing.ts'
import { printableName } from '../words.ts'
import type { Room } from '../room.ts'
import { orgUnitRefused } from './errors.ts'
import { findUnit, lockHierarchy, nameTaken, updateName, type OrgUnitRow } from './store.ts'

/** Throws the refusals of `RenameOrgUnitResult`. */
export async function renameOrgUnit(
  room: Room,
  claims: Claims,
  input: { orgUnitId: string; name: string },
): Promise<{ orgUnit: OrgUnitRow; receipt: Recorded }> {
  const name = printableName(input.name)
  if (name === null) throw orgUnitRefused('INVALID_NAME')
  const words = await sealWords(room, claims.tenant_id, null, { name })
  return room.run(async (tx) => {
    await lockHierarchy(tx)
    const before = await findUnit(tx, input.orgUnitId)
    if (before === null) throw orgUnitRefused('UNKNOWN_ORG_UNIT')
    if (before.name === name) throw orgUnitRefused('UNCHANGED')
    // Who sees a unit only because it is the root of their scope cannot see its siblings, and does not name it.
    if (!claims.all && (before.parentId === null || (await findUnit(tx, before.parentId)) === null))
      throw orgUnitRefused('NOT_ELIGIBLE')
    if (await nameTaken(tx, before.parentId, name)) throw orgUnitRefused('NAME_TAKEN')
    await updateName(tx, before.id, name)
    const orgUnit = (await findUnit(tx, before.id))!
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'org_unit.renamed',
        subject: { type: 'org_unit', id: before.id },
        data: { name: words.commitment, orgUnit: before.id, version: orgUnit.version },
        sealed: words.sealed,
      },
    ])
    return { orgUnit, receipt: receipt! }
  })
}
