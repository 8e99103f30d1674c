/**
 * A person joins: an address, a name, a home unit, roles, and perhaps a
 * password, in one commit.
 */
import { canonicalize } from '@muster/canonical-json'
import { appendReceipts, rawQuery, type NewReceipt, type Recorded } from '@muster/db'
import { isUuid, newId, roles } from '@muster/kernel'
import { z } from 'zod'
import { authorize } from '../caller.ts'
import { unitInScope } from '../agents/store.ts'
import type { AddedPerson, NewPerson } from '../identity.ts'
import { anyId, email, futureInstant, line, optional, parseInput } from '../input.ts'
import { checkPassword } from '../passwords/acceptable.ts'
import { needRoom } from '../plans/room.ts'
import type { Room } from '../room.ts'
import { sealPerson } from '../sealing/personalData.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { insertPassword } from '../signIn/store.ts'
import { emailTaken, unitRequired, unknownUnit } from './errors.ts'
import { roleGrantedReceipt } from './receipts.ts'
import { whyNotGrant, whyNotUntil } from './roleRights.ts'
import { insertBindings, insertPerson, personById, type BindingInsert, type PersonRow } from './store.ts'

/** More roles than there are words for them in a few units are a mistake. */
const rolesMax = 32

const addPersonInput = (nowMs: number) =>
  z.object({
    email,
    displayName: line(1, 200),
    unitId: optional(anyId),
    roles: optional(
      z
        .array(z.object({ role: z.enum(roles), unitId: optional(anyId), expiresAt: optional(futureInstant(nowMs)) }))
        .max(rolesMax, `at most ${rolesMax} roles`),
    ),
    password: optional(z.string()),
  })

/** Adds a person for the scope's caller. Throws the refusals named in people.graphql. */
export async function addPerson(room: Room, input: NewPerson): Promise<AddedPerson & { person: PersonRow }> {
  const claims = authorize('people:write')
  const nowMs = room.clock.nowMs()
  const given = parseInput(addPersonInput(nowMs), input)
  const { unitId } = given
  if (unitId === null && !claims.all) throw unitRequired()
  const personId = newId(nowMs)
  const bindings = (given.roles ?? []).map((asked): BindingInsert => {
    const why = whyNotGrant(claims, asked.role, asked.unitId) ?? whyNotUntil(asked.role, asked.expiresAt, nowMs)
    if (why !== null) throw why
    return {
      tenantId: claims.tenant_id,
      id: newId(nowMs),
      personId,
      grantedBy: claims.sub,
      receiptId: newId(nowMs),
      ...asked,
    }
  })
  const units = new Set([unitId, ...bindings.map((binding) => binding.unitId)].filter((id) => id !== null))
  if (![...units].every(isUuid)) throw unknownUnit()
  if (given.password !== null) checkPassword(given.password)

  const who = { email: given.email, displayName: given.displayName }
  const [passwordHash, sealed, notes] = await Promise.all([
    given.password === null ? null : room.passwords.hash(given.password),
    sealPerson(room.ring, { tenantId: claims.tenant_id, personId, createdAtMs: nowMs }, who),
    sealNotes(room.ring, { tenantId: claims.tenant_id, subject: personId, nowMs }, { person: canonicalize(who) }),
  ])

  return room.database.run(async (tx) => {
    await needRoom(tx, 'people')
    for (const id of units) if (!(await unitInScope(tx, id))) throw unknownUnit()
    const row = {
      tenantId: claims.tenant_id,
      id: personId,
      emailIndex: room.emailIndex(given.email),
      unitId,
      createdAt: new Date(nowMs),
      ...sealed,
    }
    if (!(await insertPerson(tx, row))) throw emailTaken()
    if (passwordHash !== null) await insertPassword(tx, claims.tenant_id, personId, passwordHash)
    await insertBindings(tx, bindings)
    const person = await personById(tx, personId)
    if (person === null) throw new Error('an added person is not visible to whoever added them')
    const added: NewReceipt = {
      type: 'person.added',
      subject: { type: 'person', id: personId },
      data: { hasPassword: passwordHash !== null, roles: bindings.length, unit: unitId, ...notes.commitments },
      sealed: notes.sealed,
    }
    const receipts = await appendReceipts(rawQuery(tx), [added, ...bindings.map((each) => roleGrantedReceipt(each))])
    return { personId, person, receipt: receipts[0] as Recorded }
  })
}
