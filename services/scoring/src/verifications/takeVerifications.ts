/**
 * A timer's work: what identity has verified becomes evidence, as the system's
 * own report. Scoring reads identity's published view; no service calls another.
 *
 * INVARIANT (once each): the event's id is the verification's, so whoever takes
 * it a second time, or at the same time, adds nothing.
 */
import type { Claims } from '@muster/kernel'
import { ingestEvents } from '../events/ingestEvents.ts'
import type { EventType } from '../events/vocabulary.ts'
import type { Room } from '../room.ts'

/** So many a run: the rest is the next run's. */
const verificationsARun = 200

const evidenceOf: Readonly<Record<string, EventType>> = {
  domain_proof: 'identity.domain_verified',
  key_proof: 'identity.key_verified',
}

/** In the current request's tenant; answers how many verifications were taken. */
export async function takeVerifications(room: Room, claims: Claims): Promise<number> {
  const fresh = await room.run((tx) =>
    tx.query<{ id: string; agentId: string; type: string; at: Date; receiptId: string }>(
      `SELECT v.id, v.agent_id AS "agentId", v.artifact_type AS type, v.settled_at AS at, v.receipt_id AS "receiptId"
         FROM identity.published_verification v
        WHERE v.tenant_id = (SELECT muster.tenant())
          AND NOT EXISTS (SELECT FROM scoring.event e
                           WHERE e.tenant_id = v.tenant_id AND e.agent_id = v.agent_id
                             AND e.event_id = 'verification/' || v.id)
        ORDER BY v.settled_at LIMIT ${verificationsARun}`,
    ),
  )
  if (fresh.length === 0) return 0
  const { accepted } = await ingestEvents(
    room,
    claims,
    fresh.map(({ id, agentId, type, at, receiptId }) => ({
      eventId: `verification/${id}`,
      agentId,
      sourceType: 'SYSTEM',
      eventType: evidenceOf[type]!,
      occurredAt: at.toISOString(),
      payload: { receipt: receiptId, verification: id },
    })),
  )
  return accepted
}
