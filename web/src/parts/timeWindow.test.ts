/** The console reads windows as the server does, and finds the one before. */
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { absoluteWindow, parseWindow, plainSpan, previousWindow } from './timeWindow.ts'

const vectors = new URL('../../../services/workforce/src/summary/timeWindow.vectors.json', import.meta.url)
const { now, windows } = JSON.parse(readFileSync(vectors, 'utf8')) as {
  now: string
  windows: [string, string | null, string | null][]
}
const nowMs = Date.parse(now)
const instant = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2090, 0) })

describe('the time grammar', () => {
  test.each(windows)('reads `%s` as the server does', (text, from, until) => {
    const window = parseWindow(text, nowMs)
    expect([window?.from.toISOString() ?? null, window?.until.toISOString() ?? null]).toEqual([from, until])
  })

  test('any text is a window that ends after it begins, or none', () => {
    const pieces = fc.constantFrom(
      'now',
      '-',
      '+',
      '/',
      '7',
      '30',
      'd',
      'M',
      'w',
      '..',
      ' ',
      'Q',
      '2026-01-01T00:00Z',
      'x',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
        const window = parseWindow(parts.join(''), nowMs)
        if (window !== null) expect(window.from.getTime()).toBeLessThanOrEqual(window.until.getTime())
      }),
    )
  })

  test('an absolute window is read back to the millisecond', () => {
    fc.assert(
      fc.property(instant, fc.nat(1e12), (start, length) => {
        const [from, until] = [new Date(start), new Date(start + length)]
        expect(parseWindow(absoluteWindow(from, until), nowMs)).toEqual({ from, until })
      }),
    )
  })

  test('the window before ends where this one begins, and is as long in days and hours', () => {
    const text = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 900 }), fc.constantFrom('m', 'h', 'd', 'w'))
        .map(([n, unit]) => `now-${n}${unit}`),
      fc.tuple(instant, fc.nat(1e11)).map(([at, length]) => absoluteWindow(new Date(at), new Date(at + length))),
    )
    fc.assert(
      fc.property(text, (each) => {
        const window = parseWindow(each, nowMs)!
        const before = parseWindow(previousWindow(each, nowMs) ?? '', nowMs)!
        expect(before.until).toEqual(window.from)
        expect(+before.until - +before.from).toBe(+window.until - +window.from)
      }),
    )
  })

  test('the window before last month is the month before', () => {
    expect(previousWindow('now-1M', nowMs)).toBe('now-2M..now-1M')
    expect(previousWindow('soon', nowMs)).toBeNull()
    expect(previousWindow('1000..now', nowMs)).toBeNull()
  })

  test('only a plain span has an amount and a unit', () => {
    expect(plainSpan('now-30d')).toEqual({ amount: 30, unit: 'd' })
    expect(plainSpan('now-30d..now')).toBeNull()
  })
})
