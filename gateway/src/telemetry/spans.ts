/**
 * The door's own spans. Without a collector nothing is made at all: the flag is
 * the only thing the request path looks at.
 */
import { trace, type Tracer } from '@opentelemetry/api'

/** On once `startTelemetry` has run. */
export const tracing = { on: false }

export const tracer: Tracer = trace.getTracer('@muster/gateway')
