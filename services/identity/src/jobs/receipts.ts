/** The receipts of a job itself; what happened to each agent is that agent's own. */
import type { NewReceipt } from '@muster/db'
import type { JobRow } from './store.ts'

const subjectOf = (jobId: string) => ({ type: 'job', id: jobId })

/** @param notes the commitment to the reason, and what was sealed with it. */
export function startedReceipt(
  job: JobRow,
  notes: { commitments: Record<string, string>; sealed: Uint8Array },
): NewReceipt {
  return {
    type: 'agents.act_started',
    subject: subjectOf(job.id),
    data: { act: job.act, agents: job.total, ...notes.commitments },
    sealed: notes.sealed,
  }
}

export function endedReceipt(job: JobRow): NewReceipt {
  return {
    type: 'agents.act_ended',
    subject: subjectOf(job.id),
    data: {
      act: job.act,
      agents: job.total,
      changed: job.settled - job.refused,
      kind: job.kind,
      refused: job.refused,
      state: job.state,
    },
  }
}

/** Recorded before anything leaves. */
export function exportedReceipt(job: JobRow, filtered: boolean): NewReceipt {
  return { type: 'agents.exported', subject: subjectOf(job.id), data: { agents: job.total, filtered } }
}
