/**
 * What each plan allows: the one table of limits (docs/specs/plans.md).
 *
 * Requests are counted at the gateway, agents and people in the transaction
 * that adds them. A tenant's requests are those of all its credentials.
 */
export const planCodes = ['free', 'pro', 'max'] as const
export type PlanCode = (typeof planCodes)[number]

export interface PlanLimits {
  /** Requests a minute of all credentials of the tenant together. */
  readonly requestsPerMinute: number
  /** Requests a minute of one key, agent or session. */
  readonly credentialRequestsPerMinute: number
  /** Agents that are not revoked. */
  readonly agents: number
  /** People who have not left. */
  readonly people: number
}

export const planLimits: Readonly<Record<PlanCode, PlanLimits>> = {
  free: { requestsPerMinute: 600, credentialRequestsPerMinute: 300, agents: 10, people: 10 },
  pro: { requestsPerMinute: 60_000, credentialRequestsPerMinute: 30_000, agents: 500, people: 1_000 },
  // What one process can answer at all: a plan's limit is no measurement's.
  max: { requestsPerMinute: 3_600_000, credentialRequestsPerMinute: 1_800_000, agents: 50_000, people: 100_000 },
}

/** True for a code in the table. */
export function isPlanCode(text: string): text is PlanCode {
  return (planCodes as readonly string[]).includes(text)
}

/** What of `usage` a plan does not allow; empty when everything fits. */
export function beyondPlan(code: PlanCode, usage: { agents: number; people: number }): ('agents' | 'people')[] {
  const limits = planLimits[code]
  return (['agents', 'people'] as const).filter((what) => usage[what] > limits[what])
}
