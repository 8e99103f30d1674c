/** What an export reads of agents, and where the parts of its file wait. */
import { query, type Tx } from '../database.ts'
import type { AgentRow } from '../agents/store.ts'
import { agentColumns } from '../agents/store.ts'

/** Long enough to come back for it, short enough not to lie about. */
const keptMinutes = 60

export type ReadAgent = AgentRow & {
  identity: number | null
  risk: number | null
  reliability: number | null
  autonomy: number | null
  team: string | null
  lastSeenAt: Date | null
}

/** The visible ones among `ids`, in that order. */
export async function readAgents(tx: Tx, ids: readonly string[]): Promise<ReadAgent[]> {
  return query<ReadAgent>(
    tx,
    `SELECT ${agentColumns}, s.identity_score AS identity, s.risk_score AS risk, s.reliability_score AS reliability, s.autonomy_score AS autonomy,
            u.name AS team, greatest(d.decided_at, e.occurred_at) AS "lastSeenAt"
       FROM unnest($1::uuid[]) WITH ORDINALITY AS w (id, o)
       JOIN identity.agent a ON a.id = w.id
       LEFT JOIN scoring.published_scores s ON s.tenant_id = a.tenant_id AND s.agent_id = a.id
       LEFT JOIN workforce.published_unit u ON u.tenant_id = a.tenant_id AND u.id = a.team_id
       LEFT JOIN guard.last_decided($1::uuid[]) d ON d.agent_id = a.id
       LEFT JOIN scoring.last_reported($1::uuid[]) e ON e.agent_id = a.id
      ORDER BY w.o`,
    [ids],
  )
}

export async function insertPart(tx: Tx, jobId: string, part: number, sealed: Buffer): Promise<void> {
  await query(
    tx,
    `INSERT INTO identity.job_part (tenant_id, job_id, part, started_by, sealed, expires_at)
     VALUES ((SELECT muster.tenant()), $1::uuid, $2::int, (SELECT muster.subject()), decode($3::text, 'hex'),
             muster.now() + make_interval(mins => ${keptMinutes}))`,
    [jobId, part, sealed.toString('hex')],
  )
}

/** How many parts can be fetched, and until when. */
export async function partsOf(tx: Tx, jobId: string): Promise<{ parts: number; expiresAt: Date | null }> {
  const rows = await query<{ parts: number; expiresAt: Date | null }>(
    tx,
    `SELECT count(*)::int AS parts, min(p.expires_at) AS "expiresAt" FROM identity.job_part p
      WHERE p.job_id = $1::uuid AND p.started_by = (SELECT muster.subject()) AND p.expires_at > muster.now()`,
    [jobId],
  )
  return rows[0] ?? { parts: 0, expiresAt: null }
}

export async function partOf(tx: Tx, jobId: string, part: number): Promise<Buffer | null> {
  const rows = await query<{ sealed: Uint8Array }>(
    tx,
    `SELECT p.sealed FROM identity.job_part p
      WHERE p.job_id = $1::uuid AND p.part = $2::int AND p.started_by = (SELECT muster.subject()) AND p.expires_at > muster.now()`,
    [jobId, part],
  )
  return rows[0] === undefined ? null : Buffer.from(rows[0].sealed)
}

/** Sweeps what expired, whoever of the tenant left it. */
export async function dropExpired(tx: Tx): Promise<void> {
  await query(tx, 'DELETE FROM identity.job_part WHERE expires_at <= muster.now()')
}
