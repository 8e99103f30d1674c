/**
 * Is this the person's password?
 *
 * The scope acts as the person (`sub`), because the database shows a hash to
 * nobody else. No such account, no password, gone, garbled: one argon2id
 * verification all the same, and the same answer.
 */
import type { Account } from '../identity.ts'
import { isPossiblePassword } from '../passwords/acceptable.ts'
import type { Room } from '../room.ts'
import { ownPasswordHash, replacePassword } from './store.ts'

/** @param account what the door found for the address, or null; with one, the scope's `sub` is that person. */
export async function verifyPassword(room: Room, account: Account | null, password: string): Promise<boolean> {
  const stored = account === null ? null : await room.database.run((tx) => ownPasswordHash(tx, account.personId))
  const possible = isPossiblePassword(password)
  const matches = await room.passwords.verify(possible ? stored : null, possible ? password : '')
  if (matches && account !== null && stored !== null && room.passwords.isOutdated(stored)) {
    // Made with former parameters; this is the one moment the password is at hand to do better.
    const renewed = await room.passwords.hash(password)
    await room.database.run((tx) => replacePassword(tx, account.personId, renewed, false))
  }
  return matches
}
