/**
 * A closed-loop load: so many connections, each with one request in flight.
 *
 * Bounded in count and time; every answer is checked, so a fast error is never
 * counted as a fast answer.
 */
import { Pool } from 'undici'

export interface Figures {
  /** Answers a second. */
  throughput: number
  /** Milliseconds. */
  p50: number
  p95: number
  p99: number
  answers: number
  failures: number
}

export interface LoadOptions {
  connections: number
  /** How long to measure, and to warm up before, in milliseconds. */
  forMs: number
  warmUpMs: number
}

/** Figures from latencies in milliseconds over a time in milliseconds. */
export function figures(latencies: number[], overMs: number, failures = 0): Figures {
  const sorted = Float64Array.from(latencies).sort()
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return {
    throughput: (latencies.length / overMs) * 1000,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    answers: latencies.length,
    failures,
  }
}

/** Runs `work` on `connections` at once, again and again, first to warm up and then to measure. */
export async function load(
  options: LoadOptions,
  work: (connection: number, turn: number) => Promise<boolean>,
): Promise<Figures> {
  const latencies: number[] = []
  let failures = 0
  const startAt = performance.now() + options.warmUpMs
  const endAt = startAt + options.forMs
  await Promise.all(
    Array.from({ length: options.connections }, async (_, connection) => {
      for (let turn = 0; performance.now() < endAt; turn += 1) {
        const before = performance.now()
        const ok = await work(connection, turn).catch(() => false)
        const after = performance.now()
        if (before < startAt || after > endAt) continue
        if (ok) latencies.push(after - before)
        else failures += 1
      }
    }),
  )
  return figures(latencies, options.forMs, failures)
}

export interface GraphqlLoad extends LoadOptions {
  url: string
  body: (connection: number, turn: number) => { query: string; variables?: unknown }
  headers?: (connection: number) => Record<string, string>
  /** Whether the answer is the one that was asked for. */
  check: (data: any) => boolean
}

/** GraphQL over HTTP/1.1 keep-alive. */
export async function graphqlLoad(options: GraphqlLoad): Promise<Figures> {
  const { origin, pathname } = new URL(options.url)
  const pool = new Pool(origin, { connections: options.connections, pipelining: 1 })
  try {
    return await load(options, async (connection, turn) => {
      const answer = await pool.request({
        path: pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...options.headers?.(connection) },
        body: JSON.stringify(options.body(connection, turn)),
      })
      const text = await answer.body.text()
      return answer.statusCode === 200 && options.check((JSON.parse(text) as { data?: unknown }).data)
    })
  } finally {
    await pool.close()
  }
}
