/**
 * The detections there are, as data: what each is called, how bad it is, and
 * which known threats it speaks of. Reviewed as a diff of this table.
 *
 * A rule raises a finding and never decides anything: decisions are made by
 * policies and gates before any of this runs.
 *
 * Mappings: OWASP Top 10 for Agentic Applications (ASI…), MITRE ATLAS (AML…).
 */

export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical'

export interface DetectionRule {
  /** Also the finding's type. */
  readonly id: string
  /** Raised whenever what the rule matches changes; stands in the receipt of what it raised. */
  readonly version: number
  readonly severity: Severity
  /** Fixed words about the kind of thing seen; never anything an agent wrote. */
  readonly summary: string
  readonly owasp: readonly string[]
  readonly atlas: readonly string[]
}

export const detectionRules = {
  untrustedMutation: {
    id: 'provenance.untrusted_mutation',
    version: 1,
    severity: 'medium',
    summary: 'an action that changes something was moved by an untrusted or unknown origin and denied',
    owasp: ['ASI01'],
    atlas: ['AML.T0051.001'],
  },
  maliciousSource: {
    id: 'provenance.malicious_source',
    version: 1,
    severity: 'high',
    summary: 'an action was moved by a source suspected to be malicious and denied',
    owasp: ['ASI01'],
    atlas: ['AML.T0051.001'],
  },
  manifestMismatch: {
    id: 'manifest.mismatch',
    version: 1,
    severity: 'high',
    summary: 'a caller runs under another tool manifest than the pinned one',
    owasp: ['ASI04'],
    atlas: ['AML.T0010'],
  },
  denialStorm: {
    id: 'behaviour.denial_storm',
    version: 1,
    severity: 'high',
    summary: 'an agent was denied twenty times within five minutes',
    owasp: ['ASI02', 'ASI10'],
    atlas: ['AML.T0053'],
  },
  dormantWakes: {
    id: 'behaviour.dormant_wakes',
    version: 1,
    severity: 'medium',
    summary: 'an agent that had not acted for thirty days acts again',
    owasp: ['ASI03', 'ASI10'],
    atlas: ['AML.T0012'],
  },
  deniedThenAllowed: {
    id: 'behaviour.denied_then_allowed',
    version: 1,
    severity: 'low',
    summary: 'an action was allowed within ten minutes of three denials of the same action',
    owasp: ['ASI02', 'ASI03'],
    atlas: ['AML.T0053'],
  },
  // Raised by guard.report_reach() in the database, which names the same id, version and severity.
  foreignReach: {
    id: 'isolation.foreign_reach',
    version: 1,
    severity: 'high',
    summary: 'a credential asked for what belongs to another tenant',
    owasp: ['ASI03'],
    atlas: ['AML.T0012'],
  },
} as const satisfies Readonly<Record<string, DetectionRule>>

const byId = new Map<string, DetectionRule>(Object.values(detectionRules).map((rule) => [rule.id, rule]))

/** The rule behind a type of finding; null for one that no rule of today raises. */
export const ruleOf = (id: string): DetectionRule | null => byId.get(id) ?? null
