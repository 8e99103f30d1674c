/**
 * What a run of decisions of one agent tells that a single one does not.
 *
 * A small state for each agent, folded over its decisions in their order:
 * denials piling up, an allowance right after denials of the same action, an
 * agent that wakes. Pure: state and decision in, matches out; the clock is the
 * decisions' own.
 *
 * INVARIANT (small): a state keeps at most `denialsKept` decisions, however long
 * the agent has been at work.
 */
import type { Outcome } from '@muster/kernel'
import type { Recorded } from '@muster/db'
import { detectionRules, type DetectionRule } from './rules.ts'

export const stormDenials = 20
export const stormWithinMs = 5 * 60_000
export const flipDenials = 3
export const flipWithinMs = 10 * 60_000
export const dormantAfterMs = 30 * 24 * 3_600_000
/** Denials remembered for an agent: more than any rule above asks for. */
export const denialsKept = 40

export interface SeenDecision {
  readonly outcome: Outcome
  readonly tool: string
  readonly action: string
  readonly atMs: number
  readonly receipt: Recorded
}

export interface AgentTrace {
  /** When it last asked for a decision, whatever came of it; null before anything is known. */
  lastMs: number | null
  /** The newest denials that were not followed by an allowance of the same action, oldest first. */
  denials: SeenDecision[]
  /** The newest denials that were not counted in a storm, oldest first. */
  uncounted: SeenDecision[]
}

export interface Match {
  readonly rule: DetectionRule
  /** What two matches must share to be one finding, besides rule and agent. */
  readonly about: string
  readonly evidence: readonly Recorded[]
}

/** @param lastMs when the agent last acted, or was registered, as far as is known. */
export const newTrace = (lastMs: number | null): AgentTrace => ({ lastMs, denials: [], uncounted: [] })

/** Folds one decision into the trace and answers what it shows; one that was folded in before shows nothing new. */
export function observe(trace: AgentTrace, decision: SeenDecision): Match[] {
  if ([...trace.denials, ...trace.uncounted].some(({ receipt }) => receipt.id === decision.receipt.id)) return []
  const matches = [dormant(trace, decision)]
  trace.lastMs = Math.max(trace.lastMs ?? decision.atMs, decision.atMs)
  if (decision.outcome === 'DENY') {
    trace.denials = [...trace.denials, decision].slice(-denialsKept)
    matches.push(storm(trace, decision))
  }
  if (decision.outcome === 'ALLOW') matches.push(flip(trace, decision))
  return matches.filter((match) => match !== null)
}

function dormant(trace: AgentTrace, { atMs, receipt }: SeenDecision): Match | null {
  if (trace.lastMs === null || atMs - trace.lastMs <= dormantAfterMs) return null
  return { rule: detectionRules.dormantWakes, about: '', evidence: [receipt] }
}

/** Each denial counts in one storm: a storm that goes on is seen again after as many denials more. */
function storm(trace: AgentTrace, decision: SeenDecision): Match | null {
  const recent = [...trace.uncounted, decision].filter(({ atMs }) => decision.atMs - atMs <= stormWithinMs)
  const isStorm = recent.length >= stormDenials
  trace.uncounted = isStorm ? [] : recent
  return isStorm
    ? { rule: detectionRules.denialStorm, about: '', evidence: recent.map(({ receipt }) => receipt) }
    : null
}

function flip(trace: AgentTrace, { tool, action, atMs, receipt }: SeenDecision): Match | null {
  const same = trace.denials.filter(
    (denial) => denial.tool === tool && denial.action === action && isWithin(atMs - denial.atMs, flipWithinMs),
  )
  if (same.length < flipDenials) return null
  trace.denials = trace.denials.filter((denial) => !same.includes(denial))
  return {
    rule: detectionRules.deniedThenAllowed,
    about: `${tool}/${action}`,
    evidence: [...same.slice(-flipDenials).map((denial) => denial.receipt), receipt],
  }
}

/** A retry answers an old decision again: what came after it was not before it. */
const isWithin = (sinceMs: number, limitMs: number): boolean => sinceMs >= 0 && sinceMs <= limitMs
