/**
 * Everything a decision may depend on, gathered before anything is decided.
 *
 * The caller of `decide` loads these in one statement; the decision itself is
 * a pure function of them and of the policy set. What is unknown is `null`,
 * never a friendly default: the rules turn the absence into caution.
 */
import type { ActorKind, AgentStatus, RiskTier, Trust } from '@muster/kernel'

/**
 * What the scores of an agent mean for policy, from its latest snapshot.
 * `NONE` is "no evidence yet". No tier ever loosens a decision.
 */
export const scoreTiers = ['NONE', 'STANDARD', 'ELEVATED', 'RESTRICTED'] as const
export type ScoreTier = (typeof scoreTiers)[number]

export interface AgentFacts {
  id: string
  status: AgentStatus
  riskTier: RiskTier
  environment: string
  /** Org-unit id of the team, and of the department above it. */
  team: string | null
  department: string | null
  /** Every org unit above the agent, its own team included. */
  units: readonly string[]
  /** Person id of the accountable owner. */
  owner: string | null
  scoreTier: ScoreTier
}

export interface RequestFacts {
  tool: string
  action: string
  resource: string | null
  /** What the caller says moved the agent; absent means `UNKNOWN`. Can only lower. */
  claimedTrust: Trust | null
  /** True only when a signature over the triggering message was verified. */
  signatureVerified: boolean
  /** What the caller says about mutation. `false` and `null` change nothing, `true` raises. */
  claimedMutates: boolean | null
  /** The manifest the caller believes it runs under. */
  manifestHash: string | null
  destination: string | null
  connectorId: string | null
  onBehalfOf: string | null
  /** A delegation from `onBehalfOf` to this agent is in force. */
  delegated: boolean
  /** Minor units, a safe integer. */
  amount: number | null
}

export interface CredentialFacts {
  kind: ActorKind
  /** The highest trust this credential can vouch for. */
  ceiling: Trust
}

export interface SessionFacts {
  id: string
  /** The least trusted content the session has met so far. */
  taint: Trust
}

/** The pinned manifest of the tool's server. */
export interface ManifestFacts {
  hash: string
  server: string
  /** The manifest lists this tool. */
  toolKnown: boolean
  /** What the manifest says of this tool; meaningless when it is not listed. */
  mutates: boolean
  /** What the server offers now differs from what is pinned. */
  drift: boolean
  quarantined: boolean
}

export interface GrantFacts {
  id: string
  tool: string
  /** `null` covers every action of the tool. */
  action: string | null
  /** Not expired at the instant of the decision. */
  active: boolean
}

export interface ConnectorFacts {
  id: string
  enabled: boolean
  destinationAllowed: boolean
  withinBudget: boolean
}

export interface DecisionFacts {
  agent: AgentFacts
  request: RequestFacts
  credential: CredentialFacts
  session: SessionFacts | null
  manifest: ManifestFacts | null
  /** Grants of this agent that were not revoked. Those for other tools are ignored. */
  grants: readonly GrantFacts[]
  /** `null` when no connector was named or it is not known. */
  connector: ConnectorFacts | null
  /** The instant of the decision, milliseconds since the Unix epoch. */
  nowMs: number
}
