/**
 * Ending the tokens of others: of a person, of a key, of the whole tenant.
 *
 * Sessions close and a line is drawn under what was issued; every replica of
 * the gateway asks again within a second. Keys go on: they are ended by
 * `revokeApiKey`.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { z } from 'zod'
import { unknownKey } from '../apiKeys/errors.ts'
import { holdKeyToEnd } from '../apiKeys/closeKeys.ts'
import type { ApiKeyRow } from '../apiKeys/store.ts'
import { authorize, authorizeAny } from '../caller.ts'
import { anyId, parseInput, reason } from '../input.ts'
import { unknownPerson } from '../people/errors.ts'
import { holdPerson } from '../people/store.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { closeSessionsOf } from '../signIn/store.ts'
import { notWholeTenant } from './errors.ts'
import { closeEverySession, drawKeyLine, drawTenantLine } from './store.ts'

const ofPerson = z.object({ personId: anyId, reason })
const ofKey = z.object({ keyId: anyId, reason })
const ofTenant = z.object({ reason })

/** Ends a person's sessions. Throws the refusals named in tokens.graphql. */
export async function revokeSessions(
  room: Room,
  input: unknown,
): Promise<{ closedSessions: number; receipt: Recorded }> {
  const claims = authorize('people:write')
  const given = parseInput(ofPerson, input)
  if (!isUuid(given.personId) || !claims.all) throw unknownPerson()
  const nowMs = room.clock.nowMs()
  return room.database.run(async (tx) => {
    const person = await holdPerson(tx, given.personId)
    if (person === null) throw unknownPerson()
    const about = { tenantId: claims.tenant_id, subject: person.id, nowMs }
    const notes = await sealNotes(room.ring, about, { reason: given.reason })
    const sessions = await closeSessionsOf(tx, person.id)
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'session.all_closed',
        subject: { type: 'person', id: person.id },
        data: { sessions, ...notes.commitments },
        sealed: notes.sealed,
      },
    ])
    return { closedSessions: sessions.length, receipt: receipt as Recorded }
  })
}

/** Ends the tokens issued on a key. Throws the refusals named in tokens.graphql. */
export async function revokeKeyTokens(room: Room, input: unknown): Promise<{ key: ApiKeyRow; receipt: Recorded }> {
  const claims = authorizeAny(['apikeys:write', 'agents:write'])
  const given = parseInput(ofKey, input)
  if (!isUuid(given.keyId)) throw unknownKey()
  const nowMs = room.clock.nowMs()
  return room.database.run(async (tx) => {
    const { key } = await holdKeyToEnd(tx, claims, given.keyId)
    const about = { tenantId: claims.tenant_id, subject: key.agentId ?? key.id, nowMs }
    const notes = await sealNotes(room.ring, about, { reason: given.reason })
    await drawKeyLine(tx, key.id)
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'api_key.tokens_revoked',
        subject: { type: 'api_key', id: key.id },
        agentId: key.agentId,
        data: { ...notes.commitments },
        sealed: notes.sealed,
      },
    ])
    return { key, receipt: receipt as Recorded }
  })
}

/** Ends every session and token of the tenant. Throws the refusals named in tokens.graphql. */
export async function signOutTenant(
  room: Room,
  input: unknown,
): Promise<{ closedSessions: number; receipt: Recorded }> {
  const claims = authorize('people:write')
  const given = parseInput(ofTenant, input)
  if (!claims.all) throw notWholeTenant()
  const nowMs = room.clock.nowMs()
  return room.database.run(async (tx) => {
    const about = { tenantId: claims.tenant_id, subject: claims.tenant_id, nowMs }
    const notes = await sealNotes(room.ring, about, { reason: given.reason })
    await drawTenantLine(tx)
    const closedSessions = await closeEverySession(tx)
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'tenant.signed_out',
        subject: { type: 'tenant', id: claims.tenant_id },
        // A count, not a list: a company has thousands open, and one act ends them all.
        data: { sessions: closedSessions, ...notes.commitments },
        sealed: notes.sealed,
      },
    ])
    return { closedSessions, receipt: receipt as Recorded }
  })
}
