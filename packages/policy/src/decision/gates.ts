/**
 * The gates in front of Cedar: fixed rules that no policy can override.
 *
 * Each gate is one function in one table, asked in order; a gate denies, holds
 * or says nothing. They are plain code on purpose: provenance, standing and
 * grants are decided deterministically, whatever a tenant's policies say.
 */
import type { Trust } from '@muster/kernel'
import { assertNever } from '@muster/kernel'
import type { DecisionFacts } from '../facts/decisionFacts.ts'
import type { Derived } from '../facts/policyFacts.ts'
import type { ReasonCode, ReviewReason } from './reasonCodes.ts'

export type GateAnswer =
  | { outcome: 'DENY'; gate: string; reason: ReasonCode }
  | { outcome: 'REVIEW'; gate: string; reason: ReviewReason; quorum: number }

type Gate = (facts: DecisionFacts, derived: Derived) => GateAnswer | null

function deny(gate: string, reason: ReasonCode): GateAnswer {
  return { outcome: 'DENY', gate, reason }
}

/** Only an active agent acts freely; a restricted one reads freely and is held on changes. */
function status({ agent }: DecisionFacts, { mutates }: Derived): GateAnswer | null {
  switch (agent.status) {
    case 'ACTIVE':
      return null
    case 'RESTRICTED':
      return mutates ? { outcome: 'REVIEW', gate: 'gate.status', reason: 'APPROVAL_REQUIRED_STATUS', quorum: 1 } : null
    case 'FROZEN':
      return deny('gate.status', 'AGENT_FROZEN')
    case 'QUARANTINED':
      return deny('gate.status', 'AGENT_QUARANTINED')
    case 'REVOKED':
      return deny('gate.status', 'AGENT_REVOKED')
    default:
      return assertNever(agent.status)
  }
}

function toolQuarantine({ manifest }: DecisionFacts): GateAnswer | null {
  return manifest?.quarantined === true ? deny('gate.tool', 'TOOL_QUARANTINED') : null
}

/** A caller that names a manifest runs under exactly the pinned one, or not at all. */
function manifestPin({ manifest, request }: DecisionFacts): GateAnswer | null {
  return request.manifestHash !== null && request.manifestHash !== manifest?.hash
    ? deny('gate.manifest', 'MANIFEST_MISMATCH')
    : null
}

function maliciousSource(_: DecisionFacts, { trust }: Derived): GateAnswer | null {
  return trust === 'MALICIOUS_SUSPECTED' ? deny('gate.provenance', 'MALICIOUS_SOURCE') : null
}

function grant(_: DecisionFacts, derived: Derived): GateAnswer | null {
  switch (derived.grant) {
    case 'granted':
      return null
    case 'expired':
      return deny('gate.grant', 'GRANT_EXPIRED')
    case 'none':
      return deny('gate.grant', 'NO_GRANT')
    default:
      return assertNever(derived.grant)
  }
}

const onMutation = {
  TRUSTED_INTERNAL_SIGNED: 'pass',
  TRUSTED_INTERNAL: 'pass',
  SEMI_TRUSTED: 'hold',
  UNKNOWN: 'deny',
  UNTRUSTED_EXTERNAL: 'deny',
  MALICIOUS_SUSPECTED: 'deny',
} as const satisfies Record<Trust, 'pass' | 'hold' | 'deny'>

/** What changes something needs an origin: semi-trusted is held, anything below is denied. */
function provenance(_: DecisionFacts, { mutates, trust }: Derived): GateAnswer | null {
  if (!mutates) return null
  const answer = onMutation[trust]
  switch (answer) {
    case 'pass':
      return null
    case 'hold':
      return { outcome: 'REVIEW', gate: 'gate.provenance', reason: 'APPROVAL_REQUIRED_TRUST', quorum: 1 }
    case 'deny':
      return deny('gate.provenance', 'UNTRUSTED_MUTATION')
    default:
      return assertNever(answer)
  }
}

function connectorBounds({ connector }: DecisionFacts): GateAnswer | null {
  if (connector === null) return null
  if (!connector.enabled) return deny('gate.connector', 'CONNECTOR_DISABLED')
  if (!connector.destinationAllowed) return deny('gate.connector', 'DESTINATION_NOT_ALLOWED')
  return connector.withinBudget ? null : deny('gate.connector', 'BUDGET_EXCEEDED')
}

/** The order fixes which reason a call denied several times over is given. */
const gates: readonly Gate[] = [
  status,
  toolQuarantine,
  manifestPin,
  maliciousSource,
  grant,
  provenance,
  connectorBounds,
]

/** Every hold, or the first denial alone. */
export function askGates(facts: DecisionFacts, derived: Derived): GateAnswer[] {
  const holds: GateAnswer[] = []
  for (const gate of gates) {
    const answer = gate(facts, derived)
    if (answer === null) continue
    if (answer.outcome === 'DENY') return [answer]
    holds.push(answer)
  }
  return holds
}
