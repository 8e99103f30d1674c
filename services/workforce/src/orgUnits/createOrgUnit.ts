/**
 * Adds a department or team.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, newId, type Claims } from '@muster/kernel'
import { sealWords } from '../sealing.ts'
import { printableName } from '../words.ts'
import type { Room } from '../room.ts'
import { orgUnitRefused } from './errors.ts'
import { unitKind, unitsMax } from './orgUnit.ts'
import { findUnit, insertUnit, lockHierarchy, nameTaken, unitCount, type OrgUnitRow } from './store.ts'

export interface NewOrgUnit {
  name: string
  /** `DEPARTMENT` or `TEAM`, in either case. */
  kind: string
  /** Null or absent: at the top. */
  parentId?: string | null | undefined
}

/** Throws the refusals of `CreateOrgUnitResult`. */
export async function createOrgUnit(
  room: Room,
  claims: Claims,
  input: NewOrgUnit,
): Promise<{ orgUnit: OrgUnitRow; receipt: Recorded }> {
  const name = printableName(input.name)
  const kind = unitKind(input.kind)
  const parentId = input.parentId ?? null
  if (name === null) throw orgUnitRefused('INVALID_NAME')
  if (kind === null) throw orgUnitRefused('INVALID_KIND')
  if (parentId !== null && !isUuid(parentId)) throw orgUnitRefused('UNKNOWN_PARENT')
  if (parentId === null && !claims.all) throw orgUnitRefused('TOP_NOT_IN_SCOPE')
  const words = await sealWords(room, claims.tenant_id, null, { name })
  const nowMs = room.clock.nowMs()
  const id = newId(nowMs)
  return room.run(async (tx) => {
    await lockHierarchy(tx)
    if (parentId !== null && (await findUnit(tx, parentId)) === null) throw orgUnitRefused('UNKNOWN_PARENT')
    if (await nameTaken(tx, parentId, name)) throw orgUnitRefused('NAME_TAKEN')
    if ((await unitCount(tx)) >= unitsMax) throw orgUnitRefused('TOO_MANY_UNITS')
    await insertUnit(tx, { id, parentId, kind, name, createdAt: new Date(nowMs) })
    const orgUnit = (await findUnit(tx, id))!
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'org_unit.created',
        subject: { type: 'org_unit', id },
        data: { kind, name: words.commitment, orgUnit: id, parent: parentId, version: orgUnit.version },
        sealed: words.sealed,
      },
    ])
    return { orgUnit, receipt: receipt! }
  })
}
