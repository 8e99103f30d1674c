/** Failing closed, and what re-evaluation at redemption compares. */
import { describe, expect, it } from 'vitest'
import { baseDecision } from '../cases/base.ts'
import { compilePolicies } from '../cedar/policySet.ts'
import type { DecisionFacts } from '../facts/decisionFacts.ts'
import { decide, decideDirect, isStricter, type Decision } from './decide.ts'

const grants = { id: 'grants', text: 'permit (principal, action, resource) when { context.granted };' }
/** Overflows, hence fails to evaluate, for every amount above zero. */
const overflowing = 'context.amount + 9223372036854775807 > 0'
const withAmount = (amount: number | null): DecisionFacts => ({
  ...baseDecision,
  request: { ...baseDecision.request, amount },
})

describe('a policy that fails to evaluate', () => {
  for (const [what, text] of [
    ['a forbid', `forbid (principal, action, resource) when { ${overflowing} };`],
    ['a hold', `@outcome("review") forbid (principal, action, resource) when { ${overflowing} };`],
    ['another permit', `permit (principal, action, resource) when { ${overflowing} };`],
  ] as const) {
    it(`denies when it is ${what}, though a permit applies`, () => {
      const set = compilePolicies([grants, { id: 'broken', text }])
      for (const ask of [decide, decideDirect]) {
        const decision = ask(withAmount(5), set)
        expect(decision).toMatchObject({ outcome: 'DENY', reasonCode: 'EVALUATION_ERROR', determining: [] })
        expect(decision.errors.join()).toContain('broken')
      }
      expect(decide(withAmount(0), set).reasonCode).not.toBe('EVALUATION_ERROR')
    })
  }

  it('denies again the next time: an error is not remembered as anything else', () => {
    const set = compilePolicies([
      grants,
      { id: 'broken', text: `forbid (principal, action, resource) when { ${overflowing} };` },
    ])
    expect([decide(withAmount(7), set), decide(withAmount(7), set)].map(({ reasonCode }) => reasonCode)).toEqual([
      'EVALUATION_ERROR',
      'EVALUATION_ERROR',
    ])
  })
})

describe('a fact outside the schema', () => {
  const set = compilePolicies([
    grants,
    { id: 'reads', text: 'forbid (principal, action, resource) when { context.amount > 5 };' },
  ])
  for (const amount of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
    it(`denies the amount ${amount}, read by a policy or not`, () => {
      const blind = compilePolicies([grants])
      expect(decide(withAmount(1), blind).outcome).toBe('ALLOW')
      expect(decide(withAmount(amount), blind)).toMatchObject({ outcome: 'DENY', reasonCode: 'EVALUATION_ERROR' })
      expect(decide(withAmount(amount), set)).toMatchObject({ outcome: 'DENY', reasonCode: 'EVALUATION_ERROR' })
    })
  }
})

describe('the default', () => {
  it('is a denial where there are no policies', () => {
    expect(decide(baseDecision, compilePolicies([]))).toMatchObject({ outcome: 'DENY', reasonCode: 'DEFAULT_DENY' })
  })
  it('is a denial where only holds apply', () => {
    const hold = { id: 'hold', text: '@outcome("review") forbid (principal, action, resource);' }
    expect(decide(baseDecision, compilePolicies([hold]))).toMatchObject({ outcome: 'DENY', reasonCode: 'DEFAULT_DENY' })
  })
})

describe('isStricter', () => {
  const of = (outcome: Decision['outcome'], quorum = 0) => ({ outcome, quorum })
  it('sees a harder outcome and a larger quorum', () => {
    expect(isStricter(of('ALLOW'), of('REVIEW', 1))).toBe(true)
    expect(isStricter(of('REVIEW', 1), of('DENY'))).toBe(true)
    expect(isStricter(of('REVIEW', 1), of('REVIEW', 2))).toBe(true)
  })
  it('sees nothing in an equal or easier one', () => {
    expect(isStricter(of('REVIEW', 2), of('REVIEW', 1))).toBe(false)
    expect(isStricter(of('REVIEW', 1), of('ALLOW'))).toBe(false)
    expect(isStricter(of('DENY'), of('DENY'))).toBe(false)
  })
})
