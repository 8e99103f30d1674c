/**
 * A person as the provider changes them: PUT, PATCH, DELETE. One commit holds
 * the change, the leaving or the coming back, and the receipts.
 */
import { canonicalize } from '@muster/canonical-json'
import { appendReceipts, rawQuery, type NewReceipt } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { caller } from '../caller.ts'
import { query, type Tx } from '../database.ts'
import { refusingOn } from '../refusing.ts'
import type { Room } from '../room.ts'
import { sealPersonField } from '../sealing/personalData.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { raiseScopeEpoch } from '../tenants/store.ts'
import { resourceAnswer } from './created.ts'
import { hashesOf } from './hashes.ts'
import { followGroups } from './groupRoles.ts'
import { leave } from './leave.ts'
import { patchable, profileOf, sealProfile, usersJson } from './profiles.ts'
import { matchVersion, type ScimAnswer } from './request.ts'
import { invalidValue, notFound, taken } from './scimError.ts'
import type { Json } from './urns.ts'
import { readUser, userJson, type User } from './user.ts'
import {
  changeUserRow,
  holdersOf,
  holdUser,
  lockTenant,
  markDeleted,
  peopleThere,
  saveProfiles,
  userById,
  type UserRow,
} from './usersStore.ts'

const deprovisioned = 'deprovisioned by the identity provider'

export interface Change {
  base: string
  ifMatch: string | null
  /** Brings back a person the provider had deleted. */
  revive?: boolean
}

/** @param next the whole resource, from the one there is (`id`, `meta` and `groups` are ignored). */
export async function changeUser(
  room: Room,
  id: string,
  next: (now: Json) => unknown,
  { base, ifMatch, revive = false }: Change,
): Promise<ScimAnswer> {
  if (!isUuid(id)) throw notFound()
  return refusingOn({ '23505': () => taken('userName') }, () =>
    room.database.run(async (tx) => {
      await lockTenant(tx)
      const held = await holdUser(tx, id)
      if (held === null || (held.deleted && !revive)) throw notFound()
      matchVersion(ifMatch, held.version)
      const profile = await profileOf(room, held)
      const now = patchable(userJson({ ...held, active: held.status === 'ACTIVE', profile }, base))
      const user = readUser(next(now))
      const receipts = await apply(room, tx, held, user, { was: readUser(now), revive })
      const row = await userById(tx, id)
      if (row === null) throw notFound()
      const [json] = await usersJson(room, tx, [row], base)
      await appendReceipts(rawQuery(tx), receipts)
      return resourceAnswer(json!)
    }),
  )
}

async function apply(
  room: Room,
  tx: Tx,
  held: UserRow,
  user: User,
  { was, revive }: { was: User; revive: boolean },
): Promise<NewReceipt[]> {
  const claims = caller()
  const nowMs = room.clock.nowMs()
  const isActive = held.status === 'ACTIVE'
  const changed = [
    ...(canonicalize(user.profile) === canonicalize(was.profile) ? [] : ['profile']),
    ...(user.managerId === held.managerId ? [] : ['manager']),
    ...(user.email === was.email ? [] : ['email']),
    ...(user.displayName === was.displayName ? [] : ['displayName']),
  ]
  if (changed.length === 0 && user.active === isActive && !revive) return []
  const hashes = hashesOf(room, user)
  await refuseTaken(tx, held.id, hashes)
  if (user.managerId !== null && user.managerId !== held.managerId) {
    const known =
      isUuid(user.managerId) && user.managerId !== held.id ? await peopleThere(tx, [user.managerId]) : new Set<string>()
    if (!known.has(user.managerId)) throw invalidValue('`manager`: no such person')
  }
  const whose = { tenantId: held.tenantId, personId: held.id, createdAtMs: held.createdAt.getTime() }
  const about = { tenantId: claims.tenant_id, subject: held.id, nowMs }
  const [profileSealed, emailSealed, nameSealed, notes] = await Promise.all([
    sealProfile(room.ring, whose, user.profile),
    user.email === was.email ? null : sealPersonField(room.ring, whose, 'email', user.email),
    user.displayName === was.displayName ? null : sealPersonField(room.ring, whose, 'name', user.displayName),
    sealNotes(room.ring, about, { person: canonicalize({ displayName: user.displayName, email: user.email }) }),
  ])
  await saveProfiles(tx, [
    { id: held.id, name: hashes.name, externalId: hashes.externalId, managerId: user.managerId, profileSealed },
  ])
  const comesBack = user.active && !isActive
  const version = await changeUserRow(tx, held.id, {
    email: emailSealed === null ? null : hashes.email,
    emailSealed,
    nameSealed,
    status: comesBack ? 'ACTIVE' : null,
  })
  const receipts: NewReceipt[] = []
  if (changed.length > 0) {
    receipts.push({
      type: 'person.changed',
      subject: { type: 'person', id: held.id },
      data: { by: 'SCIM', changed, manager: user.managerId, version, ...notes.commitments },
      sealed: notes.sealed,
    })
  }
  if (!user.active && isActive) {
    await raiseScopeEpoch(tx)
    receipts.push(...(await leave(room, tx, held, deprovisioned)).receipts)
  } else if (comesBack) {
    await raiseScopeEpoch(tx)
    await query(tx, 'DELETE FROM identity.orphaned_agent WHERE owner_id = $1::uuid RETURNING agent_id', [held.id])
    receipts.push({ type: 'person.returned', subject: { type: 'person', id: held.id }, data: { by: 'SCIM', version } })
    receipts.push(...(await followGroups(tx, [held.id])))
  }
  return receipts
}

async function refuseTaken(
  tx: Tx,
  id: string,
  { name, externalId, email }: ReturnType<typeof hashesOf>,
): Promise<void> {
  const holders = await holdersOf(tx, [...new Set([name, email, ...(externalId === null ? [] : [externalId])])])
  for (const holder of holders) {
    if (holder.id === id) continue
    if (holder.name === name) throw taken('userName')
    if (externalId !== null && holder.externalId === externalId) throw taken('externalId')
    if (holder.email === email) throw taken('emails')
  }
}

/** DELETE: the person leaves and the provider sees them no more. */
export async function deleteUser(room: Room, id: string, ifMatch: string | null): Promise<ScimAnswer> {
  if (!isUuid(id)) throw notFound()
  return room.database.run(async (tx) => {
    await raiseScopeEpoch(tx)
    const held = await holdUser(tx, id)
    if (held === null || held.deleted) throw notFound()
    matchVersion(ifMatch, held.version)
    const profile = await profileOf(room, held)
    const user = readUser(patchable(userJson({ ...held, active: held.status === 'ACTIVE', profile }, '')))
    const whose = { tenantId: held.tenantId, personId: held.id, createdAtMs: held.createdAt.getTime() }
    const profileSealed = held.profileSealed ?? (await sealProfile(room.ring, whose, user.profile))
    const left = held.status === 'ACTIVE' ? await leave(room, tx, held, deprovisioned) : { receipts: [] }
    await markDeleted(tx, { id: held.id, ...hashesOf(room, user), managerId: held.managerId, profileSealed })
    await appendReceipts(rawQuery(tx), [
      ...left.receipts,
      { type: 'person.changed', subject: { type: 'person', id: held.id }, data: { by: 'SCIM', changed: ['deleted'] } },
    ])
    return { status: 204, body: null }
  })
}
