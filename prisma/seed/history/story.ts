/**
 * A company's thirty days as data: how busy it is, and what happened beside
 * the daily work. `history/` lives it through; nothing here knows how.
 */
import type { RiskTier, Trust } from '@muster/kernel'

interface On {
  /** Whole days before the end; 0 is the last day. */
  daysAgo: number
  /** E-mail of whoever does it. */
  by: string
}

/** A change of an agent's standing. */
export interface StandingAct extends On {
  kind: 'freeze' | 'reinstate' | 'restrict' | 'quarantine' | 'revoke'
  agent: string
  reason: string
}

export interface GrantAct extends On {
  kind: 'grant'
  agent: string
  tool: string
  /** The grant ends so many days after it was given; absent = until revoked. */
  forDays?: number
}

export interface RevokeGrantAct extends On {
  kind: 'revokeGrant'
  agent: string
  tool: string
}

/** An agent offered to another team; `accept` absent leaves the offer open. */
export interface TransferAct extends On {
  kind: 'transfer'
  agent: string
  to: string
  accept?: string
}

export interface ChangeAct extends On {
  kind: 'change'
  agent: string
  ownerEmail?: string
  riskTier?: RiskTier
  model?: string
  reason: string
}

/** A session that met foreign content and then tried to change something with it. */
export interface AttackAct extends Omit<On, 'by'> {
  kind: 'attack'
  agent: string
  tool: string
  action: string
  trust: Extract<Trust, 'UNTRUSTED_EXTERNAL' | 'MALICIOUS_SUSPECTED'>
  /** How often it tried. */
  times: number
}

/** A caller under another tool manifest than the pinned one. */
export interface DriftAct extends Omit<On, 'by'> {
  kind: 'drift'
  agent: string
  tool: string
  action: string
}

/** The integrator's key asks for an agent of another company. */
export interface ReachAct extends Omit<On, 'by'> {
  kind: 'reach'
  /** Slug of the other company's tenant, and of its agent. */
  tenant: string
  agent: string
}

/** What the platform or a moderator reports about an agent. */
export interface ReportAct extends Omit<On, 'by'> {
  kind: 'report'
  agent: string
  type: 'policy.violation' | 'secret.exposed' | 'rate.limit_hit' | 'tool.denied' | 'human.override'
  severity: 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL'
  times: number
}

/** An analyst takes on, and perhaps closes, the open findings of an agent; `agent` null = those of no agent. */
export interface TriageAct extends On {
  kind: 'triage'
  agent: string | null
  close: 'RESOLVED' | 'FALSE_POSITIVE' | 'ACCEPTED_RISK' | 'DUPLICATE' | null
}

/** An access review of a unit; its opener signs it off, or it stays open with some items decided. */
export interface ReviewAct extends On {
  kind: 'review'
  name: string
  unit: string
  dueInDays: number
  shareDecided: number
  isSigned: boolean
}

export type Act =
  | StandingAct
  | GrantAct
  | RevokeGrantAct
  | TransferAct
  | ChangeAct
  | AttackAct
  | DriftAct
  | ReachAct
  | ReportAct
  | TriageAct
  | ReviewAct

export interface Story {
  /** Calls on a working day; a weekend day has a sixth. */
  callsADay: number
  /** Events on a working day; a weekend day has a third. */
  eventsADay: number
  /** Calls a working day that change something and are held for a person. */
  heldADay: number
  /** Held actions still waiting when the history ends. */
  pendingAtEnd: number
  /** Agents that fail or are stopped more often than others, with their share of failed tasks. */
  shaky: Readonly<Record<string, number>>
  acts: readonly Act[]
}
