/**
 * What has to stand before the first call is decided: units, agents, manifests,
 * grants. Found where it is there, made where it is not; a second replay changes
 * nothing.
 */
import { CannotAsk } from '../../command.ts'
import type { Api } from '../client/api.ts'
import { RefusedByServer, RequestFailed, ServerGone } from '../client/errors.ts'
import type { ToolBook } from '../tools/toolBook.ts'
import { ensureAgent, ensureGrants } from './agents.ts'
import { ensureManifests } from './manifests.ts'
import { ensureTeam } from './orgUnits.ts'
import type { DepartmentPlan } from './plan.ts'

export interface Established extends DepartmentPlan {
  readonly agentId: string
}

/**
 * @param say told what was made, a sentence each.
 * @throws CannotAsk when something is missing and cannot be made: then nothing is asked.
 */
export async function establish(
  api: Api,
  plans: readonly DepartmentPlan[],
  book: ToolBook,
  ownerEmail: string | null,
  say: (words: string) => void,
): Promise<Established[]> {
  try {
    const { made, kept } = await ensureManifests(api, [...book.values()])
    say(`${book.size} tools: ${made} manifests pinned, ${kept} left as their own server pinned them`)
    const established: Established[] = []
    for (const plan of plans) {
      const teamId = await ensureTeam(api, plan.department)
      const agentId = await ensureAgent(api, { department: plan.department, teamId, ownerEmail })
      const granted = await ensureGrants(api, agentId, plan.tools)
      say(
        `${plan.department.name}: agent \`${plan.department.agentSlug}\`, ${granted} of ${plan.tools.length} grants given`,
      )
      established.push({ ...plan, agentId })
    }
    return established
  } catch (error) {
    if (error instanceof RefusedByServer || error instanceof RequestFailed) {
      throw new CannotAsk(`what the runs need cannot be set up: ${error.message} [${error.code}]`, { cause: error })
    }
    if (error instanceof ServerGone) throw new CannotAsk(error.message, { cause: error })
    throw error
  }
}
