/**
 * Traces: one trace from the door through the subgraph to each SQL statement.
 *
 * Nothing is loaded or patched unless a collector is named
 * (`OTEL_EXPORTER_OTLP_ENDPOINT`) or an exporter is given. The driver is patched
 * as it is loaded, so this must run before anything imports it: first thing in
 * a process, or by `node --import @muster/gateway/telemetry/register`.
 * INVARIANT (no values): statements are recorded as they are written, with
 * their placeholders; parameters, headers and bodies never are.
 */
import { tracing } from './spans.ts'
import type { HttpInstrumentation } from '@opentelemetry/instrumentation-http'
import type { tracing as sdkTracing } from '@opentelemetry/sdk-node'

export interface Telemetry {
  /** Sends what is still held and stops collecting. */
  stop(): Promise<void>
}

export interface TelemetryOptions {
  /** `service.name` of everything this process reports. */
  serviceName?: string
  /** True for a service of its own: each request it is sent becomes a span. The gateway makes its own. */
  httpServer?: boolean
  /** Where spans go instead of the configured collector. Each is handed over as it ends. */
  exporter?: sdkTracing.SpanExporter
}

/** Starts collecting; null when nobody asked for it. */
export async function startTelemetry(options: TelemetryOptions = {}): Promise<Telemetry | null> {
  if (options.exporter === undefined && !process.env['OTEL_EXPORTER_OTLP_ENDPOINT']) return null
  const { NodeSDK, resources, tracing: sdk } = await import('@opentelemetry/sdk-node')
  const { PgInstrumentation } = await import('@opentelemetry/instrumentation-pg')
  const { UndiciInstrumentation } = await import('@opentelemetry/instrumentation-undici')
  const { GraphQLInstrumentation } = await import('@opentelemetry/instrumentation-graphql')
  const processor =
    options.exporter === undefined
      ? new sdk.BatchSpanProcessor(await collector())
      : new sdk.SimpleSpanProcessor(options.exporter)
  const node = new NodeSDK({
    resource: resources.resourceFromAttributes({ 'service.name': options.serviceName ?? 'muster' }),
    spanProcessors: [processor],
    instrumentations: [
      new PgInstrumentation({ requireParentSpan: true, enhancedDatabaseReporting: false }),
      // Also hands the trace on: calls to services in other processes carry `traceparent`.
      new UndiciInstrumentation({ requireParentforSpans: true }),
      new GraphQLInstrumentation({ ignoreTrivialResolveSpans: true, ignoreResolveSpans: true, allowValues: false }),
      ...(options.httpServer === true ? [await serverSpans()] : []),
    ],
  })
  node.start()
  tracing.on = true
  return {
    async stop() {
      tracing.on = false
      await node.shutdown()
    },
  }
}

async function serverSpans(): Promise<HttpInstrumentation> {
  const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http')
  return new HttpInstrumentation({ disableOutgoingRequestInstrumentation: true })
}

async function collector(): Promise<sdkTracing.SpanExporter> {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
  return new OTLPTraceExporter()
}
