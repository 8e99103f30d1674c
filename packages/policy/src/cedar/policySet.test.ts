/** What may become a policy set, and what its hash and read set promise. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultBundle, optionalBundle } from '../bundles.ts'
import { PolicyRefused } from './policyRefused.ts'
import { compilePolicies, policyHash } from './policySet.ts'

const open = 'permit (principal, action, resource);'

function problemsIn(text: string, id = 'p'): readonly string[] {
  try {
    compilePolicies([{ id, text }])
    return []
  } catch (error) {
    if (!(error instanceof PolicyRefused)) throw error
    expect(error.code).toBe('POLICY_INVALID')
    return error.problems.map(({ message }) => message)
  }
}

describe('a policy', () => {
  for (const [what, text] of [
    ['that does not parse', 'permit (principal, action'],
    ['with an attribute the schema lacks', 'permit (principal, action, resource) when { principal.salary > 3 };'],
    ['that compares different types', 'permit (principal, action, resource) when { context.trust == "high" };'],
    ['about another action', 'permit (principal, action == Muster::Action::"delete", resource);'],
    ['that is a template', 'permit (principal == ?principal, action, resource);'],
    ['that is empty', '// nothing here'],
    ['with an unknown annotation', `@outcom("review") forbid (principal, action, resource);`],
    ['with an unknown outcome', `@outcome("maybe") forbid (principal, action, resource);`],
    ['whose permit asks for review', `@outcome("review") ${open}`],
    ['with a quorum on a plain forbid', `@quorum("2") forbid (principal, action, resource);`],
    ['with a quorum of none', `@outcome("review") @quorum("0") forbid (principal, action, resource);`],
    ['with a quorum in words', `@outcome("review") @quorum("two") forbid (principal, action, resource);`],
    ['with an unknown reason', `@outcome("review") @reason("BECAUSE") forbid (principal, action, resource);`],
    ['whose permit reads a score', 'permit (principal, action, resource) when { principal.scoreTier == "STANDARD" };'],
    [
      'whose permit reads a score in a roundabout way',
      'permit (principal, action, resource) unless { (if context.mutates then principal else principal).scoreTier != "STANDARD" };',
    ],
    ['among several without an id', `${open} forbid (principal, action, resource);`],
    ['with an id no log could hold', `@id("a b") ${open}`],
  ] as const) {
    it(`is refused ${what}`, () => expect(problemsIn(text)).not.toEqual([]))
  }

  it('is refused with a place in its text', () => {
    try {
      compilePolicies([{ id: 'p', text: 'permit (principal, action, resource) when { principal.salary > 3 };' }])
      expect.unreachable()
    } catch (error) {
      expect((error as PolicyRefused).problems[0]?.at?.start).toBeGreaterThan(0)
    }
  })

  it('is refused when its id is taken, by another source or within one', () => {
    expect(() =>
      compilePolicies([
        { id: 'p', text: open },
        { id: 'p', text: open },
      ]),
    ).toThrow(PolicyRefused)
    expect(() =>
      compilePolicies([
        { id: 'p', text: open },
        { id: 'q', text: `@id("p") ${open}` },
      ]),
    ).toThrow(PolicyRefused)
  })

  it('may read a score in a forbid', () => {
    expect(problemsIn('forbid (principal, action, resource) when { principal.scoreTier == "RESTRICTED" };')).toEqual([])
  })

  it('is accepted with a warning when it can never apply', () => {
    const set = compilePolicies([{ id: 'p', text: 'permit (principal, action, resource) when { false };' }])
    expect(set.warnings).not.toEqual([])
  })
})

describe('the shipped bundles', () => {
  it('compile without a warning', () => {
    expect(compilePolicies([...defaultBundle, ...optionalBundle]).warnings).toEqual([])
  })
  it('describe every policy they hold', () => {
    for (const policy of compilePolicies([...defaultBundle, ...optionalBundle]).byId.values()) {
      expect(policy.description).toBeTruthy()
    }
  })
})

describe('the hash of a set', () => {
  const source = fc.record({ id: fc.string(), text: fc.string() })
  it('does not depend on the order of sources', () => {
    fc.assert(
      fc.property(fc.uniqueArray(source, { selector: ({ id }) => id, maxLength: 5 }), (sources) => {
        expect(policyHash(sources.toReversed())).toBe(policyHash(sources))
      }),
    )
  })
  it('changes with any text, comments and white space included', () => {
    expect(policyHash([{ id: 'p', text: open }])).not.toBe(policyHash([{ id: 'p', text: `${open} ` }]))
  })
  it('does not run ids and texts together', () => {
    expect(policyHash([{ id: 'ab', text: 'c' }])).not.toBe(policyHash([{ id: 'a', text: 'bc' }]))
  })
})

describe('the facts a set reads', () => {
  const reads = (text: string): string[] =>
    compilePolicies([{ id: 'p', text }]).reads.map(({ source, attr }) => `${source}.${attr}`)
  const when = (condition: string): string => `forbid (principal, action, resource) when { ${condition} };`

  it('are the attributes it names', () => {
    expect(reads(when('context.mutates && principal.riskTier == "LOW"'))).toEqual([
      'principal.riskTier',
      'context.mutates',
    ])
  })
  it('are none for a policy without conditions', () => {
    expect(reads(open)).toEqual([])
  })
  it('are all of the principal when it is compared, placed or chosen', () => {
    for (const text of [
      'permit (principal == Muster::Agent::"a", action, resource);',
      'permit (principal in Muster::OrgUnit::"a", action, resource);',
      'permit (principal is Muster::Agent in Muster::OrgUnit::"a", action, resource);',
      when('principal in Muster::OrgUnit::"a"'),
      when('[principal].contains(principal)'),
      when('(if context.mutates then principal else principal).riskTier == "LOW"'),
    ]) {
      expect(reads(text)).toEqual(expect.arrayContaining(['principal.$id', 'principal.$parents', 'principal.riskTier']))
    }
  })
  it('are not more for asking the type alone', () => {
    expect(reads('permit (principal is Muster::Agent, action, resource);')).toEqual([])
  })
  it('are all of the context when it is used as a whole', () => {
    expect(reads(when('context has mutates && [context].contains(context)'))).toContain('context.destination')
  })
})
