/** The words a span of time becomes. */
import { expect, test } from 'vitest'
import { spanWords } from './spanWords.ts'

test('a span is told in its two largest units', () => {
  expect([0.2, 9, 60, 125, 7_500, 90_000, 86_400].map(spanWords)).toEqual([
    '< 1 s',
    '9 s',
    '1 min',
    '2 min 5 s',
    '2 h 5 min',
    '1 d 1 h',
    '1 d',
  ])
})
