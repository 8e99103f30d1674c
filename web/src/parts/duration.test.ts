/** Durations in words: the largest unit that fits, in the language asked for. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { duration, fromNow } from './duration.ts'

test.each([
  [-180_000, '3 minutes ago', 'vor 3 Minuten'],
  [7_200_000, 'in 2 hours', 'in 2 Stunden'],
  [-1_000, '1 second ago', 'vor 1 Sekunde'],
  [-86_400_000 * 45, '2 months ago', 'vor 2 Monaten'],
])('%i ms from now is `%s`', (ms, english, german) => {
  expect(fromNow(ms, 'en')).toBe(english)
  expect(fromNow(ms, 'de')).toBe(german)
})

test('lengths have their plural', () => {
  expect(duration(60_000, 'en')).toBe('1 minute')
  expect(duration(-3_600_000 * 5, 'de')).toBe('5 Stunden')
})

test('the past is always ago, the future never', () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), (ms) => {
      expect(fromNow(ms, 'en').endsWith(' ago')).toBe(ms <= 0)
    }),
  )
})
