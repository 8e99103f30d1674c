/**
 * What a receipt means to somebody watching: which things changed, never how.
 *
 * `{typename, id, version}`: the page asks the graph for what it shows, under
 * its own rights. Versions are sequence numbers of the ledger, so two events
 * about one thing can be told apart and put in order. Pure.
 */

export interface LiveEvent {
  readonly typename: string
  readonly id: string
  readonly version: number
}

/** A receipt as the relay reads it. */
export interface SeenReceipt {
  readonly seq: number
  readonly type: string
  readonly subjectType: string
  readonly subjectId: string
  readonly agentId: string | null
  /** The receipt's `data`, for the few types whose meaning is in it. */
  readonly data: Readonly<Record<string, unknown>> | null
}

/** Types of the graph by the ledger's subjects. A subject without one is nobody's page. */
const typenames: Readonly<Record<string, string>> = {
  agent: 'Agent',
  api_key: 'ApiKey',
  approval: 'Approval',
  decision: 'Decision',
  execution: 'Execution',
  finding: 'Finding',
  grant: 'Grant',
  incident: 'Incident',
  key: 'SigningKey',
  manifest: 'Manifest',
  org_unit: 'OrgUnit',
  person: 'Person',
  policy: 'PolicyBundle',
  review: 'AccessReview',
  review_item: 'ReviewItem',
  score: 'Score',
  tenant: 'Tenant',
  transfer: 'TransferOffer',
}

/** One word for two things: a person's sign-in and an agent's run. */
const sessionTypenames: Readonly<Record<string, string>> = {
  'session.opened': 'SignInSession',
  'session.closed': 'SignInSession',
  'session.started': 'AgentSession',
  'session.tainted': 'AgentSession',
  'session.ended': 'AgentSession',
}

/** Receipts whose `data` is read: an approval is born in a decision, an agent leaves with a transfer. */
export const typesRead: readonly string[] = ['action.decided', 'approval.vote', 'transfer.accepted']

/** Everything one receipt says has changed: its subject, what else it names, and the agent it is about. */
export function eventsOf(receipt: SeenReceipt): LiveEvent[] {
  const version = receipt.seq
  const events: LiveEvent[] = []
  const typename = receipt.subjectType === 'session' ? sessionTypenames[receipt.type] : typenames[receipt.subjectType]
  if (typename !== undefined) events.push({ typename, id: receipt.subjectId, version })
  const approval = receipt.data?.['approval']
  if (typeof approval === 'string' && receipt.subjectType !== 'approval') {
    events.push({ typename: 'Approval', id: approval, version })
  }
  if (receipt.agentId !== null && receipt.subjectType !== 'agent') {
    events.push({ typename: 'Agent', id: receipt.agentId, version })
  }
  return events
}

/** The last event of each thing, in the order of their versions: in a burst nobody asks thrice. */
export function lastOfEach(events: readonly LiveEvent[]): LiveEvent[] {
  const last = new Map<string, LiveEvent>()
  for (const event of events) {
    const name = `${event.typename}/${event.id}`
    last.delete(name)
    last.set(name, event)
  }
  return [...last.values()]
}
