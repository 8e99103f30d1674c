/**
 * Sessions of signed-in people: opened with a random token that is shown once,
 * closed for good, each with its receipt.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, newId } from '@muster/kernel'
import { hashToken, randomToken } from '@muster/keys'
import { caller } from '../caller.ts'
import type { LoginMethod, OpenedSession, SignInRefusal, SsoOrigin } from '../identity.ts'
import type { Room } from '../room.ts'
import { breakGlassReceipts, refusalOnRecord } from '../sso/enforcement.ts'
import { insertSsoSession } from '../sso/store.ts'
import { notActive, unknownSession } from './errors.ts'
import { sessionClosedReceipt, sessionOpenedReceipt, sessionRefusedReceipt } from './receipts.ts'
import { closeSessionRow, insertSession, isActivePerson, openSessionsOf, type SessionRow } from './store.ts'

/** A working day and its overtime; there is no sliding renewal to keep a stolen cookie alive. */
export const sessionTtlMs = 12 * 3600 * 1000
const tokenBytes = 32

/** Opens a session of the scope's own person. Throws `NOT_ACTIVE` for anybody else, or one who left. */
export async function openSession(
  room: Room,
  input: { personId: string; loginMethod: LoginMethod; sso?: SsoOrigin | null | undefined },
): Promise<OpenedSession> {
  const claims = caller()
  if (claims.sub !== input.personId) throw notActive()
  const nowMs = room.clock.nowMs()
  const sessionId = newId(nowMs)
  const token = randomToken(tokenBytes)
  const expiresAt = new Date(nowMs + sessionTtlMs)
  await room.database.run(async (tx) => {
    if (!(await isActivePerson(tx, input.personId))) throw notActive()
    const session = { id: sessionId, personId: input.personId, loginMethod: input.loginMethod, expiresAt }
    await insertSession(tx, { ...session, tenantId: claims.tenant_id, tokenHash: hashToken(token) })
    const { sso } = input
    if (sso !== undefined && sso !== null) {
      await insertSsoSession(tx, { ...sso, tenantId: claims.tenant_id, sessionId, personId: input.personId })
    }
    const alarm = await breakGlassReceipts(room, tx, session)
    await appendReceipts(rawQuery(tx), [sessionOpenedReceipt(session), ...alarm])
  })
  return { sessionId, token, expiresAt }
}

/** Closes a session in sight. Throws `UNKNOWN_SESSION` when none was open. */
export async function closeSession(room: Room, sessionId: string): Promise<Recorded> {
  if (!isUuid(sessionId)) throw unknownSession()
  const claims = caller()
  return room.database.run(async (tx) => {
    const personId = await closeSessionRow(tx, sessionId)
    if (personId === null) throw unknownSession()
    const because = personId === claims.sub ? 'SIGNED_OUT' : 'CLOSED_BY_ADMIN'
    const [receipt] = await appendReceipts(rawQuery(tx), [sessionClosedReceipt(sessionId, personId, because)])
    return receipt as Recorded
  })
}

/** The caller's own open sessions, newest first. */
export async function ownSessions(room: Room): Promise<SessionRow[]> {
  const claims = caller()
  if (claims.kind !== 'person') return []
  return room.database.run((tx) => openSessionsOf(tx, claims.sub, new Date(room.clock.nowMs())))
}

/** Records that a sign-in of the scope's person was refused. */
export async function recordRefusedSignIn(
  room: Room,
  input: { personId: string; loginMethod: LoginMethod; reason: SignInRefusal },
): Promise<void> {
  await room.database.run(async (tx) => {
    const reason = await refusalOnRecord(tx, input.personId, input.reason)
    await appendReceipts(rawQuery(tx), [sessionRefusedReceipt(input.personId, input.loginMethod, reason)])
  })
}
