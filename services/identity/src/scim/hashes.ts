/** What people are found by: never the text, its keyed hash. */
import type { Room } from '../room.ts'
import type { User } from './user.ts'

/** Keyed hashes of what a person is found by, hexadecimal. */
export function hashesOf(room: Room, user: User): { name: string; externalId: string | null; email: string } {
  const hash = (text: string): string => room.emailIndex(text).toString('hex')
  return {
    name: hash(user.userName),
    externalId: user.externalId === null ? null : hash(user.externalId),
    email: hash(user.email),
  }
}
