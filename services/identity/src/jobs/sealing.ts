/**
 * What a job keeps between its steps (a reason, parts of a file), sealed under
 * a data key of the job's own: class `job`, subject the job's id.
 */
import { monthOf } from '@muster/keys'
import type { Room } from '../room.ts'
import type { JobRow } from './store.ts'

const aad = (jobId: string, name: string): Buffer => Buffer.from(`${jobId}/${name}`, 'utf8')

export function sealForJob(
  room: Room,
  job: { tenantId: string; id: string; createdAtMs: number },
  name: string,
  text: string,
): Promise<Buffer> {
  const scope = { tenant: job.tenantId, class: 'job', month: monthOf(job.createdAtMs), subject: job.id }
  return room.ring.seal(scope, Buffer.from(text, 'utf8'), aad(job.id, name))
}

export async function openForJob(
  room: Room,
  job: Pick<JobRow, 'tenantId' | 'id'>,
  name: string,
  sealed: Uint8Array,
): Promise<string> {
  return (await room.ring.open(job.tenantId, sealed, aad(job.id, name))).toString('utf8')
}
