/**
 * Raising a finding: opened once, counted while it is open.
 *
 * A first sighting is receipted in the same commit, and so is the incident that
 * a finding of severity high or critical opens or joins.
 */
import { appendReceipts, withRequest, type NewReceipt, type Recorded, type Tx } from '@muster/db'
import { newId } from '@muster/kernel'
import type { GuardRoom } from '../room.ts'
import type { DetectionRule } from './rules.ts'

/** Evidence kept on one finding: the first ones show how it began, the count tells the rest. */
const evidenceMax = 50

export interface Sighting {
  rule: DetectionRule
  agentId: string
  /** What two sightings of one rule and agent share to be one finding. */
  about: string
  evidence: readonly Recorded[]
}

export async function sight(room: GuardRoom, { rule, agentId, about, evidence }: Sighting): Promise<void> {
  await withRequest(room.guard, async (tx) => {
    const id = newId(room.clock.nowMs())
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
        agentId,
        rule.id,
        rule.severity,
        about === '' ? `${rule.id}/${agentId}` : `${rule.id}/${agentId}/${about}`,
        rule.summary,
        JSON.stringify(evidence),
        evidenceMax,
      ],
    )
    if (row?.id !== id) return
    const joined = await joinIncident(tx, room, id, agentId, rule)
    await appendReceipts(tx.query, [
      {
        type: 'finding.opened',
        subject: { type: 'finding', id },
        agentId,
        data: { evidence: evidence[0]?.id ?? null, rule: rule.version, severity: rule.severity, type: rule.id },
      },
      ...joined,
    ])
  })
}

/** Puts the finding into its agent's open incident or opens one; answers the receipt of it. */
async function joinIncident(
  tx: Tx,
  room: GuardRoom,
  finding: string,
  agentId: string,
  { severity }: DetectionRule,
): Promise<NewReceipt[]> {
  const [joined] = await tx.query<{ incident: string; opened: boolean }>(
    'SELECT incident, opened FROM guard.join_incident($1, $2)',
    [finding, newId(room.clock.nowMs())],
  )
  if (joined === undefined) return []
  return [
    {
      type: joined.opened ? 'incident.opened' : 'incident.finding_added',
      subject: { type: 'incident', id: joined.incident },
      agentId,
      data: { finding, severity },
    },
  ]
}
