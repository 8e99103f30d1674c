/** What a provider says of a person, sealed under the person's own key; and back into JSON for answers. */
import type { JsonObject } from '@muster/canonical-json'
import { KeyError, monthOf, openJson, sealJson, type DataKeyring } from '@muster/keys'
import type { Tx } from '../database.ts'
import type { Room } from '../room.ts'
import { openPersonField, type WhosePerson } from '../sealing/personalData.ts'
import { enterpriseUrn, isObject, type Json } from './urns.ts'
import { userJson } from './user.ts'
import { groupsOf, type UserRow } from './usersStore.ts'

const aad = (personId: string): Buffer => Buffer.from(`${personId}/scim`, 'utf8')

export function sealProfile(
  ring: DataKeyring,
  { tenantId, personId, createdAtMs }: WhosePerson,
  profile: JsonObject,
): Promise<Buffer> {
  const scope = { tenant: tenantId, class: 'person', month: monthOf(createdAtMs), subject: personId }
  return sealJson(ring, scope, profile, aad(personId))
}

/** The profile of a person: as the provider left it, or what Muster knows of somebody nobody provisioned. */
export async function profileOf(room: Room, row: UserRow): Promise<JsonObject> {
  if (row.profileSealed !== null) {
    try {
      const opened = await openJson(room.ring, row.tenantId, row.profileSealed, aad(row.id))
      return isObject(opened) ? opened : {}
    } catch (error) {
      if (error instanceof KeyError && error.code === 'KEY_DESTROYED') return forgotten(row.id)
      throw error
    }
  }
  const [address, name] = await Promise.all([
    openPersonField(room.ring, row, 'email', row.emailSealed),
    openPersonField(room.ring, row, 'name', row.nameSealed),
  ])
  if (address === null || name === null) return forgotten(row.id)
  return { userName: address, displayName: name, emails: [{ value: address, type: 'work', primary: true }] }
}

const forgotten = (id: string): JsonObject => ({ userName: `forgotten-${id}` })

export interface OpenedUser {
  row: UserRow
  profile: JsonObject
}

/** Users as JSON, with the groups they are in. */
export async function usersJson(room: Room, tx: Tx, rows: readonly UserRow[], base: string): Promise<Json[]> {
  const [groups, profiles] = [
    await groupsOf(
      tx,
      rows.map(({ id }) => id),
    ),
    await Promise.all(rows.map((row) => profileOf(room, row))),
  ]
  return rows.map((row, index) => {
    const json = userJson({ ...row, active: row.status === 'ACTIVE', profile: profiles[index]! }, base)
    const own = groups.filter(({ personId }) => personId === row.id)
    if (own.length === 0) return json
    const { meta, ...rest } = json
    const listed = own.map(({ id, displayName }) => ({ value: id, $ref: `${base}/Groups/${id}`, display: displayName }))
    return { ...rest, groups: listed, meta }
  })
}

/** A user as a PATCH sees it: without what no client writes. */
export function patchable(json: Json): Json {
  const { groups: _groups, id: _id, ...rest } = json
  const extension = rest[enterpriseUrn]
  if (isObject(extension) && isObject(extension['manager'])) {
    return { ...rest, [enterpriseUrn]: { ...extension, manager: { value: extension['manager']['value'] } } }
  }
  return rest
}
