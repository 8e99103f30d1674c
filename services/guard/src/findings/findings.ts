/**
 * Findings: what a person should look at, deduplicated while open.
 */
import { appendReceipts, withRequest, type Recorded, type Tx } from '@muster/db'
import { isUuid, newId, Refusal, type Claims } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { z } from 'zod'
import { parseInput } from '../actions/input.ts'
import type { GuardRoom } from '../room.ts'

export interface FindingRow {
  id: string
  agent_id: string | null
  finding_type: string
  severity: string
  status: 'OPEN' | 'ACKNOWLEDGED' | 'CLOSED'
  summary: string
  count: number
  evidence: Recorded[]
  first_seen: Date
  last_seen: Date
  close_reason: string | null
}
const columns =
  'id, agent_id, finding_type, severity, status, summary, count, evidence, first_seen, last_seen, close_reason'

const acknowledgeShape = z.object({ findingId: z.string() })
const closeShape = z.object({
  findingId: z.string(),
  reason: z.enum(['RESOLVED', 'FALSE_POSITIVE', 'ACCEPTED_RISK', 'DUPLICATE']),
})

/** Evidence kept on one finding: the first ones show how it began, the count tells the rest. */
const evidenceMax = 50

export interface Sighting {
  type: string
  severity: 'info' | 'low' | 'medium' | 'high' | 'critical'
  /** Fixed words about the kind of thing seen; never anything an agent wrote. */
  summary: string
  agentId: string
  /** What makes two sightings one finding. */
  dedupeKey: string
  evidence: Recorded | null
}

/** Opens a finding, or counts one more sighting of an open one. A first sighting is receipted in the same commit. */
export async function sight(room: GuardRoom, sighting: Sighting): Promise<void> {
  await withRequest(room.guard, async (tx) => {
    const id = newId(room.clock.nowMs())
    const evidence = sighting.evidence === null ? '[]' : JSON.stringify([sighting.evidence])
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO guard.finding AS f (tenant_id, id, agent_id, finding_type, severity, dedupe_key, summary, evidence, unit_path)
       SELECT muster.tenant(), $1, $2, $3, $4, $5, $6, $7::jsonb, coalesce(u.path, '{}')
         FROM identity.published_agent a LEFT JOIN workforce.published_unit u ON u.id = a.team_id WHERE a.id = $2
       ON CONFLICT (tenant_id, dedupe_key) WHERE status <> 'CLOSED'
       DO UPDATE SET count = f.count + 1, last_seen = muster.now(), version = f.version + 1,
         evidence = CASE WHEN jsonb_array_length(f.evidence) < $8 THEN f.evidence || excluded.evidence ELSE f.evidence END
       RETURNING f.id`,
      [
        id,
        sighting.agentId,
        sighting.type,
        sighting.severity,
        sighting.dedupeKey,
        sighting.summary,
        evidence,
        evidenceMax,
      ],
    )
    if (row?.id !== id) return
    await appendReceipts(tx.query, [
      {
        type: 'finding.opened',
        subject: { type: 'finding', id },
        agentId: sighting.agentId,
        data: { evidence: sighting.evidence?.id ?? null, severity: sighting.severity, type: sighting.type },
      },
    ])
  })
}

async function lock(tx: Tx, id: string): Promise<FindingRow> {
  const unknown = new Refusal('UNKNOWN_FINDING', 'no such finding')
  if (!isUuid(id)) throw unknown
  const [row] = await tx.query<FindingRow>(`SELECT ${columns} FROM guard.finding WHERE id = $1 FOR UPDATE`, [id])
  if (row === undefined) throw unknown
  return row
}

async function settle(
  room: GuardRoom,
  claims: Claims,
  id: string,
  to: 'ACKNOWLEDGED' | 'CLOSED',
  reason: string | null,
): Promise<{ finding: FindingRow; receipt: Recorded }> {
  return withRequest(room.guard, async (tx) => {
    const row = await lock(tx, id)
    if (row.status === 'CLOSED') throw new Refusal('ALREADY_CLOSED', 'this finding is closed')
    if (row.status === to) throw new Refusal('ALREADY_ACKNOWLEDGED', 'this finding has been taken on')
    const [updated] = await tx.query<FindingRow>(
      `UPDATE guard.finding SET status = $2, settled_by = $3, close_reason = $4, version = version + 1 WHERE id = $1 RETURNING ${columns}`,
      [id, to, claims.sub, reason],
    )
    const [receipt] = await appendReceipts(tx.query, [
      {
        type: to === 'CLOSED' ? 'finding.closed' : 'finding.acknowledged',
        subject: { type: 'finding', id },
        agentId: row.agent_id,
        data: { reason },
      },
    ])
    return { finding: updated!, receipt: receipt! }
  })
}

export function acknowledgeFinding(room: GuardRoom, claims: Claims, input: unknown) {
  return settle(room, claims, parseInput(acknowledgeShape, input).findingId, 'ACKNOWLEDGED', null)
}

export function closeFinding(room: GuardRoom, claims: Claims, input: unknown) {
  const { findingId, reason } = parseInput(closeShape, input)
  return settle(room, claims, findingId, 'CLOSED', reason)
}

export async function findingById(room: GuardRoom, id: string): Promise<FindingRow | null> {
  if (!isUuid(id)) return null
  const [row] = await withRequest(room.guard, (tx) =>
    tx.query<FindingRow>(`SELECT ${columns} FROM guard.finding WHERE id = $1`, [id]),
  )
  return row ?? null
}

export interface FindingQuery {
  first?: number | null
  after?: string | null
  filter?: { status?: string | null; agentId?: string | null } | null
}

export async function listFindings(room: GuardRoom, query: FindingQuery): Promise<Page<FindingRow>> {
  const size = pageSize(query.first, 200)
  const after = decodeCursor(query.after, 2)
  const agent = query.filter?.agentId ?? null
  if (agent !== null && !isUuid(agent))
    return pageOf<FindingRow, FindingRow>(
      [],
      size,
      (row) => row,
      () => [],
    )
  const rows = await withRequest(room.guard, (tx) =>
    tx.query<FindingRow>(
      `SELECT ${columns} FROM guard.finding
        WHERE ($1::text IS NULL OR status = $1) AND ($2::uuid IS NULL OR agent_id = $2)
          AND ($3::timestamptz IS NULL OR (last_seen, id) < ($3, $4::uuid))
        ORDER BY last_seen DESC, id DESC LIMIT $5`,
      [query.filter?.status ?? null, agent, after?.[0] ?? null, after?.[1] ?? null, size + 1],
    ),
  )
  return pageOf(
    rows,
    size,
    (row) => row,
    (row) => [row.last_seen.toISOString(), row.id],
  )
}
