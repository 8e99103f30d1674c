/** The laws of the formula, over whatever evidence there may be; and the spec's own examples. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eventSources, eventTypes, severities, type EventType } from '../events/vocabulary.ts'
import { computeScores, policyTiers, tierOf, type Scores } from './computeScores.ts'
import { decay, horizonDays } from './decay.ts'
import type { Tally } from './evidence.ts'
import { generalWeights, readProfile } from './profile.ts'

const general = readProfile({ profile_code: 'general' })
const today = 20_500
const riskTypes: EventType[] = [
  'policy.violation',
  'secret.exposed',
  'swarm.suspected',
  'tool.denied',
  'rate.limit_hit',
]

const tally = (types: readonly EventType[] = Object.keys(eventTypes) as EventType[]): fc.Arbitrary<Tally> =>
  fc.record({
    eventType: fc.constantFrom(...types),
    severity: fc.constantFrom(...severities),
    sourceType: fc.constantFrom(...eventSources),
    signed: fc.boolean(),
    day: fc.integer({ min: today - 500, max: today + 1 }),
    count: fc.integer({ min: 1, max: 100_000 }),
    lastEvent: fc.uuid(),
    lastReceipt: fc.uuid(),
  })
const keyOf = (row: Tally): string => [row.eventType, row.severity, row.sourceType, row.signed, row.day].join()
const tallies = fc.uniqueArray(tally(), { selector: keyOf, maxLength: 40 })
const profiles = fc
  .option(
    fc.dictionary(fc.constantFrom(...Object.keys(generalWeights)), fc.double({ min: 0, max: 1_000, noNaN: true })),
  )
  .map((weight_overrides) => readProfile({ profile_code: 'general', weight_overrides }))

const scores = (rows: readonly Tally[], profile = general): Scores =>
  computeScores({ tallies: rows, ownerKnown: true, profile, today })
/** The evidence after one more event. */
const withOne = (rows: readonly Tally[], event: Tally): Tally[] => {
  const same = rows.find((row) => keyOf(row) === keyOf(event))
  if (same === undefined) return [...rows, { ...event, count: 1 }]
  return rows.map((row) => (row === same ? { ...row, count: row.count + 1 } : row))
}
const values = ({ identity, risk, reliability, autonomy }: Scores) => ({ identity, risk, reliability, autonomy })

describe('whatever the evidence', () => {
  test('values lie between 0 and 100, confidences between 0 and 1, and nothing is not a number', () => {
    fc.assert(
      fc.property(tallies, profiles, (rows, profile) => {
        for (const { value, confidence } of Object.values(values(scores(rows, profile)))) {
          expect(value === null || (value >= 0 && value <= 100)).toBe(true)
          expect(confidence >= 0 && confidence <= 1).toBe(true)
        }
      }),
    )
  })
  test('a value is null exactly when its confidence is 0 and nothing explains it', () => {
    fc.assert(
      fc.property(tallies, (rows) => {
        const result = scores(rows.map((row) => ({ ...row, day: Math.max(row.day, today - 300) })))
        for (const [name, { value, confidence }] of Object.entries(values(result))) {
          const factors = result.explanation.filter(({ score }) => score === name)
          expect([value === null, confidence === 0, factors.length === 0]).toEqual(Array(3).fill(value === null))
        }
        expect(result.autonomy.label === 'none').toBe(result.autonomy.value === null)
      }),
    )
  })
  test('the factors of a score add up to its value', () => {
    fc.assert(
      fc.property(tallies, profiles, (rows, profile) => {
        const result = scores(rows, profile)
        for (const [name, { value }] of Object.entries(values(result))) {
          const sum = result.explanation
            .filter(({ score }) => score === name)
            .reduce((a, { contribution }) => a + contribution, 0)
          if (value !== null) expect(Math.abs(sum - value)).toBeLessThan(0.05) // each is rounded
        }
      }),
    )
  })
  test('the order of the evidence does not show', () => {
    fc.assert(
      fc.property(tallies, fc.infiniteStream(fc.nat()), (rows, order) => {
        const shuffled = rows.map((row) => ({ row, at: order.next().value as number })).toSorted((a, b) => a.at - b.at)
        expect(scores(shuffled.map(({ row }) => row))).toEqual(scores(rows))
      }),
    )
  })
  test('one more thing that went wrong never lowers the risk or the tier, whoever reports it', () => {
    fc.assert(
      fc.property(tallies, tally(riskTypes), profiles, (rows, event, profile) => {
        const [before, after] = [scores(rows, profile), scores(withOne(rows, event), profile)]
        if (before.risk.value !== null) expect(after.risk.value!).toBeGreaterThanOrEqual(before.risk.value)
        expect(policyTiers.indexOf(after.policyTier)).toBeGreaterThanOrEqual(policyTiers.indexOf(before.policyTier))
      }),
      { numRuns: 500 },
    )
  })
  test('one more failure never raises reliability, one more success never lowers it', () => {
    fc.assert(
      fc.property(tallies, tally(['task.completed', 'task.failed']), (rows, event) => {
        const [before, after] = [scores(rows).reliability.value, scores(withOne(rows, event)).reliability.value]
        if (before === null || after === null) return
        if (event.eventType === 'task.failed') expect(after).toBeLessThanOrEqual(before)
        else expect(after).toBeGreaterThanOrEqual(before)
      }),
      { numRuns: 500 },
    )
  })
  test('one more override never raises autonomy', () => {
    fc.assert(
      fc.property(tallies, tally(['human.override']), (rows, event) => {
        const [before, after] = [scores(rows).autonomy.value, scores(withOne(rows, event)).autonomy.value]
        if (before !== null) expect(after!).toBeLessThanOrEqual(before)
      }),
    )
  })
  test('an agent verifies itself to nobody', () => {
    fc.assert(
      fc.property(tallies, (rows) => {
        const own = rows.map((row) => ({ ...row, sourceType: 'agent' as const }))
        expect(scores(own).identity).toEqual({ value: null, confidence: 0 })
      }),
    )
  })
  test('without a new event the risk never rises from one day to the next', () => {
    fc.assert(
      fc.property(fc.uniqueArray(tally(riskTypes), { selector: keyOf, maxLength: 20 }), fc.nat(500), (rows, later) => {
        const at = (day: number): number =>
          computeScores({ tallies: rows, ownerKnown: true, profile: general, today: day }).risk.value ?? 0
        expect(at(today + 1 + later)).toBeLessThanOrEqual(at(today + 1))
      }),
    )
  })
})

describe('decay', () => {
  test('halves at each half-life, never rises, and stays close to the exponential', () => {
    for (let age = 0; age <= horizonDays; age++) {
      expect(decay(age, 14)).toBeLessThanOrEqual(decay(Math.max(0, age - 1), 14))
      expect(Math.abs(decay(age, 14) / 2 ** (-age / 14) - 1)).toBeLessThan(0.0615)
    }
    expect([0, 14, 28, 60, 180].map((age) => decay(age, 14))).toEqual([1, 0.5, 0.25, decay(60, 14), decay(180, 14)])
    expect(decay(horizonDays + 1, 14)).toBe(0)
  })
})

describe('the tier', () => {
  test.each([
    [null, 'standard'],
    [0, 'standard'],
    [39.99, 'standard'],
    [40, 'elevated'],
    [74.99, 'elevated'],
    [75, 'restricted'],
    [100, 'restricted'],
  ])('at a risk of %s is %s', (risk, tier) => expect(tierOf(risk)).toBe(tier))
})

describe('a profile', () => {
  test('takes known weights within bounds, leaves the rest, and names what it took', () => {
    const own = readProfile({
      profile_code: 'x',
      weight_overrides: {
        'tool.denied': 7,
        'secret.exposed': -1,
        'policy.violation': 'many',
        nonsense: 3,
        unobserved: 1e9,
      },
    })
    expect(own.weights).toEqual({ ...generalWeights, 'tool.denied': 7 })
    expect(own.formula).toMatch(/^muster-score\/1 general\+[0-9a-f]{16}$/)
    for (const broken of [null, 3, [], { weight_overrides: [] }, { weight_overrides: { 'tool.denied': 1 } }])
      expect(readProfile(broken)).toEqual({ weights: generalWeights, formula: 'muster-score/1 general' })
  })
})

interface Vector {
  name: string
  today: number
  ownerKnown: boolean
  tallies: Tally[]
  scores: Scores
}
const page = readFileSync(new URL('../../../../docs/specs/scoring.md', import.meta.url), 'utf8')
const vectors = JSON.parse(/```json vectors\n([\s\S]*?)```/.exec(page)?.[1] ?? '[]') as Vector[]

describe('the examples of docs/specs/scoring.md', () => {
  test('are there', () => expect(vectors.length).toBeGreaterThan(4))
  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    expect(computeScores({ ...vector, profile: general })).toEqual(vector.scores)
  })
})
