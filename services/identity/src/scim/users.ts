/** Reading people, and PATCH as the providers send it. */
import { isUuid } from '@muster/kernel'
import type { Room } from '../room.ts'
import { changeUser, type Change } from './changeUser.ts'
import { resourceAnswer } from './created.ts'
import type { Listed } from './lists.ts'
import { operationsOf, patched } from './patch.ts'
import { usersJson } from './profiles.ts'
import type { ScimAnswer } from './request.ts'
import { notFound } from './scimError.ts'
import { enterpriseUrn, userUrn } from './urns.ts'
import { countUsers, pageOfUsers, userAttributes, userById, type UserRow } from './usersStore.ts'

export function userList(room: Room, base: string): Listed<UserRow> {
  return {
    attributes: userAttributes,
    urns: [userUrn, enterpriseUrn],
    id: 'p.id',
    count: countUsers,
    page: pageOfUsers,
    json: (tx, rows) => usersJson(room, tx, rows, base),
  }
}

export async function readOneUser(room: Room, id: string, base: string): Promise<ScimAnswer> {
  if (!isUuid(id)) throw notFound()
  return room.database.run(async (tx) => {
    const row = await userById(tx, id)
    if (row === null) throw notFound()
    const [json] = await usersJson(room, tx, [row], base)
    return resourceAnswer(json!)
  })
}

export function patchUser(room: Room, id: string, body: unknown, change: Change): Promise<ScimAnswer> {
  const operations = operationsOf(body, userUrn, [enterpriseUrn])
  return changeUser(room, id, (now) => patched(now, operations), change)
}
