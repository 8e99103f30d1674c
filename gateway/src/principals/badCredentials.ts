/**
 * Slows whoever tries credentials that do not hold.
 *
 * Only failures count, and only against credentials never seen to hold: one
 * guesser behind an address does not shut out the honest clients beside it.
 */
import { LRUCache } from 'lru-cache'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { Refused } from '../door/problem.ts'

const windowSeconds = 60
/** Credentials known to have held lately, by digest. */
const knownGoodMax = 50_000
const knownGoodMs = 3_600_000

export interface BadCredentials {
  /** Throws `RATE_LIMITED` when the address has failed too often and this credential never held. */
  admit(address: string, digest: string): Promise<void>
  failed(address: string): Promise<void>
  held(digest: string): void
}

/** @param perMinute failures one address may have. */
export function badCredentials(perMinute: number): BadCredentials {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: windowSeconds })
  const good = new LRUCache<string, true>({ max: knownGoodMax, ttl: knownGoodMs })
  return {
    async admit(address, digest) {
      if (good.has(digest)) return
      const state = await limiter.get(address)
      if (state === null || state.consumedPoints < perMinute) return
      const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000))
      throw new Refused('RATE_LIMITED', 'too many credentials from this address did not hold', {
        headers: { 'retry-after': String(seconds) },
      })
    },
    async failed(address) {
      // Beyond the limit `consume` rejects; the count is what matters here.
      await limiter.consume(address).catch(() => undefined)
    },
    held: (digest) => {
      good.set(digest, true)
    },
  }
}
