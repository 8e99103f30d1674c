/** The rules of access reviews: who is asked, what is recommended, what a verdict may say, when a campaign can be signed off. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  assign,
  cannotDecide,
  cannotSignOff,
  draftVerdict,
  inScopeOrder,
  narrowed,
  recommend,
  reviewersOf,
  wantedCampaign,
  type Advice,
  type GrantFacts,
} from './campaign.ts'

const nowMs = Date.parse('2026-06-01T00:00:00Z')
const dayMs = 86_400_000
const ago = (days: number): number => nowMs - days * dayMs
const facts = (part: Partial<GrantFacts>): GrantFacts => ({
  agentStatus: 'ACTIVE',
  action: 'read',
  mutates: false,
  grantedAtMs: ago(200),
  expiresAtMs: null,
  lastUsedAtMs: ago(1),
  used: 50,
  denied: 0,
  ...part,
})

describe('the recommendation', () => {
  test.each([
    [{ agentStatus: 'REVOKED' }, 'REVOKE', 'AGENT_REVOKED'],
    [{ lastUsedAtMs: null, used: 0 }, 'REVOKE', 'NEVER_USED'],
    [{ lastUsedAtMs: null, used: 0, grantedAtMs: ago(3) }, 'KEEP', 'NOT_USED_YET'],
    [{ lastUsedAtMs: ago(91) }, 'REVOKE', 'UNUSED_90_DAYS'],
    [{ used: 9, denied: 10 }, 'REVOKE', 'DENIED_OFTEN'],
    [{ used: 10, denied: 10 }, 'KEEP', 'IN_USE'],
    [{ used: 0, denied: 9 }, 'KEEP', 'IN_USE'],
    [{ action: null, mutates: true }, 'MODIFY', 'OVER_BROAD'],
    [{ action: null }, 'KEEP', 'IN_USE'],
    [{ lastUsedAtMs: ago(31), mutates: true }, 'REVOKE', 'UNUSED_30_DAYS'],
    [{ lastUsedAtMs: ago(31) }, 'KEEP', 'UNUSED_30_DAYS'],
    [{ expiresAtMs: nowMs + 5 * dayMs }, 'KEEP', 'EXPIRES_SOON'],
    [{}, 'KEEP', 'IN_USE'],
  ] as const)('for %j is %s, %s', (part, advice, reason) => {
    expect(recommend(facts(part), nowMs)).toEqual({ advice, reason })
  })

  test('never keeps what was idle for 90 days, and never revokes a read in use that was not refused', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 400 }),
        fc.boolean(),
        fc.nat(30),
        fc.nat(30),
        (idle, mutates, used, denied) => {
          const { advice } = recommend(facts({ lastUsedAtMs: ago(idle), mutates, used, denied }), nowMs)
          if (idle >= 90) expect(advice).toBe('REVOKE')
          if (idle < 30 && denied === 0) expect(advice).not.toBe('REVOKE')
        },
      ),
    )
  })
})

describe('who is asked', () => {
  const people = fc.constantFrom('olga', 'tom', 'fay', 'ada')
  const certifier = fc.record({
    person: people,
    role: fc.constantFrom('team-lead' as const, 'org-admin' as const, 'tenant-admin' as const),
    unit: fc.constantFrom('team', 'department', null),
  })

  test('the owner first, then the lead of the team, then upwards, then the administrator of the tenant', () => {
    const chain = reviewersOf(
      'olga',
      ['team', 'department'],
      [
        { person: 'ada', role: 'tenant-admin', unit: null },
        { person: 'fay', role: 'org-admin', unit: 'department' },
        { person: 'tom', role: 'team-lead', unit: 'team' },
        { person: 'eve', role: 'team-lead', unit: 'elsewhere' },
      ],
    )
    expect(chain).toEqual(['olga', 'tom', 'fay', 'ada'])
  })

  // INVARIANT (no self-review)
  test('is never who gave the grant, never who left, and never depends on the order of the facts', () => {
    fc.assert(
      fc.property(
        people,
        people,
        fc.array(certifier),
        fc.subarray(['olga', 'tom', 'fay', 'ada']),
        (owner, giver, above, left) => {
          const isActive = (person: string): boolean => !left.includes(person)
          const given = assign(reviewersOf(owner, ['team', 'department'], above), isActive, giver)
          expect(given).toEqual(assign(reviewersOf(owner, ['team', 'department'], above.toReversed()), isActive, giver))
          for (const person of [given?.reviewer, given?.fallback]) {
            if (!person) continue
            expect(person).not.toBe(giver)
            expect(left).not.toContain(person)
          }
          if (given === null) {
            const able = [owner, ...above.map(({ person }) => person)].filter((one) => one !== giver && isActive(one))
            expect(able).toEqual([])
          } else expect(given.reviewer).not.toBe(given.fallback)
        },
      ),
    )
  })
})

test('the order of the list is total and the same whatever order the grants came in', () => {
  const placed = fc.record({
    agentSlug: fc.constantFrom('a', 'B', 'é'),
    tool: fc.constantFrom('x', 'y'),
    action: fc.option(fc.constantFrom('r', 'w')),
    grant: fc.uuid(),
  })
  fc.assert(
    fc.property(fc.uniqueArray(placed, { selector: ({ grant }) => grant }), (items) => {
      expect(items.toReversed().toSorted(inScopeOrder)).toEqual(items.toSorted(inScopeOrder))
    }),
  )
})

describe('a verdict', () => {
  const grant = (
    part: Partial<{ action: string | null; expiresAt: Date | null; advice: Advice }> = {},
  ): Parameters<typeof draftVerdict>[1] => ({
    action: null,
    expiresAt: null,
    advice: 'KEEP',
    ...part,
  })
  const at = (days: number): Date => new Date(nowMs + days * dayMs)

  test.each([
    [{ verdict: 'REVOKED' }, {}, 'JUSTIFICATION_REQUIRED'],
    [{ verdict: 'REVOKED', justification: '  ' }, {}, 'JUSTIFICATION_REQUIRED'],
    [{ verdict: 'RECERTIFIED' }, { advice: 'REVOKE' }, 'JUSTIFICATION_REQUIRED'],
    [{ verdict: 'RECERTIFIED' }, { advice: 'MODIFY' }, 'JUSTIFICATION_REQUIRED'],
    [{ verdict: 'RECERTIFIED', justification: 'x'.repeat(2_001) }, {}, 'INVALID_JUSTIFICATION'],
    [{ verdict: 'MODIFIED' }, {}, 'NOTHING_MODIFIED'],
    [{ verdict: 'RECERTIFIED', modification: { action: 'read' } }, {}, 'UNMODIFIED_VERDICT'],
    [{ verdict: 'MODIFIED', modification: { action: 'read' } }, { action: 'write' }, 'NOT_NARROWER'],
    [{ verdict: 'MODIFIED', modification: { action: '*' } }, {}, 'INVALID_ACTION'],
    [{ verdict: 'MODIFIED', modification: { expiresAt: at(-1) } }, {}, 'EXPIRY_IN_PAST'],
    [{ verdict: 'MODIFIED', modification: { expiresAt: at(9) } }, { expiresAt: at(9) }, 'NOT_NARROWER'],
  ] as const)('%j on %j is refused with %s', (wanted, part, code) => {
    const modification = 'modification' in wanted ? wanted.modification : null
    expect(() => draftVerdict({ ...wanted, modification }, grant(part), nowMs)).toThrow(
      expect.objectContaining({ code }),
    )
  })

  // INVARIANT (only narrower)
  test('that modifies leaves nothing that the grant did not allow', () => {
    const expiry = fc.option(fc.integer({ min: -20, max: 20 }).map(at))
    fc.assert(
      fc.property(
        fc.option(fc.constant('read')),
        expiry,
        fc.option(fc.constantFrom('read', 'write')),
        expiry,
        (action, expiresAt, wanted, until) => {
          const held = { action, expiresAt }
          let draft
          try {
            draft = draftVerdict(
              { verdict: 'MODIFIED', modification: { action: wanted, expiresAt: until } },
              grant(held),
              nowMs,
            )
          } catch {
            return
          }
          const next = narrowed(held, draft, nowMs)
          if (next === null) {
            expect(expiresAt!.getTime()).toBeLessThanOrEqual(nowMs)
            return
          }
          if (action !== null) expect(next.action).toBe(action)
          if (expiresAt !== null) expect(next.expiresAt!.getTime()).toBeLessThanOrEqual(expiresAt.getTime())
          expect([next.action, next.expiresAt?.getTime()]).not.toEqual([action, expiresAt?.getTime()])
        },
      ),
    )
  })

  test.each([
    [{ reviewerId: 'me', grantedBy: 'you', sealedAt: null }, null],
    [{ reviewerId: 'you', grantedBy: 'her', sealedAt: null }, 'NOT_REVIEWER'],
    [{ reviewerId: 'me', grantedBy: 'me', sealedAt: null }, 'SELF_REVIEW'],
    [{ reviewerId: 'you', grantedBy: 'me', sealedAt: null }, 'SELF_REVIEW'],
    [{ reviewerId: 'me', grantedBy: 'you', sealedAt: new Date(nowMs) }, 'SIGNED_OFF'],
  ])('on %j by me: %s', (item, code) => {
    expect(cannotDecide(item, 'me')).toBe(code)
  })
})

describe('signing off', () => {
  const campaign = { status: 'OPEN' as const, dueAt: new Date(nowMs + dayMs), itemCount: 3 }

  test('takes every verdict, or the due date, and sight of every item', () => {
    expect(cannotSignOff(campaign, { total: 3, decided: 3 }, nowMs)).toBeNull()
    expect(cannotSignOff(campaign, { total: 3, decided: 2 }, nowMs)).toBe('UNDECIDED_ITEMS')
    expect(cannotSignOff(campaign, { total: 3, decided: 0 }, nowMs + dayMs)).toBeNull()
    expect(cannotSignOff(campaign, { total: 2, decided: 2 }, nowMs)).toBe('NOT_ELIGIBLE')
    expect(cannotSignOff({ ...campaign, status: 'SIGNED_OFF' }, { total: 3, decided: 3 }, nowMs)).toBe('SIGNED_OFF')
  })

  test.each([
    [{ name: ' ', dueAt: new Date(nowMs + 1) }, 'INVALID_NAME'],
    [{ name: 'x', dueAt: new Date(nowMs) }, 'DUE_IN_PAST'],
    [{ name: 'x', dueAt: new Date(nowMs + 400 * dayMs) }, 'DUE_TOO_FAR'],
  ])('a campaign like %j is refused with %s', (input, code) => {
    expect(() => wantedCampaign(input, nowMs)).toThrow(expect.objectContaining({ code }))
  })
})
