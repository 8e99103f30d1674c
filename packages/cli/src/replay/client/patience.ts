/**
 * One request, asked again while that may help: the only loop in which the
 * replay waits for a server.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { delayAfter } from './backoff.ts'
import type { Connection, Exchange } from './connection.ts'
import { ServerGone, type RequestFailed } from './errors.ts'

/** Counted over all credentials of one replay. */
export interface Traffic {
  requests: number
  /** Attempts after the first. */
  retries: number
}

export type Judged<T> =
  | { readonly kind: 'answered'; readonly value: T }
  | { readonly kind: 'again' }
  | { readonly kind: 'failed'; readonly error: RequestFailed }

export interface Answered<T> {
  readonly value: T
  /** Of the attempt that was answered, milliseconds from sending to the last byte. */
  readonly elapsedMs: number
}

/** @throws what `judge` finds failed, or ServerGone when no attempt was answered. */
export async function patiently<T>(
  connection: Connection,
  traffic: Traffic,
  send: () => Promise<Exchange>,
  judge: (exchange: Exchange) => Judged<T>,
): Promise<Answered<T>> {
  for (let attempt = 1; ; attempt++) {
    traffic.requests++
    if (attempt > 1) traffic.retries++
    const began = performance.now()
    const exchange = await send().catch(asError)
    const elapsedMs = performance.now() - began
    if (!(exchange instanceof Error)) {
      const judged = judge(exchange)
      if (judged.kind === 'answered') return { value: judged.value, elapsedMs }
      if (judged.kind === 'failed') throw judged.error
    }
    const delay = delayAfter(attempt, exchange instanceof Error ? undefined : exchange.retryAfter, Math.random())
    if (delay === null) throw gone(connection.origin, exchange)
    await sleep(delay)
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error('the connection failed', { cause: error })
}

function gone(origin: string, last: Exchange | Error): ServerGone {
  const why = last instanceof Error ? codeOf(last) : `status ${last.status}`
  return new ServerGone(`\`${origin}\` does not answer: ${why}`, { cause: last })
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
