/** From window to window: what keys and dragging do to the time in the address. */
import { expect, test } from 'vitest'
import fc from 'fast-check'
import { parseWindow } from '../parts/timeWindow.ts'
import { shifted, zoomedOut, zoomedTo } from './windowSteps.ts'

const now = Date.parse('2026-03-31T12:00:00Z')
const day = 86_400_000

test('zooming out doubles a plain span, and anything else around its middle, never past now', () => {
  expect(zoomedOut('now-30d', now)).toBe('now-60d')
  expect(zoomedOut('2026-03-10T00:00:00Z..2026-03-12T00:00:00Z', now)).toBe(
    '2026-03-09T00:00:00.000Z..2026-03-13T00:00:00.000Z',
  )
  expect(zoomedOut('2026-03-29T12:00:00Z..now', now)).toBe('2026-03-28T12:00:00.000Z..2026-03-31T12:00:00.000Z')
  expect(zoomedOut('yesterday', now)).toBeNull()
  expect(zoomedOut('now-999999y', now)).toBeNull()
})

test('a step moves by half the window; a window that ends now goes no later', () => {
  expect(shifted('now-2d', now, 'earlier')).toBe('2026-03-28T12:00:00.000Z..2026-03-30T12:00:00.000Z')
  expect(shifted('now-2d', now, 'later')).toBeNull()
  expect(shifted('2026-03-28T12:00:00Z..2026-03-30T12:00:00Z', now, 'later')).toBe(
    '2026-03-29T12:00:00.000Z..2026-03-31T12:00:00.000Z',
  )
  expect(shifted('0..1000', now, 'earlier')).toBeNull()
})

test('whatever was stepped to is a window the server understands, no longer after a shift than before', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 900 }), (length, ago) => {
      const text = `${new Date(now - (ago + length) * day).toISOString()}..${new Date(now - ago * day).toISOString()}`
      for (const next of [zoomedOut(text, now), shifted(text, now, 'earlier'), shifted(text, now, 'later')]) {
        if (next === null) continue
        const window = parseWindow(next, now)
        expect(window).not.toBeNull()
        expect(window?.until.getTime()).toBeLessThanOrEqual(now)
      }
      const earlier = parseWindow(shifted(text, now, 'earlier') ?? '', now)
      expect(earlier === null ? length * day : earlier.until.getTime() - earlier.from.getTime()).toBe(length * day)
    }),
  )
})

test('marked buckets become a window of whole buckets, cut to what was shown', () => {
  const window = { from: '2026-03-01T06:00:00Z', until: '2026-03-31T12:00:00Z' }
  const to = (first: string, last: string) => zoomedTo(window, 86_400, first, last)
  expect(to('2026-03-05T00:00:00Z', '2026-03-06T00:00:00Z')).toBe('2026-03-05T00:00:00.000Z..2026-03-07T00:00:00.000Z')
  expect(to('2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z')).toBe('2026-03-01T06:00:00.000Z..2026-03-02T00:00:00.000Z')
  expect(to('2026-03-01T00:00:00Z', '2026-03-31T00:00:00Z')).toBeNull()
})
