/**
 * Reads the receipts a timeline is made of: of the case itself, of the
 * decisions that are its evidence, and of its agent's standing while it was
 * open. Only what the caller may read in the ledger is told.
 */
import { withRequest } from '@muster/db'
import type { GuardRoom } from '../room.ts'
import type { FindingRow } from '../findings/findingRow.ts'
import { timelineOf, type CaseReceipt, type TimelineLine } from './timeline.ts'

/** More is no story any more: the ledger itself has it all. */
const receiptsMax = 500

export interface Case {
  /** Findings and incidents whose own receipts belong to it. */
  subjects: readonly string[]
  findings: readonly Pick<FindingRow, 'id' | 'evidence'>[]
  agentId: string | null
  from: Date
  until: Date | null
}

const columns = 'r.id, r.seq, r.type, r.subject_id, r.agent_id, r.occurred_at, r.body, r.sealed'
const ofTenant = 'FROM ledger.published_receipt r WHERE r.tenant_id = (SELECT muster.tenant())'

export async function readTimeline(room: GuardRoom, about: Case): Promise<TimelineLine[]> {
  const sightings = new Map(about.findings.flatMap(({ id, evidence }) => evidence.map(({ seq }) => [String(seq), id])))
  const rows = await withRequest(room.guard, (tx) =>
    tx.query<CaseReceipt>(
      `SELECT * FROM (
         SELECT ${columns} ${ofTenant} AND r.subject_type IN ('finding', 'incident') AND r.subject_id = ANY ($1::text[])
         UNION ALL
         SELECT ${columns} ${ofTenant} AND r.seq = ANY ($2::bigint[])
         UNION ALL
         SELECT ${columns} ${ofTenant} AND r.agent_id = $3::uuid
            AND r.type IN ('agent.frozen', 'agent.quarantined', 'agent.revoked', 'agent.restricted', 'agent.reinstated')
            AND r.occurred_at >= $4::timestamptz AND r.occurred_at <= coalesce($5::timestamptz, 'infinity')) AS story
        ORDER BY seq LIMIT ${receiptsMax}`,
      [
        about.subjects,
        [...sightings.keys()],
        about.agentId,
        about.from.toISOString(),
        about.until?.toISOString() ?? null,
      ],
    ),
  )
  return timelineOf(rows, sightings)
}
