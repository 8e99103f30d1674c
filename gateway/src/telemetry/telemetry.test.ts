/** One trace from the door to the SQL statement. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tracing } from '@opentelemetry/sdk-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { World } from '../testing/world.ts'
import { startTelemetry, type Telemetry } from './index.ts'

const exporter = new tracing.InMemorySpanExporter()
let telemetry: Telemetry | null
let world: World

beforeAll(async () => {
  // First the traces, then everything that loads the driver.
  telemetry = await startTelemetry({ exporter })
  const { startWorld } = await import('../testing/world.ts')
  world = await startWorld()
})
afterAll(async () => {
  await world.stop()
  await telemetry?.stop()
})

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`

describe('a trace', () => {
  it('joins door, subgraph and SQL under the caller\u2019s own id', async () => {
    const { apiKey } = await world.addKey()
    await world.graphql('{ hello }', { bearer: apiKey })
    exporter.reset()
    const headers = { traceparent, 'x-request-id': 'traced-request-1' }
    const answer = await world.graphql('{ tenantSeen }', { bearer: apiKey, headers })
    expect(answer.status).toBe(200)
    await expect.poll(() => exporter.getFinishedSpans().some(({ name }) => name === 'POST /graphql')).toBe(true)
    const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId)
    const door = spans.find(({ name }) => name === 'POST /graphql')!
    const subgraph = spans.find(({ name }) => name === 'subgraph scoring')!
    const sql = spans.filter(({ name }) => name.startsWith('pg.query'))
    expect(door.attributes).toMatchObject({ 'muster.request_id': 'traced-request-1', 'http.response.status_code': 200 })
    expect(subgraph.parentSpanContext?.spanId).toBe(door.spanContext().spanId)
    const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]))
    const isBelowSubgraph = (span: (typeof spans)[number]): boolean => {
      const parent = byId.get(span.parentSpanContext?.spanId ?? '')
      return parent !== undefined && (parent === subgraph || isBelowSubgraph(parent))
    }
    expect(
      sql.some((span) => isBelowSubgraph(span) && JSON.stringify(span.attributes).includes('muster.tenant()')),
    ).toBe(true)
  })

  it('records no parameter, no credential and no value', async () => {
    const { apiKey } = await world.addKey()
    exporter.reset()
    const canary = 'canary-in-a-trace'
    const query = 'query($json: JSON) { echo(json: $json) tenantSeen }'
    await world.graphql(query, { bearer: apiKey, headers: { traceparent }, variables: { json: canary } })
    await expect.poll(() => exporter.getFinishedSpans().some(({ name }) => name === 'POST /graphql')).toBe(true)
    const text = JSON.stringify(
      exporter.getFinishedSpans().map(({ name, attributes, events }) => ({ name, attributes, events })),
    )
    expect(text).toContain('SELECT')
    for (const secret of [canary, apiKey, world.tenantId]) expect(text).not.toContain(secret)
  })
})

describe('a call of a service in another process', () => {
  it('hands the trace on, once', async () => {
    const heard: string[][] = []
    const service = createServer((request, response) => {
      heard.push(request.headersDistinct['traceparent'] ?? [])
      response.setHeader('content-type', 'application/json').end('{"data":{"a":1}}')
    })
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve))
    const { endpointOf } = await import('../graph/endpoint.ts')
    const { callSubgraph } = await import('../graph/callSubgraph.ts')
    const url = `http://127.0.0.1:${(service.address() as AddressInfo).port}/graphql`
    const endpoint = endpointOf({ name: 'guard', url, roles: [] })
    const answer = await callSubgraph(endpoint, { query: '{ a }', handovers: {} })
    expect(answer).toEqual({ data: { a: 1 } })
    expect(heard).toEqual([[expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)]])
    await endpoint.close()
    service.close()
  })
})

describe('without a collector', () => {
  it('nothing is started', async () => {
    expect(process.env['OTEL_EXPORTER_OTLP_ENDPOINT']).toBeUndefined()
    expect(await startTelemetry()).toBeNull()
  })
})
