/** What holds for every decision, whatever the facts and the policies. */
import { minTrust, trustLevels, type Trust } from '@muster/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultBundle } from '../bundles.ts'
import { compilePolicies } from '../cedar/policySet.ts'
import { scoreTiers, type DecisionFacts } from '../facts/decisionFacts.ts'
import { arbitraryFacts, arbitraryForbid, arbitraryPermit } from './arbitraryFacts.ts'
import { decide, decideDirect, isStricter } from './decide.ts'

const byDefault = compilePolicies(defaultBundle)
const facts = fc.oneof(arbitraryFacts(true), arbitraryFacts(true), arbitraryFacts())
const trust = fc.constantFrom(...trustLevels)

describe('every decision', () => {
  it('is the same remembered or asked anew', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryForbid, { maxLength: 1 }),
        fc.array(facts, { minLength: 5, maxLength: 20 }),
        (added, many) => {
          const set = compilePolicies([...defaultBundle, ...added])
          for (const each of many) {
            const direct = decideDirect(each, set)
            expect(decide(each, set)).toEqual(direct)
            expect(decide(each, set)).toEqual(direct)
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it('is no looser for another forbid', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryPermit, { maxLength: 1 }),
        arbitraryForbid,
        fc.array(facts, { minLength: 5, maxLength: 10 }),
        (permits, added, many) => {
          const before = compilePolicies([...defaultBundle, ...permits])
          const after = compilePolicies([...defaultBundle, ...permits, added])
          for (const each of many) expect(isStricter(decide(each, after), decide(each, before))).toBe(false)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('is no looser for less trust in claim, credential, session or signature', () => {
    fc.assert(
      fc.property(facts, trust, fc.constantFrom('claim', 'ceiling', 'session', 'signature'), (before, lower, where) => {
        const after = lowered(before, lower, where)
        expect(isStricter(decide(after, byDefault), decide(before, byDefault))).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })

  it('gains nothing from any score, compared with having none', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryForbid, { maxLength: 1 }).map((added) => compilePolicies([...defaultBundle, ...added])),
        fc.array(facts, { minLength: 5, maxLength: 20 }),
        (set, many) => {
          const blind = compilePolicies(defaultBundle.filter(({ id }) => !id.includes('score')))
          for (const each of many) {
            for (const scoreTier of scoreTiers) {
              const scored = { ...each, agent: { ...each.agent, scoreTier } }
              expect(isStricter(decide(scored, set), decide(each, blind))).toBe(false)
            }
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('takes an unknown, unlisted or drifted tool for one that changes something', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const { manifest } = each
        if (manifest === null || !manifest.toolKnown || manifest.drift)
          expect(decide(each, byDefault).mutates).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  it('never trusts more than claim, ceiling and session taint allow', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const { effectiveTrust } = decide(each, byDefault)
        const bound = minTrust(
          each.request.claimedTrust ?? 'UNKNOWN',
          each.credential.ceiling,
          each.session?.taint ?? 'TRUSTED_INTERNAL_SIGNED',
        )
        expect(minTrust(effectiveTrust, bound)).toBe(effectiveTrust)
      }),
      { numRuns: 500 },
    )
  })

  it('lets nothing change without a grant, an active or restricted agent and an origin', () => {
    fc.assert(
      fc.property(arbitraryFacts(), arbitraryPermit, (each, permit) => {
        const decision = decide(each, compilePolicies([permit]))
        if (decision.outcome === 'DENY' || !decision.mutates) return
        expect(['ACTIVE', 'RESTRICTED']).toContain(each.agent.status)
        expect(['TRUSTED_INTERNAL_SIGNED', 'TRUSTED_INTERNAL', 'SEMI_TRUSTED']).toContain(decision.effectiveTrust)
        expect(each.grants.some((grant) => grant.active && grant.tool === each.request.tool)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  it('asks for people exactly when it is held', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const { outcome, quorum } = decide(each, byDefault)
        expect(quorum > 0).toBe(outcome === 'REVIEW')
      }),
      { numRuns: 500 },
    )
  })
})

function lowered(
  facts: DecisionFacts,
  lower: Trust,
  where: 'claim' | 'ceiling' | 'session' | 'signature',
): DecisionFacts {
  const { request, credential, session } = facts
  switch (where) {
    case 'claim':
      return { ...facts, request: { ...request, claimedTrust: minTrust(request.claimedTrust ?? 'UNKNOWN', lower) } }
    case 'ceiling':
      return { ...facts, credential: { ...credential, ceiling: minTrust(credential.ceiling, lower) } }
    case 'session':
      return session === null ? facts : { ...facts, session: { ...session, taint: minTrust(session.taint, lower) } }
    case 'signature':
      return { ...facts, request: { ...request, signatureVerified: false } }
  }
}
