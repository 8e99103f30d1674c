/** Joiners, movers and leavers within a window, from the receipts of the agents in scope and the transfers between teams. */
import { query, type Tx } from '../../room.ts'
import { agentsInScope, type SummaryScope } from './scope.ts'

export interface LifecycleCounts {
  registered: number
  movedIn: number
  movedOut: number
  movedWithin: number
  restricted: number
  frozen: number
  quarantined: number
  reinstated: number
  revoked: number
}

export async function countLifecycle(tx: Tx, { unitId, from, until }: SummaryScope): Promise<LifecycleCounts> {
  const [row] = await query<LifecycleCounts>(
    tx,
    `WITH ${agentsInScope},
     acts AS MATERIALIZED (
       SELECT r.type, count(*)::int AS n FROM ledger.published_receipt r
        WHERE r.tenant_id = (SELECT muster.tenant())
          AND r.type IN ('agent.registered', 'agent.restricted', 'agent.frozen', 'agent.quarantined', 'agent.reinstated', 'agent.revoked')
          AND r.occurred_at BETWEEN $2::timestamptz AND $3::timestamptz AND r.agent_id IN (SELECT id FROM agents)
        GROUP BY r.type),
     units AS MATERIALIZED (
       SELECT u.id FROM workforce.org_unit u
        WHERE u.tenant_id = (SELECT muster.tenant()) AND ($1::uuid IS NULL OR u.path && ARRAY[$1::uuid])),
     moves AS MATERIALIZED (
       SELECT o.from_team_id IN (SELECT id FROM units) AS out, o.to_team_id IN (SELECT id FROM units) AS "in" FROM workforce.transfer_offer o
        WHERE o.tenant_id = (SELECT muster.tenant()) AND o.status = 'ACCEPTED'
          AND o.settled_at BETWEEN $2::timestamptz AND $3::timestamptz)
     SELECT ${(['registered', 'restricted', 'frozen', 'quarantined', 'reinstated', 'revoked'] as const)
       .map((act) => `coalesce((SELECT n FROM acts WHERE type = 'agent.${act}'), 0) AS ${act}`)
       .join(', ')},
            (SELECT count(*) FROM moves WHERE "in" AND NOT out)::int AS "movedIn",
            (SELECT count(*) FROM moves WHERE out AND NOT "in")::int AS "movedOut",
            (SELECT count(*) FROM moves WHERE out AND "in")::int AS "movedWithin"`,
    [unitId, from.toISOString(), until.toISOString()],
  )
  return row!
}
