/**
 * Closing an incident: with a reason, and its open findings with it.
 *
 * INVARIANT (lock order): the incident, its findings by id, the ledger's head.
 * A finding that joins at the same time waits for the incident's row and then
 * finds it closed: it opens the next one.
 */
import { appendReceipts, withRequest, type Recorded } from '@muster/db'
import { isUuid, Refusal, type Claims } from '@muster/kernel'
import { z } from 'zod'
import { parseInput } from '../actions/input.ts'
import { findingColumns, findingJoins, type FindingRow } from '../findings/findingRow.ts'
import { closing } from '../findings/input.ts'
import { sealNotes } from '../findings/sealedNotes.ts'
import { settleLocked } from '../findings/settle.ts'
import type { GuardRoom } from '../room.ts'
import { incidentsById, type IncidentRow } from './incidentRow.ts'

const shape = z.object({ incidentId: z.string(), ...closing })

export interface IncidentClosed {
  incident: IncidentRow
  receipt: Recorded
}

export async function closeIncident(room: GuardRoom, claims: Claims, input: unknown): Promise<IncidentClosed> {
  const { incidentId: id, reason, note } = parseInput(shape, input)
  const unknown = new Refusal('UNKNOWN_INCIDENT', 'no such incident')
  if (!isUuid(id)) throw unknown
  return withRequest(room.guard, async (tx) => {
    const [held] = await tx.query<{ id: string; status: string; agent_id: string | null }>(
      'SELECT id, status, agent_id FROM guard.incident WHERE id = $1 FOR UPDATE',
      [id],
    )
    if (held === undefined) throw unknown
    if (held.status === 'CLOSED') throw new Refusal('ALREADY_CLOSED', 'this incident is closed')
    const findings = await tx.query<FindingRow>(
      `SELECT ${findingColumns} FROM ${findingJoins} WHERE f.incident_id = $1 AND f.status <> 'CLOSED' ORDER BY f.id FOR UPDATE OF f`,
      [held.id],
    )
    const settled = await settleLocked(room, tx, claims, findings, { act: 'close', reason, note: null })
    const { commitments, sealed } = await sealNotes(
      room,
      claims.tenant_id,
      held.agent_id,
      note === null ? {} : { note },
    )
    await tx.query(
      `UPDATE guard.incident SET status = 'CLOSED', closed_at = muster.now(), closed_by = $2, close_reason = $3, version = version + 1 WHERE id = $1`,
      [held.id, claims.sub, reason],
    )
    const incident = (await incidentsById(tx, [held.id])).get(held.id)
    const receipts = await appendReceipts(tx.query, [
      ...settled,
      {
        type: 'incident.closed',
        subject: { type: 'incident', id: held.id },
        agentId: held.agent_id,
        data: { findings: findings.length, reason, ...commitments },
        sealed,
      },
    ])
    return { incident: incident!, receipt: receipts.at(-1)! }
  })
}
