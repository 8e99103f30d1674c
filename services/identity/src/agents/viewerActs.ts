/**
 * What the viewer may do to an agent, and why not: the same rules that the
 * mutations apply, asked beforehand. Pure.
 */
import type { Capability } from '@muster/kernel'
import { standingActs, whyNot, type StandingAct } from '../standing/standing.ts'
import type { AgentRow } from './store.ts'

export type AgentAct = 'CHANGE' | Uppercase<StandingAct>

export interface ViewerAct {
  act: AgentAct
  allowed: boolean
  because: string | null
}

export function viewerActs(
  agent: Pick<AgentRow, 'status'>,
  viewer: { caps: readonly string[]; inReach: boolean },
): ViewerAct[] {
  const lacking = (capability: Capability): string | null => {
    if (!viewer.caps.includes(capability)) return `this needs \`${capability}\``
    return viewer.inReach ? null : "the agent's team is outside your scope"
  }
  const answer = (act: AgentAct, because: string | null): ViewerAct => ({ act, allowed: because === null, because })
  return [
    answer(
      'CHANGE',
      lacking('agents:write') ?? (agent.status === 'REVOKED' ? 'the agent was revoked; its record is closed' : null),
    ),
    ...standingActs.map((act) =>
      answer(act.toUpperCase() as Uppercase<StandingAct>, lacking('agents:status') ?? whyNot(agent.status, act)),
    ),
  ]
}
