/** The texts of the parts that every screen shares. */
import { count } from '../frame/plural.ts'

export const partsTexts = {
  tick: (name: string) => `Select ${name}`,
  tickAll: (n: number) => `Select the ${count(n, 'row', 'rows')} loaded`,
  columns: 'Columns',
  columnsUsual: 'As usual',
  columnsAreUsual: 'they are',
  peekClose: 'Close the panel',
  peekWidth: 'Width of the panel',
  firstColumn: 'names the row, always shown',
} as const

const spans: Readonly<Record<string, readonly [one: string, many: string]>> = {
  s: ['second', 'seconds'],
  m: ['minute', 'minutes'],
  h: ['hour', 'hours'],
  d: ['day', 'days'],
  w: ['week', 'weeks'],
  M: ['month', 'months'],
  Q: ['quarter', 'quarters'],
  y: ['year', 'years'],
}

const usualWindows: Readonly<Record<string, string>> = {
  'now/d': 'Today',
  'now-1d/d..now-1d/d': 'Yesterday',
  'now/w': 'This week',
  'now/M': 'This month',
  'now-1M/M..now-1M/M': 'Last month',
}

export const timeRangeTexts = {
  title: (window: string) => `Time: ${window}`,
  usual: usualWindows,
  last: (n: number, unit: string) => {
    const [one, many] = spans[unit] ?? ['', '']
    return n === 1 ? `Last ${one}` : `Last ${count(n, one, many)}`
  },
  grammar: 'Time, as in now-7d..now-1d',
  noWindow: 'That is no time: write now-30d, now-7d..now-1d, now-1M/M..now-1M/M, or two ISO instants with a zone',
  from: 'From (UTC)',
  until: 'Until (UTC)',
  apply: 'Use these dates',
  bothNeeded: 'Both dates are needed',
  endsBefore: 'It ends before it begins',
  compare: 'Compare with the time before',
  comparedShort: 'vs before',
  nothingBefore: 'there is no time before it',
} as const
