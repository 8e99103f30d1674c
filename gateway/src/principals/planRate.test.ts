/** A plan's requests a minute: never one more, told with every answer, and new with the next minute. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planCodes, planLimits } from '@muster/kernel'
import { Refused } from '../door/problem.ts'
import { planRate, windowMs } from './planRate.ts'
import type { Principal } from './principal.ts'

const of = (plan: Principal['plan'], credential = 'c', tenantId = 't'): Principal => ({
  tenantId,
  subject: 's',
  kind: 'api_key',
  credential,
  presented: 'api_key',
  agent: null,
  caps: [],
  roles: [],
  all: true,
  units: [],
  epoch: 1,
  ceiling: 'UNKNOWN',
  expiresAtMs: null,
  plan,
  suspended: false,
})

function refusal(work: () => unknown): Refused | null {
  try {
    work()
    return null
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
}

describe('requests by plan', () => {
  it('say what is allowed, what is left and when it begins anew', () => {
    let now = 0
    const rate = planRate(() => now)
    rate.spend(of('free'), 1)
    now = 20_500
    expect(rate.spend(of('free'), 2)).toEqual({
      'ratelimit-policy': '"tenant";q=600;w=60, "credential";q=300;w=60',
      ratelimit: '"tenant";r=597;t=40, "credential";r=297;t=40',
    })
  })

  it('never let through more than the credential\u2019s or the tenant\u2019s quota in a window, whoever asks in which order', () => {
    const asks = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 120 })), { maxLength: 60 })
    fc.assert(
      fc.property(asks, (all) => {
        const rate = planRate(() => 0)
        const passed = [0, 0, 0, 0]
        for (const [who, requests] of all) {
          const total = passed.reduce((sum, each) => sum + each, 0)
          const fits =
            passed[who]! + requests <= planLimits.free.credentialRequestsPerMinute &&
            total + requests <= planLimits.free.requestsPerMinute
          expect(refusal(() => rate.spend(of('free', `c${who}`), requests)) === null).toBe(fits)
          if (fits) passed[who]! += requests
        }
      }),
      { numRuns: 40 },
    )
  })

  it('tell a refused client when to come back, let it in then, and leave other tenants alone', () => {
    let now = 0
    const rate = planRate(() => now)
    rate.spend(of('free'), 300)
    now = 59_001
    const refused = refusal(() => rate.spend(of('free'), 1))
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', extra: { limit: 'credential', plan: 'free' } })
    expect(refused?.headers).toMatchObject({
      'retry-after': '1',
      ratelimit: expect.stringContaining('"credential";r=0;t=1'),
    })
    expect(refusal(() => rate.spend(of('free', 'c', 'other'), 1))).toBeNull()
    now = windowMs
    expect(refusal(() => rate.spend(of('free'), 1))).toBeNull()
  })

  it('grow and shrink with the plan at once, what was counted staying counted', () => {
    const rate = planRate(() => 0)
    rate.spend(of('pro'), 400)
    expect(refusal(() => rate.spend(of('free'), 1))?.headers['ratelimit']).toContain('"credential";r=0')
    expect(refusal(() => rate.spend(of('pro'), 1))).toBeNull()
  })

  it('grow from plan to plan in every limit', () => {
    const rows = planCodes.map((code) => Object.values(planLimits[code]))
    for (const [at, row] of rows.slice(1).entries())
      row.forEach((value, each) => expect(value).toBeGreaterThan(rows[at]![each] ?? Infinity))
  })
})
