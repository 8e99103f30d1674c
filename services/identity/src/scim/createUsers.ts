/**
 * People join through the provider: one or two hundred, in one commit.
 *
 * Everything is sealed before the transaction begins, and the data keys of all
 * of them are made in one statement; each person has a receipt all the same.
 */
import { canonicalize } from '@muster/canonical-json'
import { appendReceipts, rawQuery, type NewReceipt } from '@muster/db'
import { isUuid, newId } from '@muster/kernel'
import { caller } from '../caller.ts'
import type { Room } from '../room.ts'
import { sealPerson } from '../sealing/personalData.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { createdAnswer } from './created.ts'
import { changeUser } from './changeUser.ts'
import { hashesOf } from './hashes.ts'
import { sealProfile } from './profiles.ts'
import type { ScimAnswer } from './request.ts'
import { asScimError, invalidValue, taken, type ScimError } from './scimError.ts'
import { readUser, userJson, type User } from './user.ts'
import { holdersOf, insertUsers, lockTenant, peopleThere, type Holder, type UserInsert } from './usersStore.ts'

export type Outcome = ScimAnswer | ScimError

/** Creates what can be created; an outcome for each body, in order. At most `batchMax` of them. */
export async function createUsers(room: Room, bodies: readonly unknown[], base: string): Promise<Outcome[]> {
  const claims = caller()
  const nowMs = room.clock.nowMs()
  const outcomes: (Outcome | undefined)[] = bodies.map(() => undefined)
  const read = bodies.map((body, index): User | null => {
    try {
      return readUser(body)
    } catch (error) {
      const refused = asScimError(error)
      if (refused === null) throw error
      outcomes[index] = refused
      return null
    }
  })
  const made = await Promise.all(
    read.map(async (user) => {
      if (user === null) return null
      const id = newId(nowMs)
      const whose = { tenantId: claims.tenant_id, personId: id, createdAtMs: nowMs }
      const who = { email: user.email, displayName: user.displayName }
      const [sealed, profileSealed, notes] = await Promise.all([
        sealPerson(room.ring, whose, who),
        sealProfile(room.ring, whose, user.profile),
        sealNotes(room.ring, { tenantId: claims.tenant_id, subject: id, nowMs }, { person: canonicalize(who) }),
      ])
      const row: UserInsert = {
        ...sealed,
        ...hashesOf(room, user),
        id,
        managerId: user.managerId,
        profileSealed,
        createdAt: new Date(nowMs),
      }
      return { user, row, notes }
    }),
  )

  const returning: { index: number; personId: string }[] = []
  await room.database.run(async (tx) => {
    await lockTenant(tx)
    const rows = made.flatMap((each) => (each === null ? [] : [each.row]))
    const holders = await holdersOf(tx, [
      ...new Set(
        rows.flatMap(({ name, externalId, email }) => [name, email, ...(externalId === null ? [] : [externalId])]),
      ),
    ])
    const managers = rows.flatMap(({ managerId }) => (isUuid(managerId) ? [managerId] : []))
    const known = managers.length === 0 ? new Set<string>() : await peopleThere(tx, [...new Set(managers)])
    const seen = { name: new Set<string>(), externalId: new Set<string>(), email: new Set<string>() }
    const fresh = made.filter((each, index): each is NonNullable<typeof each> => {
      if (each === null) return false
      const { row } = each
      const conflict = conflictOf(row, holders) ?? repeated(row, seen)
      if (row.managerId !== null && !known.has(row.managerId))
        outcomes[index] = invalidValue('`manager`: no such person')
      else if (conflict instanceof Error) outcomes[index] = conflict
      else if (conflict !== null) returning.push({ index, personId: conflict.id })
      else {
        seen.name.add(row.name)
        seen.email.add(row.email)
        if (row.externalId !== null) seen.externalId.add(row.externalId)
        return true
      }
      return false
    })
    const added = await insertUsers(
      tx,
      fresh.map(({ row }) => row),
    )
    made.forEach((each, index) => {
      if (each === null || !fresh.includes(each)) return
      outcomes[index] = added.has(each.row.id) ? createdAnswer(jsonOf(each.row, each.user, base)) : taken('emails')
    })
    const there = fresh.filter(({ row }) => added.has(row.id))
    await appendReceipts(
      rawQuery(tx),
      there.map(({ row, notes }): NewReceipt => ({
        type: 'person.added',
        subject: { type: 'person', id: row.id },
        data: { by: 'SCIM', hasPassword: false, manager: row.managerId, roles: 0, unit: null, ...notes.commitments },
        sealed: notes.sealed,
      })),
    )
  })
  for (const index of inactive(read, outcomes))
    outcomes[index] = await endedAtOnce(room, outcomes[index] as ScimAnswer, bodies[index], base)
  for (const { index, personId } of returning) {
    outcomes[index] = await settled(async () => ({
      ...(await changeUser(room, personId, () => bodies[index], { base, ifMatch: null, revive: true })),
      status: 201,
    }))
  }
  return outcomes as Outcome[]
}

/** Those the provider created as inactive: they join and leave, and both are on record. */
function inactive(read: readonly (User | null)[], outcomes: readonly (Outcome | undefined)[]): number[] {
  return read.flatMap((user, index) => {
    const outcome = outcomes[index]
    return user !== null && !user.active && outcome !== undefined && !(outcome instanceof Error) ? [index] : []
  })
}

function endedAtOnce(room: Room, answer: ScimAnswer, body: unknown, base: string): Promise<Outcome> {
  const id = String(answer.body?.['id'])
  return settled(async () => ({ ...(await changeUser(room, id, () => body, { base, ifMatch: null })), status: 201 }))
}

async function settled(work: () => Promise<ScimAnswer>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    const refused = asScimError(error)
    if (refused === null) throw error
    return refused
  }
}

/** What stands in the way: an error, or the deleted person who comes back; null when nothing does. */
function conflictOf(row: UserInsert, holders: readonly Holder[]): ScimError | Holder | null {
  let back: Holder | null = null
  for (const holder of holders) {
    const same =
      holder.name === row.name
        ? 'userName'
        : row.externalId !== null && holder.externalId === row.externalId
          ? 'externalId'
          : holder.email === row.email
            ? 'emails'
            : null
    if (same === null) continue
    if (!holder.deleted || (back !== null && back.id !== holder.id)) return taken(same)
    back = holder
  }
  return back
}

function repeated(
  row: UserInsert,
  seen: Record<'name' | 'externalId' | 'email', ReadonlySet<string>>,
): ScimError | null {
  if (seen.name.has(row.name)) return taken('userName')
  if (row.externalId !== null && seen.externalId.has(row.externalId)) return taken('externalId')
  return seen.email.has(row.email) ? taken('emails') : null
}

function jsonOf(row: UserInsert, user: User, base: string) {
  return userJson(
    {
      id: row.id,
      version: 1,
      active: true,
      managerId: row.managerId,
      profile: user.profile,
      createdAt: row.createdAt,
      changedAt: row.createdAt,
    },
    base,
  )
}
