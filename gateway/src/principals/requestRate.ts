/**
 * How many requests a second one credential, one person and one tenant may
 * send. Generous: it stops a client that has run wild, not one that works hard.
 */
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { GatewayConfig } from '../config.ts'
import { Refused } from '../door/problem.ts'
import type { Principal } from './principal.ts'

export interface RequestRate {
  /** Counts `requests` of this principal; throws `RATE_LIMITED` with `Retry-After`. */
  spend(principal: Principal, requests: number): Promise<void> | undefined
}

/** @param limits requests a second; 0 = no limit. */
export function requestRate(limits: GatewayConfig['requestsPerSecond']): RequestRate {
  const limiter = (points: number): RateLimiterMemory | null =>
    points === 0 ? null : new RateLimiterMemory({ points, duration: 1 })
  const [credential, person, tenant] = [limits.credential, limits.person, limits.tenant].map(limiter)

  async function spend(limiters: readonly [RateLimiterMemory, string][], requests: number): Promise<void> {
    try {
      for (const [by, key] of limiters) await by.consume(key, requests)
    } catch (error) {
      if (error instanceof Error) throw error
      throw new Refused('RATE_LIMITED', 'too many requests a second', { headers: { 'retry-after': '1' } })
    }
  }

  return {
    spend(principal, requests) {
      const own = principal.kind === 'person' ? person : credential
      const limiters: [RateLimiterMemory, string][] = []
      if (own) limiters.push([own, principal.credential])
      if (tenant) limiters.push([tenant, principal.tenantId])
      return limiters.length === 0 ? undefined : spend(limiters, requests)
    },
  }
}
