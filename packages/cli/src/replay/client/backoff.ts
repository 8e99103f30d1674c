/**
 * How long to wait before asking again, and when to stop. Pure.
 *
 * Every request of a replay may be sent twice: decisions, redemptions and events
 * carry keys under which the server answers the same, the rest is looked up
 * before it is made. So waiting is the only cost of asking again.
 */

/** After this many attempts the server is taken to be gone. */
export const attemptsMax = 9
const firstDelayMs = 100
const delayMaxMs = 8_000
/** A server that asks for more patience than this is taken to be gone as well. */
const retryAfterMaxMs = 30_000

/** The server heard nothing, or asked to come back: the same request may be answered later. */
const transientStatus: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504])
const transientCodes: ReadonlySet<string> = new Set(['NOT_RECORDED', 'UNAVAILABLE', 'RATE_LIMITED'])

export function isTransientStatus(status: number): boolean {
  return transientStatus.has(status)
}
/** @param code `extensions.code` of a GraphQL error. */
export function isTransientCode(code: string): boolean {
  return transientCodes.has(code)
}

/**
 * Full jitter over an exponential ceiling; what the server asks for is the least.
 * @param attempt from 1: the one that failed. @param retryAfter the header, in seconds.
 * @param random in [0, 1).
 * @returns milliseconds, or null to give up.
 */
export function delayAfter(attempt: number, retryAfter: string | undefined, random: number): number | null {
  if (attempt >= attemptsMax) return null
  const asked = /^\d{1,6}$/.test(retryAfter ?? '') ? Number(retryAfter) * 1_000 : 0
  if (asked > retryAfterMaxMs) return null
  const ceiling = Math.min(delayMaxMs, firstDelayMs * 2 ** (attempt - 1))
  return asked + Math.round(random * ceiling)
}
