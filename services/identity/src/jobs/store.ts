/**
 * Jobs in the database: a row that says how far, the agents it is about, and
 * for an export the sealed parts of its file. Only its starter sees a job.
 */
import type { Job } from '../generated/prisma/client.ts'
import { query, type Tx } from '../database.ts'
import type { StandingAct } from '../standing/standing.ts'

export type JobKind = 'STANDING' | 'EXPORT'
export type JobState = 'RUNNING' | 'DONE' | 'FAILED'
export type JobRow = Omit<Job, 'kind' | 'act' | 'state'> & { kind: JobKind; act: StandingAct | null; state: JobState }

export interface JobItemRow {
  ordinal: number
  agentId: string
}

/** How long a step may take before somebody else may begin the next; far more than any has taken. */
const holdSeconds = 15
/** Steps in a row that may end in an error before the job is given up. */
const failuresMax = 3

const columns = `j.tenant_id AS "tenantId", j.id, j.started_by AS "startedBy", j.kind, j.act, j.state, j.total, j.settled, j.refused,
  j.failures, j.reason_sealed AS "reasonSealed", j.held_until AS "heldUntil", j.created_at AS "createdAt", j.ended_at AS "endedAt"`

export interface NewJob {
  id: string
  kind: JobKind
  act: StandingAct | null
  agentIds: readonly string[]
  reasonSealed: Buffer | null
}

/** Begins a job of the caller's about these agents, in this order. */
export async function insertJob(tx: Tx, job: NewJob): Promise<JobRow> {
  const rows = await query<JobRow>(
    tx,
    `INSERT INTO identity.job AS j (tenant_id, id, started_by, kind, act, total, reason_sealed, held_until)
     VALUES ((SELECT muster.tenant()), $1::uuid, (SELECT muster.subject()), $2, $3, $4::int, decode($5::text, 'hex'), muster.now() + make_interval(secs => ${holdSeconds}))
     RETURNING ${columns}`,
    [job.id, job.kind, job.act, job.agentIds.length, job.reasonSealed?.toString('hex') ?? null],
  )
  await query(
    tx,
    `INSERT INTO identity.job_item (tenant_id, job_id, ordinal, started_by, agent_id)
     SELECT (SELECT muster.tenant()), $1::uuid, w.o, (SELECT muster.subject()), w.id
       FROM unnest($2::uuid[]) WITH ORDINALITY AS w (id, o)`,
    [job.id, job.agentIds],
  )
  return rows[0]!
}

export async function jobById(tx: Tx, kind: JobKind, id: string): Promise<JobRow | null> {
  const sql = `SELECT ${columns} FROM identity.job j WHERE j.id = $1::uuid AND j.kind = $2`
  return (await query<JobRow>(tx, sql, [id, kind]))[0] ?? null
}

/** The caller's latest jobs of a kind, newest first. */
export async function latestJobs(tx: Tx, kind: JobKind, max: number): Promise<JobRow[]> {
  return query<JobRow>(
    tx,
    `SELECT ${columns} FROM identity.job j WHERE j.kind = $1 AND j.started_by = (SELECT muster.subject()) ORDER BY j.id DESC LIMIT $2::int`,
    [kind, max],
  )
}

/** Locks a running job for one step and puts off everybody else; null when there is none to run. */
export async function holdJob(tx: Tx, id: string): Promise<JobRow | null> {
  const rows = await query<JobRow>(
    tx,
    `UPDATE identity.job j SET held_until = muster.now() + make_interval(secs => ${holdSeconds})
      WHERE j.id = $1::uuid AND j.state = 'RUNNING' RETURNING ${columns}`,
    [id],
  )
  return rows[0] ?? null
}

/** The next items of a job. */
export async function nextItems(tx: Tx, job: JobRow, max: number): Promise<JobItemRow[]> {
  return query<JobItemRow>(
    tx,
    `SELECT i.ordinal, i.agent_id AS "agentId" FROM identity.job_item i
      WHERE i.job_id = $1::uuid AND i.ordinal > $2::int ORDER BY i.ordinal LIMIT $3::int`,
    [job.id, job.settled, max],
  )
}

export interface ItemRefusal {
  agentId: string
  code: string
  message: string
}

/** Notes a step: so many more items settled, these of them refused. The last step ends the job. */
export async function noteStep(
  tx: Tx,
  job: JobRow,
  step: { settled: number; refused: readonly ItemRefusal[] },
): Promise<JobRow> {
  if (step.refused.length > 0) {
    await query(
      tx,
      `UPDATE identity.job_item i SET code = w.code, message = w.message
         FROM unnest($2::uuid[], $3::text[], $4::text[]) AS w (agent, code, message)
        WHERE i.job_id = $1::uuid AND i.agent_id = w.agent`,
      [
        job.id,
        step.refused.map(({ agentId }) => agentId),
        step.refused.map(({ code }) => code),
        step.refused.map(({ message }) => message),
      ],
    )
  }
  const rows = await query<JobRow>(
    tx,
    `UPDATE identity.job j SET settled = settled + $2::int, refused = refused + $3::int, failures = 0,
            state = CASE WHEN settled + $2::int >= total THEN 'DONE' ELSE state END,
            ended_at = CASE WHEN settled + $2::int >= total THEN muster.now() END
      WHERE j.id = $1::uuid RETURNING ${columns}`,
    [job.id, step.settled, step.refused.length],
  )
  return rows[0]!
}

/** Notes a step that ended in an error; after several in a row the job is given up. */
export async function noteFailure(tx: Tx, id: string): Promise<JobRow | null> {
  const rows = await query<JobRow>(
    tx,
    `UPDATE identity.job j SET failures = failures + 1, held_until = muster.now(),
            state = CASE WHEN failures + 1 >= ${failuresMax} THEN 'FAILED' ELSE state END,
            ended_at = CASE WHEN failures + 1 >= ${failuresMax} THEN muster.now() END
      WHERE j.id = $1::uuid AND j.state = 'RUNNING' RETURNING ${columns}`,
    [id],
  )
  return rows[0] ?? null
}

/** Items that were refused, in order. */
export async function refusedItems(tx: Tx, jobId: string, max: number): Promise<ItemRefusal[]> {
  return query<ItemRefusal>(
    tx,
    `SELECT i.agent_id AS "agentId", i.code, i.message FROM identity.job_item i
      WHERE i.job_id = $1::uuid AND i.code IS NOT NULL ORDER BY i.ordinal LIMIT $2::int`,
    [jobId, max],
  )
}
