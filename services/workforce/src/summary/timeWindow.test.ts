/** The grammar of time windows: what it reads, what it refuses, and the laws it keeps. */
import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { parsePoint, parseWindow, unitStart } from './timeWindow.ts'

const now = Date.parse('2026-03-31T13:45:30.500Z') // a Tuesday
const point = (text: string, rounding: 'down' | 'up' = 'down'): string | null => {
  const at = parsePoint(text, now, rounding)
  return at === null ? null : new Date(at).toISOString()
}

describe('a point in time', () => {
  test.each([
    ['now', '2026-03-31T13:45:30.500Z'],
    ['now-30d', '2026-03-01T13:45:30.500Z'],
    ['now-24h', '2026-03-30T13:45:30.500Z'],
    ['now-d', '2026-03-30T13:45:30.500Z'],
    ['now/d', '2026-03-31T00:00:00.000Z'],
    ['now-1w/d', '2026-03-24T00:00:00.000Z'],
    ['now/w', '2026-03-30T00:00:00.000Z'],
    ['now-1w/w', '2026-03-23T00:00:00.000Z'],
    ['now-1M', '2026-02-28T13:45:30.500Z'],
    ['now-1M/M', '2026-02-01T00:00:00.000Z'],
    ['now/Q', '2026-01-01T00:00:00.000Z'],
    ['now-1y/y', '2025-01-01T00:00:00.000Z'],
    ['now/d+6h', '2026-03-31T06:00:00.000Z'],
    ['2026-01-01T00:00:00+01:00', '2025-12-31T23:00:00.000Z'],
    ['1767225600000', '2026-01-01T00:00:00.000Z'],
  ])('reads `%s`', (text, expected) => expect(point(text)).toBe(expected))

  test.each([
    ['now/d', '2026-03-31T23:59:59.999Z'],
    ['now/M', '2026-03-31T23:59:59.999Z'],
    ['now-1w/w', '2026-03-29T23:59:59.999Z'],
  ])('rounds `%s` up to the end of its unit at the end of a window', (text, expected) =>
    expect(point(text, 'up')).toBe(expected),
  )

  test.each([
    '',
    ' now',
    'NOW',
    'now-',
    'now30d',
    'now-30',
    'now-30x',
    'now--1d',
    'now-1d/',
    'now-1.5d',
    'tomorrow',
    'now-9999999d',
    'now-999999y',
    '2026-01-01',
    '2026-13-01T00:00Z',
    '-5',
    '1e3',
    'now/d;',
    "now'",
  ])('refuses `%s`', (text) => expect(point(text)).toBeNull())
})

describe('a window', () => {
  test('ends now unless it says otherwise', () => {
    expect(parseWindow('now-30d', now)).toEqual({ from: new Date(now - 30 * 86_400_000), until: new Date(now) })
    expect(parseWindow('now-60d..now-30d', now)?.until).toEqual(new Date(now - 30 * 86_400_000))
  })
  test.each(['now+1d', 'now..now-1d', 'now-1d..now..now', '..', 'now-1d..', '..now'])('refuses `%s`', (text) =>
    expect(parseWindow(text, now)).toBeNull(),
  )

  const instants = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2100, 0, 1) })
  const units = fc.constantFrom('s', 'm', 'h', 'd', 'w', 'M', 'Q', 'y')

  test('never throws, whatever it is given, and never ends before it begins', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.stringMatching(/^now([-+/][0-9smhdwMQy]{0,3}){0,4}$/)),
        instants,
        (text, at) => {
          const window = parseWindow(text, at)
          expect(window === null || window.from <= window.until).toBe(true)
        },
      ),
    )
  })
  test('further back is never later', () => {
    fc.assert(
      fc.property(instants, units, fc.nat(200), fc.nat(200), (at, unit, a, b) => {
        const further = parsePoint(`now-${Math.max(a, b)}${unit}`, at, 'down')
        const nearer = parsePoint(`now-${Math.min(a, b)}${unit}`, at, 'down')
        expect(further === null || nearer === null || further <= nearer).toBe(true)
      }),
    )
  })
  test('seven days are a week, twelve months a year, three a quarter', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 0, max: 50 }), (at, n) => {
        const same = (a: string, b: string): void => expect(parsePoint(a, at, 'down')).toBe(parsePoint(b, at, 'down'))
        same(`now-${n * 7}d`, `now-${n}w`)
        same(`now-${n * 12}M`, `now-${n}y`)
        same(`now-${n * 3}M`, `now-${n}Q`)
        same(`now-${n}h`, `now-${n * 60}m`)
      }),
    )
  })
  test('a rounding holds its instant, is its own, and ends where the next unit begins', () => {
    fc.assert(
      fc.property(instants, units, (at, unit) => {
        const start = parsePoint(`now/${unit}`, at, 'down')!
        const end = parsePoint(`now/${unit}`, at, 'up')!
        expect(start <= at && at <= end).toBe(true)
        expect(unitStart(start, unit)).toBe(start)
        expect(unitStart(end + 1, unit)).toBe(end + 1)
        expect(unitStart(end, unit)).toBe(start)
      }),
    )
  })
})
