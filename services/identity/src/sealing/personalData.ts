/**
 * Names and addresses of people, sealed each under the person's own data key.
 *
 * Class `person`, subject the person's id, month of their creation: one key a
 * person, and destroying it forgets them wherever they are named.
 */
import { KeyError, monthOf, type DataKeyring } from '@muster/keys'
import { Fault } from '@muster/kernel'

export interface PersonalData {
  email: string
  displayName: string
}

export interface SealedPerson {
  emailSealed: Buffer
  nameSealed: Buffer
}

const dataClass = 'person'
// A name moved into the address column, or to another person's row, does not open.
const aad = (personId: string, field: 'email' | 'name'): Buffer => Buffer.from(`${personId}/${field}`, 'utf8')

export interface WhosePerson {
  tenantId: string
  personId: string
  /** When the person was added, in milliseconds since the Unix epoch: it names the month of their key. */
  createdAtMs: number
}

/** Seals one field of a person. */
export function sealPersonField(
  ring: DataKeyring,
  { tenantId, personId, createdAtMs }: WhosePerson,
  field: 'email' | 'name',
  text: string,
): Promise<Buffer> {
  const scope = { tenant: tenantId, class: dataClass, month: monthOf(createdAtMs), subject: personId }
  return ring.seal(scope, Buffer.from(text, 'utf8'), aad(personId, field))
}

/** Seals what is personal about a new person. */
export async function sealPerson(ring: DataKeyring, whose: WhosePerson, data: PersonalData): Promise<SealedPerson> {
  const [emailSealed, nameSealed] = await Promise.all([
    sealPersonField(ring, whose, 'email', data.email),
    sealPersonField(ring, whose, 'name', data.displayName),
  ])
  return { emailSealed, nameSealed }
}

/** One sealed field in clear; `null` once the person was forgotten. */
export async function openPersonField(
  ring: DataKeyring,
  person: { tenantId: string; id: string },
  field: 'email' | 'name',
  sealed: Uint8Array,
): Promise<string | null> {
  try {
    return (await ring.open(person.tenantId, sealed, aad(person.id, field))).toString('utf8')
  } catch (error) {
    if (error instanceof KeyError && error.code === 'KEY_DESTROYED') return null
    throw new Fault('INTERNAL', 'a sealed value could not be opened', { cause: error })
  }
}
