/**
 * Whose account it is that signed in at the provider.
 *
 * Known by its link; else found by its address, once, when the provider
 * verified the address and its domain is proved to be this tenant's; else
 * added, where the tenant wants that. INVARIANT (one link): a subject is one
 * person's, and a person has one subject at a provider.
 */
import { canonicalize } from '@muster/canonical-json'
import { appendReceipts, rawQuery, type NewReceipt } from '@muster/db'
import { newId, type Claims, type Role } from '@muster/kernel'
import { caller } from '../caller.ts'
import { email as emailSchema, line } from '../input.ts'
import { canonicalEmail } from '../people/emailIndex.ts'
import { roleGrantedReceipt } from '../people/receipts.ts'
import { insertBindings, insertPerson } from '../people/store.ts'
import type { Room } from '../room.ts'
import { sealPerson } from '../sealing/personalData.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import type { Tx } from '../database.ts'
import { SsoRefusal } from './errors.ts'
import {
  insertLink,
  isVerifiedDomain,
  linkedPerson,
  personByEmailIndex,
  type SsoConfigRow,
  type Subject,
} from './store.ts'
import type { IdClaims } from './tokens.ts'

/** The person's id; linked, or added and linked, on the way. Throws `SsoRefusal`. */
export async function personBehind(room: Room, config: SsoConfigRow, id: IdClaims): Promise<string> {
  const claims = caller()
  const { providerType, issuer } = config
  const subject = { providerType, issuer, subjectIndex: room.ssoSecrets.subjectIndex(issuer, id.subject) }
  const known = await room.database.run((tx) => linkedPerson(tx, subject))
  if (known !== null) {
    if (!known.isActive) throw new SsoRefusal('NOT_ACTIVE')
    return known.personId
  }
  const email = emailSchema.safeParse(id.email)
  if (!email.success || !id.isEmailVerified) throw new SsoRefusal('UNVERIFIED_EMAIL')
  const address = canonicalEmail(email.data)
  const domain = address.slice(address.lastIndexOf('@') + 1)
  const addition = await preparePerson(room, claims, config, email.data, id.name)

  return room.database.run(async (tx) => {
    if (!(await isVerifiedDomain(tx, domain))) throw new SsoRefusal('FOREIGN_DOMAIN')
    const person = await personByEmailIndex(tx, room.emailIndex(email.data))
    if (person !== null) {
      if (!person.isActive) throw new SsoRefusal('NOT_ACTIVE')
      await appendReceipts(rawQuery(tx), [await link(room, tx, claims, subject, person.id)])
      return person.id
    }
    if (addition === null) throw new SsoRefusal('NO_ACCOUNT')
    const added = await addition.insert(tx)
    await appendReceipts(rawQuery(tx), [...added, await link(room, tx, claims, subject, addition.personId)])
    return addition.personId
  })
}

async function link(room: Room, tx: Tx, claims: Claims, subject: Subject, personId: string): Promise<NewReceipt> {
  const id = newId(room.clock.nowMs())
  if (!(await insertLink(tx, { ...subject, tenantId: claims.tenant_id, id, personId }))) {
    throw new SsoRefusal('ALREADY_LINKED')
  }
  return {
    type: 'sso.linked',
    subject: { type: 'person', id: personId },
    data: { link: id, provider: subject.providerType },
  }
}

interface Addition {
  personId: string
  /** Throws `SsoRefusal` when somebody took the address meanwhile. */
  insert(tx: Tx): Promise<NewReceipt[]>
}

/** A newcomer, sealed before the transaction begins; null where nobody is added by signing in. */
async function preparePerson(
  room: Room,
  claims: Claims,
  config: SsoConfigRow,
  address: string,
  name: string | null,
): Promise<Addition | null> {
  const { provisionRole: role, provisionUnitId: unitId } = config
  if (role === null) return null
  const nowMs = room.clock.nowMs()
  const personId = newId(nowMs)
  const tenantId = claims.tenant_id
  const who = { email: address, displayName: line(1, 200).safeParse(name).data ?? address.slice(0, 200) }
  const [sealed, notes] = await Promise.all([
    sealPerson(room.ring, { tenantId, personId, createdAtMs: nowMs }, who),
    sealNotes(room.ring, { tenantId, subject: personId, nowMs }, { person: canonicalize(who) }),
  ])
  const binding = {
    tenantId,
    id: newId(nowMs),
    personId,
    role: role as Role,
    unitId,
    grantedBy: claims.sub,
    receiptId: newId(nowMs),
    expiresAt: null,
  }
  return {
    personId,
    async insert(tx) {
      const emailIndex = room.emailIndex(address)
      const row = { tenantId, id: personId, emailIndex, unitId, createdAt: new Date(nowMs), ...sealed }
      if (!(await insertPerson(tx, row))) throw new SsoRefusal('NO_ACCOUNT')
      await insertBindings(tx, [binding])
      const added: NewReceipt = {
        type: 'person.added',
        subject: { type: 'person', id: personId },
        data: { hasPassword: false, roles: 1, unit: unitId, ...notes.commitments },
        sealed: notes.sealed,
      }
      return [added, roleGrantedReceipt(binding)]
    },
  }
}
