/**
 * Is there room for one more in the plan?
 *
 * INVARIANT (never beyond the plan): near the limit, the tenant's row is held
 * before the count, so that two at once cannot both be the last. Far from it
 * nobody waits: more than `farFromLimit` transactions are never under way.
 */
import { planLimits } from '@muster/kernel'
import type { Tx } from '../database.ts'
import { planLimit } from './errors.ts'
import { holdPlan, readPlan, readUsage } from './store.ts'

/** More than connections the database admits at all. */
const farFromLimit = 1_000

/** Throws `PLAN_LIMIT` when the plan allows no further one. First in its transaction: it may take the tenant's row. */
export async function needRoom(tx: Tx, what: 'agents' | 'people'): Promise<void> {
  if ((await readUsage(tx))[what] + farFromLimit < planLimits[await readPlan(tx)][what]) return
  const code = await holdPlan(tx)
  const usage = await readUsage(tx)
  if (usage[what] >= planLimits[code][what]) throw planLimit(code, planLimits[code][what], what)
}
