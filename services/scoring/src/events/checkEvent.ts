/**
 * One reported event, read strictly: what may be stored, or why not. Pure.
 */
import { canonicalize, hashCanonical, UnsafeJson, type JsonValue } from '@muster/canonical-json'
import { isUuid } from '@muster/kernel'
import {
  eventSources,
  eventTypeOf,
  eventTypes,
  memberOf,
  severities,
  type EventSource,
  type EventType,
  type Severity,
} from './vocabulary.ts'

export interface EventInput {
  eventId: string
  agentId: string
  sourceType: string
  eventType: string
  occurredAt: string
  payload?: unknown
  severity?: string | null | undefined
  signature?: string | null | undefined
}

export interface CheckedEvent {
  eventId: string
  agentId: string
  source: EventSource
  type: EventType
  severity: Severity
  /** Milliseconds: finer digits are cut off. */
  occurredAt: Date
  payload: JsonValue
  signature: string | null
  /** What a signature is over, 64 lower-case hexadecimal characters. */
  eventHash: string
}

export type RejectionCode =
  | 'UNKNOWN_AGENT'
  | 'INVALID_EVENT'
  | 'FUTURE_EVENT'
  | 'PAYLOAD_TOO_LARGE'
  | 'SOURCE_NOT_ALLOWED'

export interface RejectedEvent {
  eventId: string
  code: RejectionCode
  message: string
}

/** A reporter's clock may run ahead this far before its reports are not believed. */
export const clockSkewMs = 5 * 60_000
/** No agent acted before; earlier instants are a clock that was never set. */
const earliestMs = Date.UTC(2000, 0, 1)
export const payloadBytesMax = 64 * 1024
/** Never equal to a payload hash, an action hash or a ledger leaf. */
export const eventDomain = 'muster/event/v1\n'

const printable = /^[^\p{C}]{1,200}$/u
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** What only an agent's own key is held to: it speaks about itself, as itself. */
export interface Reporter {
  ownAgent: string | null
}

/** @param nowMs the product's clock, milliseconds since the Unix epoch. */
export function checkEvent(input: EventInput, reporter: Reporter, nowMs: number): CheckedEvent | RejectedEvent {
  const rejected = (code: RejectionCode, message: string): RejectedEvent => ({ eventId: input.eventId, code, message })
  const { eventId, agentId } = input
  if (!printable.test(eventId)) return rejected('INVALID_EVENT', '`eventId` is 1 to 200 printable characters')
  const source = memberOf(eventSources, input.sourceType)
  if (source === null) return rejected('INVALID_EVENT', `\`sourceType\` is one of ${eventSources.join(', ')}`)
  const type = eventTypeOf(input.eventType)
  if (type === null) return rejected('INVALID_EVENT', '`eventType` is not a canonical event type')
  const severity = input.severity ? memberOf(severities, input.severity) : eventTypes[type]
  if (severity === null) return rejected('INVALID_EVENT', `\`severity\` is one of ${severities.join(', ')}`)
  const at = instantMs(input.occurredAt)
  if (Number.isNaN(at) || at < earliestMs)
    return rejected('INVALID_EVENT', '`occurredAt` is not an ISO 8601 instant with a zone')
  if (at > nowMs + clockSkewMs) return rejected('FUTURE_EVENT', '`occurredAt` lies in the future')
  if (!isUuid(agentId) || (reporter.ownAgent !== null && agentId !== reporter.ownAgent)) return unknownAgent(eventId)
  if (reporter.ownAgent !== null && source !== 'agent')
    return rejected('SOURCE_NOT_ALLOWED', "an agent's own key reports as `AGENT`")
  const payload = readPayload(input.payload)
  if ('code' in payload) return rejected(payload.code, payload.message)
  const occurredAt = new Date(at)
  const eventHash = hashCanonical(eventDomain, {
    agentId,
    eventId,
    eventType: type,
    occurredAt: occurredAt.toISOString(),
    payload: payload.value,
    severity,
    sourceType: source,
  })
  return {
    eventId,
    agentId,
    source,
    type,
    severity,
    occurredAt,
    payload: payload.value,
    signature: input.signature ?? null,
    eventHash,
  }
}

/** An ISO 8601 instant with a zone, in milliseconds since the Unix epoch; NaN for anything else, 30 February included. */
function instantMs(text: string): number {
  if (!instant.test(text)) return Number.NaN
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number]
  return day > new Date(Date.UTC(year, month, 0)).getUTCDate() ? Number.NaN : Date.parse(text)
}

export function unknownAgent(eventId: string): RejectedEvent {
  return { eventId, code: 'UNKNOWN_AGENT', message: 'there is no such agent' }
}

export function isRejected(event: CheckedEvent | RejectedEvent): event is RejectedEvent {
  return 'code' in event
}

function readPayload(payload: unknown): { value: JsonValue } | { code: RejectionCode; message: string } {
  const value = (payload ?? null) as JsonValue
  try {
    if (Buffer.byteLength(canonicalize(value)) > payloadBytesMax)
      return { code: 'PAYLOAD_TOO_LARGE', message: `\`payload\` is larger than ${payloadBytesMax} bytes` }
    return { value }
  } catch (error) {
    if (!(error instanceof UnsafeJson)) throw error
    return { code: 'INVALID_EVENT', message: '`payload` has no canonical form' }
  }
}
