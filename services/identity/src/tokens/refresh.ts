/**
 * Refresh tokens: each is used once and answered with its successor, until the
 * session or credential they hang on ends.
 *
 * INVARIANT (reuse ends the family): a token that comes a second time is in two
 * hands. Which of them is honest cannot be told, so the session or credential
 * closes, and every access and refresh token of it with it, in the commit that
 * notices. There is no grace: a client that lost an answer signs in again.
 *
 * The scope is the door's own (kind `service`); the database lets nobody else
 * near these rows.
 */
import { appendReceipts, rawQuery, type NewReceipt } from '@muster/db'
import { isUuid, newId } from '@muster/kernel'
import { mintRowToken, readRowToken, refreshTokenPrefix } from '@muster/keys'
import { keyRevokedReceipt } from '../apiKeys/receipts.ts'
import { deactivateKeys, holdKey } from '../apiKeys/store.ts'
import { caller } from '../caller.ts'
import type { Tx } from '../database.ts'
import type { Room } from '../room.ts'
import { sessionClosedReceipt } from '../signIn/receipts.ts'
import { closeSessionRow } from '../signIn/store.ts'
import { widerThanGranted } from './errors.ts'
import { familyOpenedReceipt, givenBackReceipt, refreshedReceipt, reuseReceipt, type Family } from './receipts.ts'
import { familyEnds, holdRefreshToken, insertRefreshToken, noteGivenBack, spendRefreshToken } from './store.ts'

/** Unused for longer than this, a refresh token ends, whatever its family would still allow. */
const idleMaxMs = 7 * 24 * 3600 * 1000

export interface RefreshGrant {
  family: Family
  scope: readonly string[]
  /** Shown once. */
  refreshToken: string
}

/** Opens a family on a session or credential that stands; null when it does not. */
export async function openTokenFamily(
  room: Room,
  family: Family,
  scope: readonly string[],
): Promise<RefreshGrant | null> {
  return room.database.run(async (tx) => {
    const opened = await openFamilyIn(tx, room, family, scope)
    if (opened === null) return null
    await appendReceipts(rawQuery(tx), [opened.receipt])
    return opened.grant
  })
}

/** The same, inside an act of its own whose receipts come last. */
export async function openFamilyIn(
  tx: Tx,
  room: Room,
  family: Family,
  scope: readonly string[],
): Promise<{ grant: RefreshGrant; receipt: NewReceipt } | null> {
  const ends = await familyEnds(tx, family, new Date(room.clock.nowMs() + 1))
  if (ends === null) return null
  const { id, token } = await issue(tx, room, family, scope, ends.endsAt)
  return { grant: { family, scope, refreshToken: token }, receipt: familyOpenedReceipt(family, id, scope) }
}

async function issue(
  tx: Tx,
  room: Room,
  family: Family,
  scope: readonly string[],
  endsAt: Date | null,
): Promise<{ id: string; token: string }> {
  const nowMs = room.clock.nowMs()
  const tenantId = caller().tenant_id
  const id = newId(nowMs)
  const { token, hash } = mintRowToken(refreshTokenPrefix, tenantId, id)
  const expiresAt = new Date(Math.min(nowMs + idleMaxMs, endsAt?.getTime() ?? Infinity))
  await insertRefreshToken(tx, { tenantId, id, familyId: family.id, basis: family.basis, hash, scope, expiresAt })
  return { id, token: token.reveal() }
}

/**
 * Spends a token and gives its successor; null for one that does not hold, whatever the reason.
 * Refuses INVALID_SCOPE, and leaves the token unspent, when more is wanted than was granted.
 */
export async function refreshTokens(
  room: Room,
  token: string,
  wanted: readonly string[] | null,
): Promise<RefreshGrant | null> {
  const named = readRowToken(refreshTokenPrefix, token)
  if (named === null || named.tenantId !== caller().tenant_id) return null
  return room.database.run(async (tx) => {
    const held = await holdRefreshToken(tx, named.rowId, token)
    if (held === null) return null
    const family = { id: held.familyId, basis: held.basis }
    if (held.usedAt !== null) {
      const ended = await endFamily(tx, family, 'REFRESH_REUSED')
      // Recorded once: whoever sends it again to a family that has ended adds nothing to the ledger.
      if (ended.length > 0) await appendReceipts(rawQuery(tx), [reuseReceipt(family, held.id), ...ended])
      return null
    }
    const ends = await familyEnds(tx, family, held.issuedAt)
    if (ends === null || held.expiresAt.getTime() <= room.clock.nowMs()) return null
    if (wanted?.some((capability) => !held.scope.includes(capability)) === true) throw widerThanGranted()
    await spendRefreshToken(tx, held.id)
    const { id, token: successor } = await issue(tx, room, family, held.scope, ends.endsAt)
    await appendReceipts(rawQuery(tx), [refreshedReceipt(family, id, held.id)])
    return { family, scope: held.scope, refreshToken: successor }
  })
}

/** RFC 7009: whoever gives a refresh token back ends its family. False when there was nothing to end. */
export async function giveBackRefreshToken(room: Room, token: string): Promise<boolean> {
  const named = readRowToken(refreshTokenPrefix, token)
  if (named === null || named.tenantId !== caller().tenant_id) return false
  return room.database.run(async (tx) => {
    const held = await holdRefreshToken(tx, named.rowId, token)
    if (held === null) return false
    const receipts = await endFamily(tx, { id: held.familyId, basis: held.basis }, 'GIVEN_BACK')
    if (receipts.length > 0) await appendReceipts(rawQuery(tx), receipts)
    return receipts.length > 0
  })
}

/** RFC 7009: one access token, verified by the gateway, holds no longer. False when it was given back before. */
export async function giveBackAccessToken(
  room: Room,
  token: { id: string; expiresAt: Date; family: Family },
): Promise<boolean> {
  if (!isUuid(token.id)) return false
  return room.database.run(async (tx) => {
    if (!(await noteGivenBack(tx, caller().tenant_id, token.id, token.expiresAt))) return false
    await appendReceipts(rawQuery(tx), [givenBackReceipt(token.id, token.family)])
    return true
  })
}

/** Closes what a family hangs on; the receipts of it, none when it was closed before. */
async function endFamily(tx: Tx, family: Family, because: 'REFRESH_REUSED' | 'GIVEN_BACK'): Promise<NewReceipt[]> {
  if (family.basis === 'session') {
    const personId = await closeSessionRow(tx, family.id)
    return personId === null ? [] : [sessionClosedReceipt(family.id, personId, because)]
  }
  const key = await holdKey(tx, family.id)
  if (key === null || !key.isActive) return []
  await deactivateKeys(tx, [key.id])
  return [keyRevokedReceipt(key, { data: { because } })]
}
