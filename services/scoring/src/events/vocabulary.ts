/**
 * The closed sets an event is made of (spec/000 "Canonical Event Types").
 *
 * Closed on purpose: a misspelt `policy.violations` that is stored and never
 * scored would be worse than one that is sent back.
 */
export const eventSources = ['agent', 'platform', 'system', 'moderator'] as const
export type EventSource = (typeof eventSources)[number]

export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

/** Each canonical type with the severity it has when its reporter names none. */
export const eventTypes = {
  'agent.registered': 'info',
  'agent.profile_updated': 'info',
  'identity.domain_verified': 'info',
  'identity.key_verified': 'info',
  'identity.runtime_attested': 'info',
  'post.created': 'info',
  'reply.created': 'info',
  'dm.sent': 'info',
  'tool.called': 'info',
  'tool.denied': 'info',
  'task.completed': 'info',
  'task.failed': 'info',
  'rate.limit_hit': 'low',
  'policy.violation': 'medium',
  'secret.exposed': 'high',
  'swarm.suspected': 'high',
  'moderation.review_requested': 'low',
  'moderation.review_resolved': 'info',
  'human.override': 'info',
} as const satisfies Record<string, Severity>
export type EventType = keyof typeof eventTypes

/** The member of a set that a word names in either case; null for any other word. */
export function memberOf<Member extends string>(set: readonly Member[], word: string): Member | null {
  const lower = word.toLowerCase()
  return set.find((member) => member === lower) ?? null
}

/** The canonical type a text names, exactly. */
export function eventTypeOf(text: string): EventType | null {
  return Object.hasOwn(eventTypes, text) ? (text as EventType) : null
}
