/** The pool of pre-parsed sets and the memo stay bounded, and never mix sets up. */
import { describe, expect, it } from 'vitest'
import { baseDecision } from '../cases/base.ts'
import { decideDirect } from '../decision/decide.ts'
import { BoundedMemo } from './memo.ts'
import { compilePolicies } from './policySet.ts'

describe('the pool of pre-parsed sets', () => {
  it('evaluates each of more sets than it has slots against its own policies', () => {
    // Two slots a set; even sets forbid, odd sets hold.
    const sets = Array.from({ length: 600 }, (_, index) => {
      const note = index % 2 === 0 ? '' : '@outcome("review") '
      return compilePolicies([
        { id: 'grants', text: 'permit (principal, action, resource) when { context.granted };' },
        { id: `policy-${index}`, text: `${note}forbid (principal, action, resource);` },
      ])
    })
    for (const round of [0, 1]) {
      for (const [index, set] of sets.entries()) {
        const decision = decideDirect(baseDecision, set)
        expect(decision.determining, `round ${round}`).toEqual([`policy-${index}`])
        expect(decision.outcome).toBe(index % 2 === 0 ? 'DENY' : 'REVIEW')
      }
    }
  })
})

describe('the memo', () => {
  it('holds no more than it may and forgets what was not asked for', () => {
    const memo = new BoundedMemo<number>(100)
    memo.set('kept', 1)
    for (let index = 0; index < 10_000; index++) {
      memo.set(`key-${index}`, index)
      expect(memo.get('kept')).toBe(1)
    }
    expect(memo.size).toBeLessThanOrEqual(100)
    expect(memo.get('key-1')).toBeUndefined()
    expect(memo.get('key-9999')).toBe(9_999)
  })
})
