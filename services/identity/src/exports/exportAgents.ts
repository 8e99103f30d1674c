/**
 * Exports the directory: the matching agents are fixed when the export begins,
 * and each step reads the next few hundred under the caller's own sight, so an
 * agent that moved out of it meanwhile is not in the file.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { newId } from '@muster/kernel'
import { matchingIds } from '../agents/directory.ts'
import type { AgentFilter } from '../agents/filter.ts'
import { authorize } from '../caller.ts'
import { exportedReceipt } from '../jobs/receipts.ts'
import { openForJob, sealForJob } from '../jobs/sealing.ts'
import { holdJob, insertJob, jobById, nextItems, noteStep, type JobRow } from '../jobs/store.ts'
import { peopleByIds, type PersonRow } from '../people/store.ts'
import type { Room } from '../room.ts'
import { openPersonField } from '../sealing/personalData.ts'
import { agentsMax } from '../standing/changeStandings.ts'
import { tooMany } from '../standing/errors.ts'
import { csvOf, type ExportedAgent } from './csv.ts'
import { dropExpired, insertPart, partOf, readAgents, type ReadAgent } from './store.ts'

/** Agents a part: a hundred kilobytes or so, one answer of the graph. */
const partSize = 500

/** Begins an export. Throws the refusals named in exports.graphql. */
export async function startAgentExport(
  room: Room,
  input: { filter?: AgentFilter | null | undefined },
): Promise<{ job: JobRow; receipt: Recorded }> {
  authorize('agents:read')
  const id = newId(room.clock.nowMs())
  const started = await room.database.run(async (tx) => {
    const agentIds = await matchingIds(room, tx, input.filter, agentsMax + 1)
    if (agentIds.length > agentsMax) throw tooMany(agentsMax)
    await dropExpired(tx)
    const job = await insertJob(tx, { id, kind: 'EXPORT', act: null, agentIds, reasonSealed: null })
    const isFiltered = Object.values(input.filter ?? {}).some((part) => part !== null && part !== undefined)
    const [receipt] = await appendReceipts(rawQuery(tx), [exportedReceipt(job, isFiltered)])
    return { job, receipt: receipt as Recorded }
  })
  room.jobs.begin(room, id, exportStep)
  return started
}

/** The next part of the file. */
export async function exportStep(room: Room, jobId: string): Promise<boolean> {
  authorize('agents:read')
  const read = await room.database.run(async (tx) => {
    const job = await jobById(tx, 'EXPORT', jobId)
    if (job === null || job.state !== 'RUNNING') return null
    const items = await nextItems(tx, job, partSize)
    const ids = items.map(({ agentId }) => agentId)
    const agents = await readAgents(tx, ids)
    const owners = await peopleByIds(tx, [...new Set(agents.map(({ ownerId }) => ownerId))])
    return { job, settled: items.length, agents, owners }
  })
  if (read === null) return false
  // Opened and sealed between two transactions: nothing is held meanwhile.
  const { job, settled } = read
  const part = Math.floor(job.settled / partSize) + 1
  const text = csvOf(await withOwners(room, read.agents, read.owners), { header: part === 1 })
  const whose = { tenantId: job.tenantId, id: job.id, createdAtMs: job.createdAt.getTime() }
  const sealed = await sealForJob(room, whose, `part ${part}`, text)
  return room.database.run(async (tx) => {
    const held = await holdJob(tx, jobId)
    // Another runner was faster: it goes on.
    if (held === null || held.settled !== job.settled) return false
    await insertPart(tx, jobId, part, sealed)
    return (await noteStep(tx, held, { settled, refused: [] })).state === 'RUNNING'
  })
}

async function withOwners(
  room: Room,
  agents: readonly ReadAgent[],
  owners: readonly PersonRow[],
): Promise<ExportedAgent[]> {
  const opened = await Promise.all(
    owners.map(async (owner) => {
      const [ownerName, ownerEmail] = await Promise.all([
        openPersonField(room.ring, owner, 'name', owner.nameSealed),
        openPersonField(room.ring, owner, 'email', owner.emailSealed),
      ])
      return [owner.id, { ownerName, ownerEmail }] as const
    }),
  )
  const byId = new Map(opened)
  return agents.map((agent) => ({ ...agent, ...(byId.get(agent.ownerId) ?? { ownerName: null, ownerEmail: null }) }))
}

/** One part of a file in clear; null when there is none, or no more. */
export async function readPart(room: Room, job: JobRow, part: number): Promise<string | null> {
  const sealed = await room.database.run((tx) => partOf(tx, job.id, part))
  return sealed === null ? null : openForJob(room, job, `part ${part}`, sealed)
}
