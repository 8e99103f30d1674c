/** The vectors that the console's time grammar is tested by too: both read windows alike. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseWindow } from './timeWindow.ts'

const { now, windows } = JSON.parse(readFileSync(new URL('timeWindow.vectors.json', import.meta.url), 'utf8')) as {
  now: string
  windows: [string, string | null, string | null][]
}

test.each(windows)('reads `%s` as the console does', (text, from, until) => {
  const window = parseWindow(text, Date.parse(now))
  expect([window?.from.toISOString() ?? null, window?.until.toISOString() ?? null]).toEqual([from, until])
})
