/**
 * What decisions tell an analyst: a single one by its reason, a run of them by
 * what the detector remembers of the agent.
 *
 * Runs after the answer, never in its way: a look into memory for each decision,
 * and once an agent and process a look into the database for when it last acted.
 * A failure is logged and counted, not hidden: the decisions themselves are on
 * record in any case. What is remembered is this process's own and lost with it,
 * so a storm that spans a restart is seen when it has twenty denials after it.
 */
import { inScope, withRequest, type RequestScope } from '@muster/db'
import type { DecisionModel } from '../actions/decisionRow.ts'
import type { GuardRoom } from '../room.ts'
import { newTrace, observe, type AgentTrace } from './detector.ts'
import { detectionRules, type DetectionRule } from './rules.ts'
import { sight, type Sighting } from './sight.ts'

/** What was decided together with the one at hand is no earlier act. */
const togetherMs = 60_000
/** Agents remembered by a process; beyond it those first heard of are looked up again. */
const tracesMax = 20_000

const byReason: Partial<Record<string, DetectionRule>> = {
  UNTRUSTED_MUTATION: detectionRules.untrustedMutation,
  MALICIOUS_SOURCE: detectionRules.maliciousSource,
  MANIFEST_MISMATCH: detectionRules.manifestMismatch,
}

export class Watch {
  readonly #room: GuardRoom
  readonly #traces = new Map<string, Promise<AgentTrace>>()
  /** Looks into the database, one after another: a thousand agents at once must not become a thousand connections. */
  #lookups: Promise<unknown> = Promise.resolve()

  constructor(room: GuardRoom) {
    this.#room = room
  }

  /** Raises what a decision calls for, if anything. Never throws and never delays the caller. */
  decided(scope: RequestScope, decision: DecisionModel): void {
    const { agentId, receipt, tool } = decision
    const rule = byReason[decision.reasonCode]
    if (rule !== undefined) this.#raise(scope, [{ rule, agentId, about: tool, evidence: [receipt] }])
    this.#trace(scope, decision)
      .then((trace) => {
        const seen = { ...decision, atMs: decision.decidedAt.getTime() }
        this.#raise(
          scope,
          observe(trace, seen).map((match) => ({ ...match, agentId })),
        )
      })
      .catch((err: unknown) => this.#room.log.error({ err, decision: decision.id }, 'a decision could not be watched'))
  }

  #raise(scope: RequestScope, sightings: readonly Sighting[]): void {
    for (const sighting of sightings) {
      inScope(scope, () => sight(this.#room, sighting)).catch((err: unknown) => {
        this.#room.log.error({ err, type: sighting.rule.id }, 'a finding could not be recorded')
      })
    }
  }

  #trace(scope: RequestScope, { agentId, decidedAt }: DecisionModel): Promise<AgentTrace> {
    const name = `${scope.claims.tenant_id}/${agentId}`
    const known = this.#traces.get(name)
    if (known !== undefined) return known
    const made = this.#lookups.then(async () => newTrace(await this.#lastActed(scope, agentId, decidedAt)))
    this.#lookups = made.catch(() => this.#traces.delete(name)) // the next decision looks again
    if (this.#traces.size >= tracesMax) this.#traces.delete(this.#traces.keys().next().value!)
    this.#traces.set(name, made)
    return made
  }

  /** When the agent last asked before this decision, or was registered. */
  async #lastActed(scope: RequestScope, agentId: string, before: Date): Promise<number | null> {
    const [row] = await withRequest(
      this.#room.guard,
      (tx) =>
        tx.query<{ at: Date }>(
          `SELECT coalesce((SELECT d.decided_at FROM guard.decision d
                             WHERE d.tenant_id = (SELECT muster.tenant()) AND d.agent_id = $1 AND d.decided_at < $2
                             ORDER BY d.decided_at DESC LIMIT 1), a.created_at) AS at
             FROM identity.published_agent a WHERE a.id = $1`,
          [agentId, new Date(before.getTime() - togetherMs).toISOString()],
        ),
      scope.handovers['muster_guard'],
    )
    return row?.at.getTime() ?? null
  }
}
