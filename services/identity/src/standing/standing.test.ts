/** The state machine of an agent's standing, held to its invariants over every path. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agentStatuses, type AgentStatus } from '@muster/kernel'
import { nextStatus, standingActs, whyNot } from './standing.ts'

/** From best to worst standing. */
const severity: Record<AgentStatus, number> = { ACTIVE: 0, RESTRICTED: 1, FROZEN: 2, QUARANTINED: 3, REVOKED: 4 }
const status = fc.constantFrom(...agentStatuses)
const act = fc.constantFrom(...standingActs)

describe('standing', () => {
  test('nothing leads out of REVOKED, whatever is tried in whatever order', () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
        let at: AgentStatus = 'ACTIVE'
        let revoked = false
        for (const next of acts) {
          const to = nextStatus(at, next)
          if (revoked) expect(to).toBeNull()
          at = to ?? at
          revoked ||= at === 'REVOKED'
        }
        expect(at === 'REVOKED').toBe(revoked)
      }),
    )
  })

  test('only `reinstate` makes standing better, and it always leads to ACTIVE', () => {
    fc.assert(
      fc.property(status, act, (from, by) => {
        const to = nextStatus(from, by)
        if (to === null) return
        expect(to).not.toBe(from)
        if (by === 'reinstate') expect(to).toBe('ACTIVE')
        else expect(severity[to]).toBeGreaterThan(severity[from])
      }),
    )
  })

  test('what is possible has no reason against it, and what is not has one', () => {
    fc.assert(fc.property(status, act, (from, by) => (nextStatus(from, by) === null) === (whyNot(from, by) !== null)))
  })

  test('every agent that is not revoked can be revoked, and can be made active again', () => {
    for (const from of agentStatuses) {
      if (from === 'REVOKED') continue
      expect(nextStatus(from, 'revoke')).toBe('REVOKED')
      if (from !== 'ACTIVE') expect(nextStatus(from, 'reinstate')).toBe('ACTIVE')
    }
  })
})
