/**
 * The only SQL that writes events: one statement a batch, for the rows and for
 * the totals they raise.
 *
 * INVARIANT (totals equal a recount): a row counts when it was inserted by this
 * very statement, so a duplicate never does.
 */
import type { Tx } from '../room.ts'
import type { VerifyingKey } from './signature.ts'
import { readVerifyingKey } from './signature.ts'
import type { CheckedEvent } from './checkEvent.ts'

/** What ingestion needs to know of an agent in sight. */
export interface KnownAgent {
  id: string
  ownerKnown: boolean
  /** Its team, then that team's ancestors: stamped on what is reported now. */
  unitPath: string[]
  verifyingKey: VerifyingKey | null
}

/** The agents among `ids` that the caller sees. One statement. */
export async function findAgents(tx: Tx, ids: readonly string[]): Promise<Map<string, KnownAgent>> {
  const rows = await tx.query<{ id: string; owner: string | null; path: string[] | null; key: string | null }>(
    `WITH agents AS MATERIALIZED (
       SELECT a.id, a.owner_id AS owner, a.team_id, k.public_key AS key
         FROM identity.published_agent a
         LEFT JOIN identity.published_agent_key k ON k.tenant_id = a.tenant_id AND k.agent_id = a.id
        WHERE a.tenant_id = (SELECT muster.tenant()) AND a.id = ANY ($1::uuid[]))
     SELECT a.id, a.owner, a.key, p.path FROM agents a
       LEFT JOIN workforce.unit_paths(ARRAY(SELECT DISTINCT team_id FROM agents)) AS p ON p.unit_id = a.team_id`,
    [ids],
  )
  return new Map(
    rows.map(({ id, owner, path, key }) => [
      id,
      {
        id,
        ownerKnown: owner !== null,
        unitPath: path ?? [],
        verifyingKey: key === null ? null : readVerifyingKey(key),
      },
    ]),
  )
}

/** The tenant's scoring profile as it is stored. */
export async function findProfile(tx: Tx): Promise<unknown> {
  const [row] = await tx.query<{ profile: unknown }>(
    'SELECT scoring_profile AS profile FROM identity.published_tenant WHERE tenant_id = (SELECT muster.tenant())',
  )
  return row?.profile ?? null
}

/** An event ready to be stored. */
export interface SealedEvent extends CheckedEvent {
  id: string
  signatureValid: boolean | null
  /** `{payload, salt}` under the agent's data key. */
  sealed: Buffer
  unitPath: readonly string[]
  /** Its leaf in the batch's tree. */
  leafHash: Uint8Array
}

/**
 * Stores what is new among `events` and raises the totals; answers the ids that
 * were stored. Rows go in by (agent, event id) and totals by their key, so that
 * two batches never wait for each other in a circle.
 */
export async function storeEvents(
  tx: Tx,
  events: readonly SealedEvent[],
  receiptId: string,
  nowMs: number,
): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>(
    `WITH inserted AS (
       INSERT INTO scoring.event (tenant_id, agent_id, event_id, id, source_type, event_type, occurred_at, ingested_at, signature_valid, severity,
           payload_sealed, unit_path, receipt_id)
       SELECT muster.tenant(), e.agent, e.event, e.id, e.source, e.type, e.at, $11::timestamptz, e.valid, e.severity, e.sealed,
              string_to_array(e.path, ',')::uuid[], $12::uuid
         FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[], $7::boolean[], $8::text[], $9::bytea[], $10::text[])
              AS e (agent, event, id, source, type, at, valid, severity, sealed, path)
        ORDER BY e.agent, e.event
       ON CONFLICT (tenant_id, agent_id, event_id) DO NOTHING
       RETURNING id, agent_id, event_type, severity, source_type, coalesce(signature_valid, false) AS signed, (occurred_at AT TIME ZONE 'UTC')::date AS day),
     raised AS (
       INSERT INTO scoring.tally AS t (tenant_id, agent_id, event_type, severity, source_type, signed, day, count, last_event, last_receipt)
       SELECT muster.tenant(), i.agent_id, i.event_type, i.severity, i.source_type, i.signed, i.day, count(*),
              (array_agg(i.id ORDER BY i.id DESC))[1], $12::uuid
         FROM inserted i
        GROUP BY i.agent_id, i.event_type, i.severity, i.source_type, i.signed, i.day
        ORDER BY i.agent_id, i.event_type, i.severity, i.source_type, i.signed, i.day
       ON CONFLICT (tenant_id, agent_id, event_type, severity, source_type, signed, day) DO UPDATE SET
         count = t.count + excluded.count,
         last_receipt = CASE WHEN excluded.last_event > t.last_event THEN excluded.last_receipt ELSE t.last_receipt END,
         last_event = greatest(t.last_event, excluded.last_event))
     SELECT id FROM inserted`,
    [
      events.map(({ agentId }) => agentId),
      events.map(({ eventId }) => eventId),
      events.map(({ id }) => id),
      events.map(({ source }) => source),
      events.map(({ type }) => type),
      events.map(({ occurredAt }) => occurredAt.toISOString()),
      events.map(({ signatureValid }) => signatureValid),
      events.map(({ severity }) => severity),
      events.map(({ sealed }) => sealed),
      events.map(({ unitPath }) => unitPath.join(',')),
      new Date(nowMs).toISOString(),
      receiptId,
    ],
  )
  return new Set(rows.map(({ id }) => id))
}
