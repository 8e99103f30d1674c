/**
 * Another plan: what the tenant may use, and pays for, changes at once. On
 * record with the reason; refused when the tenant has outgrown the plan asked for.
 */
import { appendReceipts, rawQuery, type Recorded } from '@muster/db'
import { beyondPlan, planCodes, type PlanCode } from '@muster/kernel'
import { z } from 'zod'
import { authorize } from '../caller.ts'
import { parseInput, reason } from '../input.ts'
import type { Room } from '../room.ts'
import { sealNotes } from '../sealing/receiptNotes.ts'
import { notOfTheTenant, samePlan, usageAbovePlan } from './errors.ts'
import { holdPlan, readUsage, writePlan, type Usage } from './store.ts'

const changePlanInput = z.object({ planCode: z.enum(planCodes), reason })

export interface PlanChanged {
  plan: { code: PlanCode; usage: Usage }
  receipt: Recorded
}

/** Changes the plan of the scope's tenant. Throws the refusals named in plans.graphql. */
export async function changePlan(room: Room, input: unknown): Promise<PlanChanged> {
  const claims = authorize('keys:rotate')
  // `keys:rotate` is the administrator's alone; an administrator of a department administers that.
  if (!claims.all) throw notOfTheTenant()
  const given = parseInput(changePlanInput, input)
  const about = { tenantId: claims.tenant_id, subject: claims.tenant_id, nowMs: room.clock.nowMs() }
  const notes = await sealNotes(room.ring, about, { reason: given.reason })
  return room.database.run(async (tx) => {
    const from = await holdPlan(tx)
    if (from === given.planCode) throw samePlan(from)
    const usage = await readUsage(tx)
    const beyond = beyondPlan(given.planCode, usage)
    if (beyond.length > 0) throw usageAbovePlan(given.planCode, beyond)
    await writePlan(tx, given.planCode)
    const [receipt] = await appendReceipts(rawQuery(tx), [
      {
        type: 'tenant.plan_changed',
        subject: { type: 'tenant', id: claims.tenant_id },
        data: { agents: usage.agents, from, people: usage.people, to: given.planCode, ...notes.commitments },
        sealed: notes.sealed,
      },
    ])
    return { plan: { code: given.planCode, usage }, receipt: receipt as Recorded }
  })
}
