/** What a run of decisions shows, whatever the run: the rules hold for every history, and memory stays small. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  denialsKept,
  dormantAfterMs,
  flipDenials,
  flipWithinMs,
  newTrace,
  observe,
  stormDenials,
  stormWithinMs,
  type Match,
  type SeenDecision,
} from './detector.ts'

const step = fc.record({
  outcome: fc.constantFrom('ALLOW' as const, 'REVIEW' as const, 'DENY' as const, 'DENY' as const, 'DENY' as const),
  action: fc.constantFrom('read', 'write'),
  waitMs: fc.oneof(fc.nat(20_000), fc.nat(stormWithinMs * 2), fc.constant(dormantAfterMs + 1)),
})

function historyOf(steps: readonly { outcome: SeenDecision['outcome']; action: string; waitMs: number }[]) {
  let atMs = 0
  return steps.map(({ outcome, action, waitMs }, index): SeenDecision => {
    atMs += waitMs
    return { outcome, tool: 'crm', action, atMs, receipt: { id: String(index), seq: String(index) } }
  })
}
const run = (history: readonly SeenDecision[], lastMs: number | null = null): Match[][] => {
  const trace = newTrace(lastMs)
  return history.map((decision) => observe(trace, decision))
}
const named = (matches: Match[][], rule: string): { at: number; match: Match }[] =>
  matches.flatMap((each, at) => each.filter((match) => match.rule.id === rule).map((match) => ({ at, match })))
const histories = fc.array(step, { maxLength: 150 }).map(historyOf)

test('a storm is twenty denials of one agent within five minutes, and no denial counts twice', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const counted = new Set<string>()
      for (const { at, match } of named(run(history), 'behaviour.denial_storm')) {
        expect(match.evidence.length).toBeGreaterThanOrEqual(stormDenials)
        for (const { seq } of match.evidence) {
          const denial = history[Number(seq)]!
          expect(denial.outcome).toBe('DENY')
          expect(history[at]!.atMs - denial.atMs).toBeLessThanOrEqual(stormWithinMs)
          expect(counted.has(seq)).toBe(false)
          counted.add(seq)
        }
      }
    }),
  )
})

test('twenty denials within five minutes are a storm whatever lies between them, nineteen are none', () => {
  const allowed = { outcome: 'ALLOW' as const, action: 'read', waitMs: 0 }
  fc.assert(
    fc.property(fc.array(fc.nat(14_000), { minLength: 20, maxLength: 20 }), (waits) => {
      const steps = waits.flatMap((waitMs) => [{ outcome: 'DENY' as const, action: 'write', waitMs }, allowed])
      expect(named(run(historyOf(steps)), 'behaviour.denial_storm')).toHaveLength(1)
      expect(named(run(historyOf(steps.slice(2))), 'behaviour.denial_storm')).toHaveLength(0)
    }),
  )
})

test('an agent wakes exactly when more than thirty days passed since whatever it did last', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const woken = named(run(history, 0), 'behaviour.dormant_wakes').map(({ at }) => at)
      const expected = history.flatMap(({ atMs }, at) => {
        const before = at === 0 ? 0 : history[at - 1]!.atMs
        return atMs - before > dormantAfterMs ? [at] : []
      })
      expect(woken).toEqual(expected)
    }),
  )
})

test('an allowance is told with the denials of the same action just before it, and with no others', () => {
  fc.assert(
    fc.property(histories, (history) => {
      for (const { at, match } of named(run(history), 'behaviour.denied_then_allowed')) {
        const evidence = match.evidence.map(({ seq }) => history[Number(seq)]!)
        expect(evidence.at(-1)).toBe(history[at])
        expect(evidence).toHaveLength(flipDenials + 1)
        for (const denial of evidence.slice(0, -1)) {
          expect(denial).toMatchObject({ outcome: 'DENY', action: history[at]!.action })
          expect(history[at]!.atMs - denial.atMs).toBeLessThanOrEqual(flipWithinMs)
        }
      }
    }),
  )
})

test('three denials and an allowance of the same action are told, of another action they are not', () => {
  const denied = { outcome: 'DENY' as const, action: 'write', waitMs: 1_000 }
  const allowed = (action: string) => ({ outcome: 'ALLOW' as const, action, waitMs: 1_000 })
  const flips = (action: string) =>
    named(run(historyOf([denied, denied, denied, allowed(action)])), 'behaviour.denied_then_allowed')
  expect(flips('write')).toHaveLength(1)
  expect(flips('read')).toHaveLength(0)
})

test('what is remembered of an agent stays small', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const trace = newTrace(null)
      for (const decision of history) {
        observe(trace, decision)
        expect(trace.denials.length).toBeLessThanOrEqual(denialsKept)
        expect(trace.uncounted.length).toBeLessThan(stormDenials)
      }
    }),
  )
})

test('a decision answered again for its idempotency key is not counted again', () => {
  const [denial] = historyOf([{ outcome: 'DENY', action: 'write', waitMs: 0 }])
  expect(run(Array.from({ length: stormDenials * 2 }, () => denial!)).flat()).toEqual([])
})
