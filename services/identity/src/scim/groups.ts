/** Groups of the provider: kept, changed and removed, with the roles and home units that follow from them. */
import { canonicalize } from '@muster/canonical-json'
import { appendReceipts, rawQuery, type NewReceipt } from '@muster/db'
import { isUuid, newId } from '@muster/kernel'
import { caller } from '../caller.ts'
import type { Tx } from '../database.ts'
import { refusingOn } from '../refusing.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { createdAnswer, resourceAnswer } from './created.ts'
import { groupJson, readGroup, type Mapping } from './group.ts'
import { followGroups } from './groupRoles.ts'
import {
  addMembers,
  countGroups,
  deleteGroupRow,
  groupAttributes,
  groupById,
  membersOf,
  pageOfGroups,
  removeMembers,
  saveGroup,
  unitsNamed,
  type GroupRow,
} from './groupsStore.ts'
import type { Listed } from './lists.ts'
import { memberChanges, type MemberChange } from './memberChanges.ts'
import { operationsOf, patched } from './patch.ts'
import { matchVersion, type ScimAnswer } from './request.ts'
import { invalidValue, notFound, taken } from './scimError.ts'
import { groupUrn, musterGroupUrn } from './urns.ts'
import { lockTenant, peopleThere } from './usersStore.ts'

export function groupList(base: string): Listed<GroupRow> {
  return {
    attributes: groupAttributes,
    urns: [groupUrn, musterGroupUrn],
    id: 'g.id',
    count: countGroups,
    page: pageOfGroups,
    async json(tx, rows, wanted) {
      const members = wanted('members')
        ? await membersOf(
            tx,
            rows.map(({ id }) => id),
          )
        : []
      return rows.map((row) =>
        groupJson(
          row,
          members.filter(({ groupId }) => groupId === row.id).map(({ personId }) => personId),
          base,
        ),
      )
    },
  }
}

export async function readOneGroup(room: Room, id: string, base: string): Promise<ScimAnswer> {
  if (!isUuid(id)) throw notFound()
  return room.database.run(async (tx) => {
    const row = await groupById(tx, id)
    if (row === null) throw notFound()
    return resourceAnswer(await jsonOf(tx, row, base))
  })
}

const jsonOf = async (tx: Tx, row: GroupRow, base: string) =>
  groupJson(
    row,
    (await membersOf(tx, [row.id])).map(({ personId }) => personId),
    base,
  )

const uniqueness = { '23505': () => taken('displayName') }

export function createGroup(room: Room, body: unknown, base: string): Promise<ScimAnswer> {
  const group = readGroup(body)
  return refusingOn(uniqueness, () =>
    room.database.run(async (tx) => {
      await lockTenant(tx)
      const row = await saveGroup(tx, { ...group, id: newId(room.clock.nowMs()), ...(await mapped(tx, group.mapping)) })
      const { touched, added } = await change(tx, row.id, [{ kind: 'add', ids: group.members ?? [] }])
      const receipts = row.role === null && row.unitId === null ? [] : await followGroups(tx, touched)
      const answer = createdAnswer(await jsonOf(tx, row, base))
      await appendReceipts(rawQuery(tx), [await receiptOf(room, 'group.added', row, { added }), ...receipts])
      return answer
    }),
  )
}

/** PUT and PATCH. */
export function changeGroup(
  room: Room,
  id: string,
  body: unknown,
  { base, ifMatch, isPatch }: { base: string; ifMatch: string | null; isPatch: boolean },
): Promise<ScimAnswer> {
  if (!isUuid(id)) throw notFound()
  const asked = isPatch ? memberChanges(operationsOf(body, groupUrn, [musterGroupUrn])) : null
  return refusingOn(uniqueness, () =>
    room.database.run(async (tx) => {
      await lockTenant(tx)
      const before = await groupById(tx, id)
      if (before === null) throw notFound()
      matchVersion(ifMatch, before.version)
      const group = readGroup(asked === null ? body : patched(groupJson(before, null, base), asked.rest))
      // A mapping that came from the old name goes with the name.
      const isRenamed =
        group.displayName !== before.displayName &&
        asked !== null &&
        !asked.rest.some(({ path }) => path?.startsWith(musterGroupUrn))
      const mapping = isRenamed ? readGroup({ displayName: group.displayName }).mapping : group.mapping
      const next = { ...group, id, ...(await mapped(tx, mapping)) }
      const attributes = (['displayName', 'externalId', 'role', 'unitId'] as const).filter(
        (name) => next[name] !== before[name],
      )
      const changes: MemberChange[] = asked === null ? [{ kind: 'replace', ids: group.members ?? [] }] : asked.members
      const { touched, added, removed } = await change(tx, id, changes)
      if (attributes.length === 0 && touched.length === 0) return resourceAnswer(await jsonOf(tx, before, base))
      const row = await saveGroup(tx, next)
      const remapped = row.role !== before.role || row.unitId !== before.unitId
      const all = remapped
        ? [...new Set([...touched, ...(await membersOf(tx, [id])).map(({ personId }) => personId)])]
        : touched
      const receipts = await followGroups(
        tx,
        all,
        before.unitId === null || before.role !== null ? [] : [before.unitId],
      )
      const answer = resourceAnswer(await jsonOf(tx, row, base))
      await appendReceipts(rawQuery(tx), [
        await receiptOf(room, 'group.changed', row, { added, changed: attributes, removed }),
        ...receipts,
      ])
      return answer
    }),
  )
}

export function deleteGroup(room: Room, id: string, ifMatch: string | null): Promise<ScimAnswer> {
  if (!isUuid(id)) throw notFound()
  return room.database.run(async (tx) => {
    await lockTenant(tx)
    const before = await groupById(tx, id)
    if (before === null) throw notFound()
    matchVersion(ifMatch, before.version)
    const { touched, removed } = await change(tx, id, [{ kind: 'clear', ids: [] }])
    await deleteGroupRow(tx, id)
    const receipts = await followGroups(
      tx,
      touched,
      before.unitId === null || before.role !== null ? [] : [before.unitId],
    )
    await appendReceipts(rawQuery(tx), [await receiptOf(room, 'group.removed', before, { removed }), ...receipts])
    return { status: 204, body: null }
  })
}

/** Applies changes of members in order; whose membership changed. */
async function change(
  tx: Tx,
  groupId: string,
  changes: readonly MemberChange[],
): Promise<{ touched: string[]; added: number; removed: number }> {
  const touched = new Set<string>()
  let [added, removed] = [0, 0]
  for (const { kind, ids } of changes) {
    const wanted = [...new Set(ids.filter(isUuid).map((id) => id.toLowerCase()))]
    if (kind === 'add' || kind === 'replace') {
      const there = wanted.length === 0 ? new Set<string>() : await peopleThere(tx, wanted)
      if (there.size !== new Set(ids.map((id) => id.toLowerCase())).size)
        throw invalidValue('`members`: no such person')
    }
    const current =
      kind === 'replace' || kind === 'clear' ? (await membersOf(tx, [groupId])).map(({ personId }) => personId) : []
    const out =
      kind === 'remove'
        ? wanted
        : kind === 'add'
          ? []
          : current.filter((id) => kind === 'clear' || !wanted.includes(id))
    const gone = await removeMembers(tx, groupId, out)
    const came = kind === 'add' || kind === 'replace' ? await addMembers(tx, groupId, wanted) : []
    for (const id of [...gone, ...came]) touched.add(id)
    removed += gone.length
    added += came.length
  }
  return { touched: [...touched], added, removed }
}

async function mapped(tx: Tx, { role, unit }: Mapping): Promise<{ role: string | null; unitId: string | null }> {
  if (unit === null) return { role, unitId: null }
  const found = await unitsNamed(tx, unit)
  if (found.length !== 1)
    throw invalidValue(found.length === 0 ? 'no such org unit' : 'several org units have this name: give the id')
  return { role, unitId: found[0]! }
}

async function receiptOf(
  room: Room,
  type: string,
  group: GroupRow,
  data: Record<string, unknown>,
): Promise<NewReceipt> {
  const about = { tenantId: caller().tenant_id, subject: group.id, nowMs: room.clock.nowMs() }
  const notes = await sealNotes(room.ring, about, { group: canonicalize({ displayName: group.displayName }) })
  return {
    type,
    subject: { type: 'group', id: group.id },
    data: { ...data, role: group.role, unit: group.unitId, version: group.version, ...notes.commitments },
    sealed: notes.sealed,
  }
}
