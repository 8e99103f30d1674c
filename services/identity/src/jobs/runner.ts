/**
 * Runs jobs step by step, beside the request that began them.
 *
 * A job holds no authority: a step runs under the hand-over of the request that
 * set it going, and when that has run out (after a minute) the database shows
 * it no job any more and it stops. Whoever began the job and looks at it again
 * sets it going again. INVARIANT (one step, one commit): a step locks the job's
 * row first, so two runners never do the same items, and a process that dies
 * between two steps leaves nothing half done.
 */
import { appendReceipts, rawQuery } from '@muster/db'
import { isUuid } from '@muster/kernel'
import { caller } from '../caller.ts'
import type { Room } from '../room.ts'
import { endedReceipt } from './receipts.ts'
import { jobById, noteFailure, type JobKind, type JobRow } from './store.ts'

/** Does the next items of a job and notes them; false when nothing is left, or nothing may be done. */
export type Step = (room: Room, jobId: string) => Promise<boolean>

export class JobRunner {
  readonly #running = new Map<string, Promise<void>>()
  #stopping = false

  /** Sets a job going under the current request, unless it is going here already. Does not wait. */
  begin(room: Room, jobId: string, step: Step): void {
    if (this.#stopping || this.#running.has(jobId)) return
    const done = this.#drive(room, jobId, step).finally(() => this.#running.delete(jobId))
    this.#running.set(jobId, done)
  }

  async #drive(room: Room, jobId: string, step: Step): Promise<void> {
    try {
      while (!this.#stopping && (await step(room, jobId)));
    } catch (cause) {
      room.log.warn({ err: cause, job: jobId }, 'a step of a job failed')
      await room.database
        .run(async (tx) => {
          const job = await noteFailure(tx, jobId)
          if (job?.state === 'FAILED') await appendReceipts(rawQuery(tx), [endedReceipt(job)])
        })
        .catch((error: unknown) => room.log.warn({ err: error, job: jobId }, 'the failure could not be noted'))
    }
  }

  /** Lets the steps under way end and begins no more. */
  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all(this.#running.values())
  }
}

/** A job as its starter sees it, set going again when nobody works on it; null when it is not there. */
export async function lookAtJob(
  room: Room,
  kind: JobKind,
  id: string,
  { step, needs }: { step: Step; needs: string },
): Promise<JobRow | null> {
  if (!isUuid(id)) return null
  const job = await room.database.run((tx) => jobById(tx, kind, id))
  const isIdle = job?.state === 'RUNNING' && job.heldUntil.getTime() <= room.clock.nowMs()
  if (isIdle && caller().caps.includes(needs)) room.jobs.begin(room, id, step)
  return job
}
