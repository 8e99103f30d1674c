/**
 * What happened to a finding or an incident and to its agent, told by receipts.
 *
 * Pure: receipts in, lines out, in the ledger's order. A line is one receipt,
 * except that sightings which follow one another closely are one line with
 * their number. INVARIANT (nothing without a receipt): each line names the one
 * it was read from.
 */

/** A receipt as it is read for a timeline. */
export interface CaseReceipt {
  id: string
  seq: string
  type: string
  subject_id: string
  agent_id: string | null
  occurred_at: Date
  body: Buffer
  sealed: Buffer | null
}

export const timelineEvents = {
  'finding.opened': 'FINDING_OPENED',
  'finding.acknowledged': 'FINDING_ACKNOWLEDGED',
  'finding.assigned': 'FINDING_ASSIGNED',
  'finding.tagged': 'FINDING_TAGGED',
  'finding.closed': 'FINDING_CLOSED',
  'incident.opened': 'INCIDENT_OPENED',
  'incident.finding_added': 'FINDING_ADDED',
  'incident.closed': 'INCIDENT_CLOSED',
  'agent.frozen': 'AGENT_FROZEN',
  'agent.quarantined': 'AGENT_QUARANTINED',
  'agent.revoked': 'AGENT_REVOKED',
  'agent.restricted': 'AGENT_RESTRICTED',
  'agent.reinstated': 'AGENT_REINSTATED',
} as const
export type TimelineEvent = (typeof timelineEvents)[keyof typeof timelineEvents] | 'SEEN'

export interface TimelineLine {
  event: TimelineEvent
  at: Date
  /** The last of several sightings; the same as `at` elsewhere. */
  until: Date
  times: number
  actor: { kind: string; id: string; agent: string | null }
  findingId: string | null
  assigneeId: string | null
  closeReason: string | null
  sealed: Buffer | null
  receipt: { id: string; seq: string }
}

interface Body {
  actor: { kind: string; id: string; agent: string | null }
  data: Record<string, unknown>
}

/** Sightings no further apart than this are told in one line. */
const sightingsApartMs = 10 * 60_000

/**
 * @param receipts in the ledger's order. @param sightings which finding a receipt is evidence of, by its sequence number.
 */
export function timelineOf(receipts: readonly CaseReceipt[], sightings: ReadonlyMap<string, string>): TimelineLine[] {
  const lines: TimelineLine[] = []
  for (const receipt of receipts) {
    const line = lineOf(receipt, sightings.get(receipt.seq) ?? null)
    if (line === null) continue
    const last = lines.at(-1)
    const continues =
      last?.event === 'SEEN' &&
      line.event === 'SEEN' &&
      last.findingId === line.findingId &&
      line.at.getTime() - last.until.getTime() <= sightingsApartMs
    if (continues) {
      last.times += 1
      last.until = line.at
    } else lines.push(line)
  }
  return lines
}

function lineOf(receipt: CaseReceipt, evidenceOf: string | null): TimelineLine | null {
  const event = evidenceOf === null ? (timelineEvents as Partial<Record<string, TimelineEvent>>)[receipt.type] : 'SEEN'
  if (event === undefined) return null
  const { actor, data } = JSON.parse(receipt.body.toString('utf8')) as Body
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)
  return {
    event,
    at: receipt.occurred_at,
    until: receipt.occurred_at,
    times: 1,
    actor,
    findingId: evidenceOf ?? (receipt.type.startsWith('finding.') ? receipt.subject_id : text(data['finding'])),
    assigneeId: event === 'FINDING_ASSIGNED' ? text(data['assignee']) : null,
    closeReason: event === 'FINDING_CLOSED' || event === 'INCIDENT_CLOSED' ? text(data['reason']) : null,
    sealed: receipt.sealed,
    receipt: { id: receipt.id, seq: receipt.seq },
  }
}
