/** Incidents in scope, newest first; one by its id; the findings of one. */
import { withRequest } from '@muster/db'
import { Fault, isUuid } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize } from '@muster/subgraph-kit'
import { findingColumns, findingJoins, type FindingRow } from '../findings/findingRow.ts'
import { nothing, type CountedPage } from '../findings/listFindings.ts'
import type { GuardRoom } from '../room.ts'
import { incidentColumns, incidentJoins, incidentsById, incidentStatus, type IncidentRow } from './incidentRow.ts'

export interface IncidentQuery {
  first?: number | null
  after?: string | null
  filter?: {
    status?: IncidentRow['status'] | null
    statuses?: readonly IncidentRow['status'][] | null
    orgUnit?: string | null
    agentId?: string | null
  } | null
}

const condition = `i.tenant_id = (SELECT muster.tenant())
  AND ($1::text[] IS NULL OR ${incidentStatus} = ANY ($1)) AND ($2::uuid IS NULL OR i.agent_id = $2)
  AND ($3::uuid IS NULL OR EXISTS (SELECT FROM workforce.published_unit w WHERE w.id = $3) AND (i.unit_path && ARRAY[$3]
        OR EXISTS (SELECT FROM workforce.published_unit u WHERE u.id = a.team_id AND u.path && ARRAY[$3])))`

export async function listIncidents(room: GuardRoom, query: IncidentQuery): Promise<CountedPage<IncidentRow>> {
  const size = pageSize(query.first, 200)
  // The number is given in the order of opening.
  const before = decodeCursor(query.after, 1)?.[0] ?? null
  if (before !== null && !/^\d{1,9}$/.test(before)) throw new Fault('BAD_REQUEST', 'the cursor is not one of ours')
  const { status, statuses, orgUnit, agentId } = query.filter ?? {}
  if ([orgUnit, agentId].some((id) => id !== null && id !== undefined && !isUuid(id))) return nothing
  const values = [statuses ?? (status ? [status] : null), agentId ?? null, orgUnit ?? null]
  return withRequest(room.guard, async (tx) => {
    const rows = await tx.query<IncidentRow>(
      `SELECT ${incidentColumns} FROM ${incidentJoins} WHERE ${condition} AND ($4::int IS NULL OR i.number < $4) ORDER BY i.number DESC LIMIT $5`,
      [...values, before, size + 1],
    )
    const [count] = await tx.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${incidentJoins} WHERE ${condition}`,
      values,
    )
    const page = pageOf(
      rows,
      size,
      (row) => row,
      (row) => [String(row.number)],
    )
    return { ...page, totalCount: count!.n }
  })
}

export async function incidentById(room: GuardRoom, id: string): Promise<IncidentRow | null> {
  if (!isUuid(id)) return null
  return (await withRequest(room.guard, (tx) => incidentsById(tx, [id]))).get(id.toLowerCase()) ?? null
}

/** More than one agent raises between two acts of an analyst; the findings list pages through all of them. */
export const incidentFindingsMax = 200

export function findingsOfIncident(room: GuardRoom, id: string, first: number): Promise<FindingRow[]> {
  return withRequest(room.guard, (tx) =>
    tx.query<FindingRow>(
      `SELECT ${findingColumns} FROM ${findingJoins} WHERE f.tenant_id = (SELECT muster.tenant()) AND f.incident_id = $1
        ORDER BY f.first_seen, f.id LIMIT $2`,
      [id, first],
    ),
  )
}
