/**
 * What the decided calls were, told to scoring: in batches, each event once.
 *
 * Ids are made from the journal, so a repeated replay is counted as duplicates
 * by the server and moves no score.
 */
import { listOf, memberOf, seqOf, textOf } from '../client/answers.ts'
import type { Api } from '../client/api.ts'
import { NotAccepted, RefusedByServer, RequestFailed } from '../client/errors.ts'
import { ingestEventsMutation } from '../client/operations.ts'
import type { RecordedCall } from '../transcripts/transcript.ts'
import type { CallRecord } from './callRecord.ts'
import { eventId } from './keys.ts'

export interface Event {
  readonly eventId: string
  readonly agentId: string
  readonly sourceType: 'platform'
  readonly eventType: 'tool.called' | 'tool.denied' | 'task.completed' | 'task.failed'
  /** ISO 8601 in UTC. */
  readonly occurredAt: string
  readonly payload: { readonly tool: string; readonly decision: string; readonly reasonCode: string }
}

/** The events of one call: none while it waits for a person, or when it was not decided. */
export function eventsOf(
  record: CallRecord,
  source: { readonly journal: string; readonly run: string; readonly agentId: string; readonly call: RecordedCall },
  occurredAt: string,
): Event[] {
  const { decision, redemption } = record
  if (decision === null) return []
  const event = (eventType: Event['eventType']): Event => ({
    eventId: eventId(source.journal, source.run, source.call, eventType),
    agentId: source.agentId,
    sourceType: 'platform',
    eventType,
    occurredAt,
    payload: { tool: record.tool, decision: decision.id, reasonCode: decision.reasonCode },
  })
  if (decision.outcome === 'DENY') return [event('tool.denied')]
  if (redemption.kind !== 'redeemed') return []
  const called = event('tool.called')
  switch (redemption.reported) {
    case null:
      return [called]
    case 'SUCCEEDED':
      return [called, event('task.completed')]
    case 'FAILED':
      return [called, event('task.failed')]
  }
}

/** The contract takes a thousand a call; half of that keeps an answer short. */
const batchSize = 500

export interface Ingested {
  accepted: number
  duplicates: number
  /** Codes of events that were not taken, with how many. */
  rejected: Map<string, number>
}

export class EventBatches {
  readonly ingested: Ingested = { accepted: 0, duplicates: 0, rejected: new Map() }
  readonly #api: Api
  #waiting: Event[] = []

  constructor(api: Api) {
    this.#api = api
  }

  /** @throws NotAccepted or ServerGone. */
  async add(events: readonly Event[]): Promise<void> {
    this.#waiting.push(...events)
    while (this.#waiting.length >= batchSize) await this.#send(this.#waiting.splice(0, batchSize))
  }

  /** Sends what is left. @throws NotAccepted or ServerGone. */
  async flush(): Promise<void> {
    while (this.#waiting.length > 0) await this.#send(this.#waiting.splice(0, batchSize))
  }

  async #send(events: readonly Event[]): Promise<void> {
    try {
      const { data } = await this.#api.ask(ingestEventsMutation, { input: { events } })
      const taken = memberOf(data, 'ingestEvents', 'EventsIngested')
      this.ingested.accepted += seqOf(taken, 'accepted')
      this.ingested.duplicates += seqOf(taken, 'duplicates')
      for (const refused of listOf(taken['rejected'] ?? [], '`rejected`')) this.#reject(textOf(refused, 'code'), 1)
    } catch (error) {
      if (error instanceof NotAccepted || !(error instanceof RefusedByServer || error instanceof RequestFailed))
        throw error
      this.#reject(error.code, events.length)
    }
  }

  #reject(code: string, count: number): void {
    this.ingested.rejected.set(code, (this.ingested.rejected.get(code) ?? 0) + count)
  }
}
