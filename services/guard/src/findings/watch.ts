/**
 * What a single decision already tells an analyst: somebody moved an agent to
 * change something from an origin that must not.
 *
 * Runs after the answer, never in its way; a failure is logged and counted, not
 * hidden: the denial itself is on record in any case.
 */
import { inScope, type RequestScope } from '@muster/db'
import type { DecisionModel } from '../actions/decisionRow.ts'
import type { GuardRoom } from '../room.ts'
import { sight, type Sighting } from './findings.ts'

const watched: Partial<Record<string, Pick<Sighting, 'type' | 'severity' | 'summary'>>> = {
  UNTRUSTED_MUTATION: {
    type: 'provenance.untrusted_mutation',
    severity: 'medium',
    summary: 'an action that changes something was moved by an untrusted or unknown origin and denied',
  },
  MALICIOUS_SOURCE: {
    type: 'provenance.malicious_source',
    severity: 'high',
    summary: 'an action was moved by a source suspected to be malicious and denied',
  },
  MANIFEST_MISMATCH: {
    type: 'manifest.mismatch',
    severity: 'high',
    summary: 'a caller runs under another tool manifest than the pinned one',
  },
}

/** Raises the finding a decision calls for, if any. Never throws and never delays the caller. */
export function watchDecision(room: GuardRoom, scope: RequestScope, decision: DecisionModel): void {
  const rule = watched[decision.reasonCode]
  if (rule === undefined) return
  const sighting: Sighting = {
    ...rule,
    agentId: decision.agentId,
    dedupeKey: `${rule.type}/${decision.agentId}/${decision.tool}`,
    evidence: decision.receipt,
  }
  inScope(scope, () => sight(room, sighting)).catch((err: unknown) => {
    room.log.error({ err, type: rule.type, decision: decision.id }, 'a finding could not be recorded')
  })
}
