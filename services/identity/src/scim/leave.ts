/**
 * A person the provider deprovisions: sessions and roles end at once, and their
 * agents go to the manager, or to nobody with a date.
 *
 * INVARIANT (accountability): after a leaver's commit every agent of theirs
 * that still works has an active owner, or a row that says when it is frozen.
 */
import { rawQuery, type NewReceipt } from '@muster/db'
import { query, type Tx } from '../database.ts'
import { endPerson } from '../people/endPerson.ts'
import type { Room } from '../room.ts'
import { orphanGraceMs } from './limits.ts'

/** Managers of managers that are asked for somebody who is still there. */
const heightMax = 16

/** Deprovisions a person whose row and whose tenant's row are held. The receipts are for the caller to append. */
export async function leave(
  room: Room,
  tx: Tx,
  held: { id: string; tenantId: string },
  reason: string,
): Promise<{ version: number; receipts: NewReceipt[] }> {
  const heir = await heirOf(tx, held.id)
  const owned = await query<{ id: string }>(
    tx,
    "SELECT a.id FROM identity.agent a WHERE a.owner_id = $1::uuid AND a.status <> 'REVOKED' ORDER BY a.id FOR UPDATE",
    [held.id],
  )
  const ids = owned.map(({ id }) => id)
  const ended = await endPerson(room, tx, held, { reason, data: { agents: ids.length, heir } })
  if (ids.length === 0) return ended
  const { receiptId } = ended
  const passed =
    heir === null ? await orphan(room, tx, held.id, ids, receiptId) : await inherit(tx, held.id, heir, ids, receiptId)
  return { version: ended.version, receipts: [...ended.receipts, ...passed] }
}

/** The nearest manager who is still with the company. */
async function heirOf(tx: Tx, personId: string): Promise<string | null> {
  const [row] = await query<{ id: string }>(
    tx,
    `WITH RECURSIVE up AS (
       SELECT s.manager_id AS id, 1 AS height FROM identity.scim_person s WHERE s.person_id = $1::uuid
       UNION ALL
       SELECT s.manager_id, up.height + 1 FROM up JOIN identity.scim_person s ON s.person_id = up.id WHERE up.height < $2::int)
     SELECT p.id FROM up JOIN identity.person p ON p.id = up.id
      WHERE p.status = 'ACTIVE' AND p.id <> $1::uuid ORDER BY up.height LIMIT 1`,
    [personId, heightMax],
  )
  return row?.id ?? null
}

async function inherit(
  tx: Tx,
  from: string,
  to: string,
  ids: readonly string[],
  because: string,
): Promise<NewReceipt[]> {
  // Held until commit: the heir cannot leave at the same moment.
  await query(tx, 'SELECT p.id FROM identity.person p WHERE p.id = $1::uuid FOR UPDATE', [to])
  const changed = await query<{ id: string; version: number }>(
    tx,
    `UPDATE identity.agent SET owner_id = $2::uuid, updated_at = muster.now(), version = version + 1
      WHERE id = ANY ($1::uuid[]) RETURNING id, version`,
    [ids, to],
  )
  return changed.map(({ id, version }) => ({
    type: 'agent.changed',
    subject: { type: 'agent', id },
    agentId: id,
    data: { changed: ['owner'], owner: { from, to }, version, with: because },
  }))
}

async function orphan(
  room: Room,
  tx: Tx,
  owner: string,
  ids: readonly string[],
  because: string,
): Promise<NewReceipt[]> {
  const freezeAt = new Date(room.clock.nowMs() + orphanGraceMs).toISOString()
  await rawQuery(tx)(
    `INSERT INTO identity.orphaned_agent AS o (tenant_id, agent_id, owner_id, freeze_at)
     SELECT (SELECT muster.tenant()), n.id, $2::uuid, $3::timestamptz FROM unnest($1::uuid[]) AS n (id)
     ON CONFLICT DO NOTHING RETURNING o.agent_id`,
    [ids, owner, freezeAt],
  )
  return ids.map((id) => ({
    type: 'agent.orphaned',
    subject: { type: 'agent', id },
    agentId: id,
    data: { freezeAt, owner, with: because },
  }))
}
