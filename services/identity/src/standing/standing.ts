/**
 * An agent's standing as a state machine: who may be stopped how, and who may
 * come back. Pure: a status and an act in, the next status or nothing out.
 *
 *              restrict        freeze         quarantine     reinstate   revoke
 * ACTIVE       RESTRICTED      FROZEN         QUARANTINED    -           REVOKED
 * RESTRICTED   -               FROZEN         QUARANTINED    ACTIVE      REVOKED
 * FROZEN       -               -              QUARANTINED    ACTIVE      REVOKED
 * QUARANTINED  -               -              -              ACTIVE      REVOKED
 * REVOKED      -               -              -              -           -
 *
 * INVARIANT (final): nothing leads out of REVOKED; the engine refuses it too.
 * INVARIANT (no quiet loosening): only `reinstate` ever makes standing better.
 */
import type { AgentStatus } from '@muster/kernel'

export const standingActs = ['restrict', 'freeze', 'quarantine', 'reinstate', 'revoke'] as const
export type StandingAct = (typeof standingActs)[number]

const transitions = {
  ACTIVE: { restrict: 'RESTRICTED', freeze: 'FROZEN', quarantine: 'QUARANTINED', revoke: 'REVOKED' },
  RESTRICTED: { freeze: 'FROZEN', quarantine: 'QUARANTINED', reinstate: 'ACTIVE', revoke: 'REVOKED' },
  FROZEN: { quarantine: 'QUARANTINED', reinstate: 'ACTIVE', revoke: 'REVOKED' },
  QUARANTINED: { reinstate: 'ACTIVE', revoke: 'REVOKED' },
  REVOKED: {},
} as const satisfies Record<AgentStatus, Partial<Record<StandingAct, AgentStatus>>>

/** The status `act` leads to from `status`; null when it leads nowhere. */
export function nextStatus(status: AgentStatus, act: StandingAct): AgentStatus | null {
  const from: Partial<Record<StandingAct, AgentStatus>> = transitions[status]
  return from[act] ?? null
}

/** Why `act` is impossible in `status`, as a caller may read it; null when it is possible. */
export function whyNot(status: AgentStatus, act: StandingAct): string | null {
  if (nextStatus(status, act) !== null) return null
  if (status === 'REVOKED') return 'a revoked agent stays revoked'
  if (status === 'ACTIVE') return 'the agent is active already'
  return `a ${status.toLowerCase()} agent cannot be ${pastTense[act]}`
}

const pastTense = {
  restrict: 'restricted',
  freeze: 'frozen',
  quarantine: 'quarantined',
  reinstate: 'reinstated',
  revoke: 'revoked',
} as const satisfies Record<StandingAct, string>

/** The receipt each act leaves. */
export const standingReceipt = {
  restrict: 'agent.restricted',
  freeze: 'agent.frozen',
  quarantine: 'agent.quarantined',
  reinstate: 'agent.reinstated',
  revoke: 'agent.revoked',
} as const satisfies Record<StandingAct, string>
