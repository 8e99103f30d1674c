/**
 * One act on many agents: planned first, begun for exactly the number that was
 * seen, and then done a hundred agents at a time, each batch one commit.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { isUuid, newId, Refusal } from '@muster/kernel'
import { z } from 'zod'
import { matchingIds } from '../agents/directory.ts'
import { unknownAgent } from '../agents/errors.ts'
import type { AgentFilter } from '../agents/filter.ts'
import { authorize } from '../caller.ts'
import type { Tx } from '../database.ts'
import { anyId, optional, parseInput, reason } from '../input.ts'
import { startedReceipt, endedReceipt } from '../jobs/receipts.ts'
import { openForJob, sealForJob } from '../jobs/sealing.ts'
import { holdJob, insertJob, jobById, nextItems, noteStep, type JobRow } from '../jobs/store.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { applyAct, refusalOf } from './applyAct.ts'
import { countChanged, nothingMatches, tooMany } from './errors.ts'
import { standingActs, type StandingAct } from './standing.ts'
import { standingsOf } from './store.ts'

/** More agents than this are not one act any more. */
export const agentsMax = 20_000
/** Agents a batch: their rows are held for some hundred milliseconds, the ledger's head for a few. */
const batchSize = 100
const examplesMax = 10

const changeStandingsInput = z
  .object({
    act: z.enum(standingActs),
    agentIds: optional(z.array(anyId).max(agentsMax, `at most ${agentsMax} agents`)),
    filter: optional(z.custom<AgentFilter>()),
    reason: optional(reason),
    expectedCount: optional(z.int().min(0)),
    dryRun: optional(z.boolean()),
  })
  .refine(({ agentIds, filter }) => (agentIds === null) !== (filter === null), {
    path: ['filter'],
    message: 'give either `agentIds` or `filter`',
  })

type Given = z.infer<typeof changeStandingsInput>

export interface Plan {
  count: number
  possible: number
  liveKeys: number
  excluded: { code: string; message: string; count: number; agentIds: string[] }[]
}

export type Answer = { plan: Plan } | { job: JobRow; receipt: Recorded }

/** Plans an act, or begins it. Throws the refusals named in bulk.graphql. */
export async function changeStandings(room: Room, input: unknown): Promise<Answer> {
  const claims = authorize('agents:status')
  const given = parseInput(changeStandingsInput, input)
  if (given.dryRun === true) {
    return { plan: await room.database.run(async (tx) => planFor(tx, given.act, await chosenIds(room, tx, given))) }
  }
  const { reason: why, expectedCount } = given
  if (why === null) throw new Refusal('INVALID_INPUT', '`reason`: a reason is needed')
  if (expectedCount === null) throw new Refusal('INVALID_INPUT', '`expectedCount`: say how many agents you saw')

  const nowMs = room.clock.nowMs()
  const id = newId(nowMs)
  const about = { tenantId: claims.tenant_id, subject: id, nowMs }
  const started = await room.database.run(async (tx) => {
    const agentIds = await chosenIds(room, tx, given)
    if (agentIds.length !== expectedCount) throw countChanged(agentIds.length)
    if (agentIds.length === 0) throw nothingMatches()
    const [notes, reasonSealed] = await Promise.all([
      sealNotes(room.ring, about, { reason: why }),
      sealForJob(room, { tenantId: claims.tenant_id, id, createdAtMs: nowMs }, 'reason', why),
    ])
    const job = await insertJob(tx, { id, kind: 'STANDING', act: given.act, agentIds, reasonSealed })
    const [receipt] = await appendReceipts(rawQuery(tx), [startedReceipt(job, notes)])
    return { job, receipt: receipt as Recorded }
  })
  room.jobs.begin(room, id, standingStep)
  return started
}

/** The agents that are meant, by slug or as they were named, each once. */
async function chosenIds(room: Room, tx: Tx, given: Given): Promise<string[]> {
  if (given.agentIds === null) {
    const ids = await matchingIds(room, tx, given.filter, agentsMax + 1)
    if (ids.length > agentsMax) throw tooMany(agentsMax)
    return ids
  }
  const ids = [...new Set(given.agentIds)]
  if (!ids.every(isUuid)) throw unknownAgent()
  const seen = await standingsOf(tx, ids)
  // One that is not there is no agent to be refused: it must not tell whether it is somebody else's.
  if (seen.length !== ids.length) throw unknownAgent()
  return seen.map(({ id }) => id)
}

async function planFor(tx: Tx, act: StandingAct, ids: readonly string[]): Promise<Plan> {
  const agents = await standingsOf(tx, ids)
  const plan: Plan = { count: agents.length, possible: 0, liveKeys: 0, excluded: [] }
  for (const agent of agents) {
    const refusal = refusalOf(agent, act)
    if (refusal === null) {
      plan.possible += 1
      plan.liveKeys += agent.liveKeys
      continue
    }
    let group = plan.excluded.find(({ message }) => message === refusal.message)
    if (group === undefined) {
      group = { code: refusal.code, message: refusal.message, count: 0, agentIds: [] }
      plan.excluded.push(group)
    }
    group.count += 1
    if (group.agentIds.length < examplesMax) group.agentIds.push(agent.id)
  }
  return plan
}

/** The next hundred agents of a bulk act, in one commit with their receipts. */
export async function standingStep(room: Room, jobId: string): Promise<boolean> {
  const claims = authorize('agents:status')
  const waiting = await room.database.run((tx) => jobById(tx, 'STANDING', jobId))
  if (waiting === null || waiting.reasonSealed === null) return false
  const why = await openForJob(room, waiting, 'reason', waiting.reasonSealed)
  return room.database.run(async (tx) => {
    const job = await holdJob(tx, jobId)
    if (job === null || job.act === null) return false
    const items = await nextItems(tx, job, batchSize)
    const { receipts, refused } = await applyAct(room, tx, {
      tenantId: claims.tenant_id,
      act: job.act,
      agentIds: items.map(({ agentId }) => agentId),
      reason: why,
    })
    const after = await noteStep(tx, job, {
      settled: items.length,
      refused: refused.map(({ agentId, refusal: { code, message } }) => ({ agentId, code, message })),
    })
    const ended = after.state === 'RUNNING' ? [] : [endedReceipt(after)]
    await appendReceipts(rawQuery(tx), [...receipts, ...ended])
    return after.state === 'RUNNING'
  })
}
