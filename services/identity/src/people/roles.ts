/**
 * Roles given and taken back. Both change what somebody may see, so both raise
 * the tenant's scope epoch first: that row's lock puts them in one order, and
 * the last administrator cannot be removed twice at once.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, newId, roles } from '@muster/kernel'
import { z } from 'zod'
import { unitInScope } from '../agents/store.ts'
import { authorize } from '../caller.ts'
import { anyId, futureInstant, optional, parseInput } from '../input.ts'
import type { Room } from '../room.ts'
import { raiseScopeEpoch } from '../tenants/store.ts'
import { alreadyGranted, hasLeft, lastAdmin, unknownBinding, unknownPerson, unknownUnit } from './errors.ts'
import { roleGrantedReceipt, roleRevokedReceipt } from './receipts.ts'
import { whyNotGrant, whyNotUntil } from './roleRights.ts'
import {
  bindingById,
  deleteBindings,
  endedBinding,
  insertBindings,
  otherAdmins,
  personById,
  type PersonRow,
  type RoleBindingRow,
} from './store.ts'

const grantRoleInput = (nowMs: number) =>
  z.object({
    personId: anyId,
    role: z.enum(roles),
    unitId: optional(anyId),
    expiresAt: optional(futureInstant(nowMs)),
  })

/** Gives a person a role at a place. Throws the refusals named in people.graphql. */
export async function grantRole(
  room: Room,
  input: unknown,
): Promise<{ person: PersonRow; binding: RoleBindingRow; receipt: Recorded }> {
  const claims = authorize('people:write')
  const nowMs = room.clock.nowMs()
  const given = parseInput(grantRoleInput(nowMs), input)
  const { unitId } = given
  const why = whyNotGrant(claims, given.role, unitId) ?? whyNotUntil(given.role, given.expiresAt, nowMs)
  if (why !== null) throw why
  if (!isUuid(given.personId)) throw unknownPerson()
  if (unitId !== null && !isUuid(unitId)) throw unknownUnit()

  return room.database.run(async (tx) => {
    await raiseScopeEpoch(tx)
    const person = await personById(tx, given.personId)
    if (person === null) throw unknownPerson()
    if (person.status === 'LEFT') throw hasLeft()
    if (unitId !== null && !(await unitInScope(tx, unitId))) throw unknownUnit()
    // A binding that ran out gives nothing and stands in the way of its successor.
    const ended = await endedBinding(tx, person.id, given.role, unitId)
    if (ended !== null) await deleteBindings(tx, [ended.id])
    const id = newId(nowMs)
    const row = {
      tenantId: claims.tenant_id,
      id,
      personId: person.id,
      role: given.role,
      unitId,
      grantedBy: claims.sub,
      expiresAt: given.expiresAt,
      receiptId: newId(nowMs),
    }
    if ((await insertBindings(tx, [row])) === 0) throw alreadyGranted()
    const binding = await bindingById(tx, id)
    if (binding === null) throw unknownBinding()
    const receipts = await appendReceipts(rawQuery(tx), [
      ...(ended === null ? [] : [roleRevokedReceipt(ended, { because: 'EXPIRED' })]),
      roleGrantedReceipt(binding),
    ])
    return { person, binding, receipt: receipts.at(-1) as Recorded }
  })
}

/** Takes a role back. Throws the refusals named in people.graphql. */
export async function revokeRole(
  room: Room,
  input: { bindingId: string },
): Promise<{ person: PersonRow | null; receipt: Recorded }> {
  const claims = authorize('people:write')
  const { bindingId } = parseInput(z.object({ bindingId: anyId }), input)
  if (!isUuid(bindingId)) throw unknownBinding()
  return room.database.run(async (tx) => {
    await raiseScopeEpoch(tx)
    const binding = await bindingById(tx, bindingId)
    if (binding === null) throw unknownBinding()
    const why = whyNotGrant(claims, binding.role, binding.unitId)
    if (why !== null) throw why
    // One's own binding is visible wherever it is held; taking it back needs the place in scope as well.
    if (binding.unitId !== null && !(await unitInScope(tx, binding.unitId))) throw unknownBinding()
    const isAdmin = binding.role === 'tenant-admin' && binding.unitId === null
    if (isAdmin && (await otherAdmins(tx, { bindingId })) === 0) throw lastAdmin()
    await deleteBindings(tx, [bindingId])
    const person = await personById(tx, binding.personId)
    const [receipt] = await appendReceipts(rawQuery(tx), [roleRevokedReceipt(binding)])
    return { person, receipt: receipt as Recorded }
  })
}
