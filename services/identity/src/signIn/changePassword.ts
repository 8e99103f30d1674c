/**
 * One's own password, changed with the old one at hand. Every other session
 * closes in the same commit: whoever knew the old password is out.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { z } from 'zod'
import { caller } from '../caller.ts'
import { parseInput } from '../input.ts'
import { checkPassword } from '../passwords/acceptable.ts'
import type { Room } from '../room.ts'
import { notAPerson, wrongPassword } from './errors.ts'
import { sessionClosedReceipt } from './receipts.ts'
import { closeSessionsOf, replacePassword } from './store.ts'
import { verifyPassword } from './verifyPassword.ts'

const changePasswordInput = z.object({ currentPassword: z.string(), newPassword: z.string() })

/** Throws `NOT_A_PERSON`, `WRONG_PASSWORD` or `WEAK_PASSWORD`. */
export async function changePassword(
  room: Room,
  input: unknown,
): Promise<{ closedSessions: number; receipt: Recorded }> {
  const claims = caller()
  if (claims.kind !== 'person') throw notAPerson()
  const given = parseInput(changePasswordInput, input)
  checkPassword(given.newPassword)
  const account = { tenantId: claims.tenant_id, personId: claims.sub }
  if (!(await verifyPassword(room, account, given.currentPassword))) throw wrongPassword()
  const hash = await room.passwords.hash(given.newPassword)
  return room.database.run(async (tx) => {
    await replacePassword(tx, claims.sub, hash, true)
    const closed = await closeSessionsOf(tx, claims.sub, claims.cred)
    const receipts = await appendReceipts(rawQuery(tx), [
      {
        type: 'person.password_changed',
        subject: { type: 'person', id: claims.sub },
        data: { closedSessions: closed.length },
      },
      ...closed.map((id) => sessionClosedReceipt(id, claims.sub, 'PASSWORD_CHANGED')),
    ])
    return { closedSessions: closed.length, receipt: receipts[0] as Recorded }
  })
}
