/**
 * What is counted, in Prometheus' words. Labels are closed sets: a route, a
 * status, a kind of operation; never a tenant, a person, a name or an id.
 */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'

/** Seconds; a decision takes one to ten milliseconds, a page of a ledger up to a second. */
const durations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

export type OperationRoute = 'straight' | 'federated'
export type CredentialOutcome = 'remembered' | 'resolved' | 'refused' | 'throttled'

export interface Metrics {
  readonly registry: Registry
  answered(method: string, route: string, status: number, ms: number): void
  operation(kind: string, route: OperationRoute, failed: boolean, ms: number): void
  credential(outcome: CredentialOutcome): void
  signIn(outcome: 'opened' | 'refused' | 'throttled'): void
  streamsOpen(count: number): void
  eventsSent(count: number): void
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** A registry of its own: two gateways in one process do not meet in a global one. */
export function openMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const requests = new Histogram({
    name: 'muster_http_request_seconds',
    help: 'time from the head of a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: durations,
    registers,
  })
  const operations = new Histogram({
    name: 'muster_graphql_operation_seconds',
    help: 'time an operation takes behind the door, by the way it goes',
    labelNames: ['kind', 'route', 'outcome'],
    buckets: durations,
    registers,
  })
  const credentials = new Counter({
    name: 'muster_credentials_total',
    help: 'credentials presented, by what came of them',
    labelNames: ['outcome'],
    registers,
  })
  const signIns = new Counter({
    name: 'muster_sign_ins_total',
    help: 'sign-ins by outcome',
    labelNames: ['outcome'],
    registers,
  })
  const streams = new Gauge({ name: 'muster_streams_open', help: 'live streams open', registers })
  const events = new Counter({ name: 'muster_stream_events_total', help: 'events sent to live streams', registers })
  return {
    registry,
    answered(method, route, status, ms) {
      requests.observe({ method: methods.has(method) ? method : 'other', route, status }, ms / 1000)
    },
    operation: (kind, route, failed, ms) =>
      operations.observe({ kind, route, outcome: failed ? 'error' : 'ok' }, ms / 1000),
    credential: (outcome) => credentials.inc({ outcome }),
    signIn: (outcome) => signIns.inc({ outcome }),
    streamsOpen: (count) => streams.set(count),
    eventsSent: (count) => events.inc(count),
  }
}
