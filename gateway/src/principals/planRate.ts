/**
 * Requests a minute by the tenant's plan: of the tenant, and of each
 * credential, told with every answer in the fields of
 * draft-ietf-httpapi-ratelimit-headers (`RateLimit-Policy`, `RateLimit`).
 *
 * Windows of a minute, counted in this process: each replica of the gateway
 * counts what passes through it. A plan that changes holds with the next
 * principal, within a second; what was counted stays counted.
 */
import { planLimits, type PlanCode } from '@muster/kernel'
import { LRUCache } from 'lru-cache'
import { Refused } from '../door/problem.ts'
import type { Principal } from './principal.ts'

export const windowMs = 60_000
/** Counters of credentials kept at once; one that is pushed out begins its minute anew. */
const countersMax = 20_000

interface Window {
  endsAt: number
  used: number
}

export interface PlanRate {
  /** Counts `requests`; the fields of the answer. Throws `RATE_LIMITED` with the same fields and `Retry-After`. */
  spend(principal: Principal, requests: number): Readonly<Record<string, string>>
}

/** @param nowMs a clock that only rises. */
export function planRate(nowMs: () => number = () => performance.now()): PlanRate {
  const tenants = new LRUCache<string, Window>({ max: countersMax })
  const credentials = new LRUCache<string, Window>({ max: countersMax })
  const policies = Object.fromEntries(
    Object.entries(planLimits).map(([code, limits]) => [
      code,
      `"tenant";q=${limits.requestsPerMinute};w=60, "credential";q=${limits.credentialRequestsPerMinute};w=60`,
    ]),
  ) as Record<PlanCode, string>

  return {
    spend({ tenantId, credential, plan }, requests) {
      const now = nowMs()
      const limits = planLimits[plan]
      const tenant = windowOf(tenants, tenantId, now)
      const own = windowOf(credentials, `${tenantId} ${credential}`, now)
      const refused =
        own.used + requests > limits.credentialRequestsPerMinute
          ? own
          : tenant.used + requests > limits.requestsPerMinute
            ? tenant
            : null
      // What is refused is not counted: a client that keeps asking is let in again when its minute is over.
      if (refused === null) {
        own.used += requests
        tenant.used += requests
      }
      const headers = {
        'ratelimit-policy': policies[plan],
        ratelimit: `${item('tenant', limits.requestsPerMinute, tenant, now)}, ${item('credential', limits.credentialRequestsPerMinute, own, now)}`,
      }
      if (refused === null) return headers
      const by = refused === own ? 'credential' : 'tenant'
      throw new Refused('RATE_LIMITED', `the plan \`${plan}\` allows this ${by} no more requests in this minute`, {
        headers: { ...headers, 'retry-after': String(secondsLeft(refused, now)) },
        extra: { limit: by, plan },
      })
    },
  }
}

function windowOf(windows: LRUCache<string, Window>, key: string, now: number): Window {
  const known = windows.get(key)
  if (known !== undefined && now < known.endsAt) return known
  const fresh = { endsAt: now + windowMs, used: 0 }
  windows.set(key, fresh)
  return fresh
}

function item(name: string, quota: number, window: Window, now: number): string {
  return `"${name}";r=${Math.max(0, quota - window.used)};t=${secondsLeft(window, now)}`
}

function secondsLeft(window: Window, now: number): number {
  // Rounded first: a sum of fractions is a hair more than a minute.
  return Math.max(1, Math.ceil(Math.round(window.endsAt - now) / 1000))
}
