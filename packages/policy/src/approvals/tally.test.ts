/** People count once, and one rejection ends it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseApproval } from '../cases/base.ts'
import { mayApprove, mayStillApprove, type Vote } from './mayApprove.ts'
import { tally } from './tally.ts'

const vote = fc.record({
  approver: fc.constantFrom('a', 'b', 'c'),
  verdict: fc.constantFrom<Vote['verdict']>('APPROVE', 'REJECT'),
})

describe('a tally', () => {
  it('never counts a person twice and never approves below the quorum', () => {
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 8 }), fc.integer({ min: -2, max: 4 }), (votes, required) => {
        const result = tally(votes, required)
        const people = new Set(votes.filter(({ verdict }) => verdict === 'APPROVE').map(({ approver }) => approver))
          .size
        expect(result.approvals).toBe(people)
        expect(result.required).toBeGreaterThanOrEqual(1)
        expect(result.status === 'APPROVED').toBe(
          people >= result.required && votes.every(({ verdict }) => verdict === 'APPROVE'),
        )
      }),
    )
  })
  it('is rejected by one rejection whatever else was voted', () => {
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 8 }), (votes) => {
        expect(tally([...votes, { approver: 'z', verdict: 'REJECT' }], 1).status).toBe('REJECTED')
      }),
    )
  })
})

describe('a vote cast earlier', () => {
  const voted = {
    ...baseApproval,
    previousVotes: [{ approver: baseApproval.approver.id, verdict: 'APPROVE' as const }],
  }
  it('still counts while its caster is eligible', () => {
    expect(mayApprove(voted)).toMatchObject({ ok: false, code: 'ALREADY_DECIDED' })
    expect(mayStillApprove(voted)).toEqual({ ok: true })
  })
  it('counts no more once its caster lost the role or became the owner', () => {
    expect(mayStillApprove({ ...voted, approver: { ...voted.approver, roles: [] } })).toMatchObject({
      code: 'NOT_ELIGIBLE',
    })
    expect(mayStillApprove({ ...voted, owner: voted.approver.id })).toMatchObject({ code: 'SELF_APPROVAL' })
  })
})
