/** The triage list asks the graph for exactly what its filter says. */
import { expect, test } from 'vitest'
import { filterOf, usualFilter } from './filter.ts'

const now = Date.parse('2026-06-01T12:00:00Z')

test('what nobody narrowed is not narrowed, and the usual filter leaves the closed ones out', () => {
  expect(filterOf('', 'me-id', now)).toEqual({})
  expect(filterOf(usualFilter, 'me-id', now)).toEqual({ statuses: ['OPEN', 'ACKNOWLEDGED'] })
})

test('each token narrows by its own, and text by the words', () => {
  expect(
    filterOf('severity:high,critical type:manifest.mismatch tag:crm seen<7d seen>1h storm of', 'me-id', now),
  ).toEqual({
    severities: ['HIGH', 'CRITICAL'],
    types: ['manifest.mismatch'],
    tag: 'crm',
    since: '2026-05-25T12:00:00.000Z',
    until: '2026-06-01T11:00:00.000Z',
    text: 'storm of',
  })
})

test('“me” is whoever looks, and nobody is nobody', () => {
  expect(filterOf('assignee:me', 'me-id', now)).toEqual({ assignee: 'me-id' })
  expect(filterOf('assignee:nobody', 'me-id', now)).toEqual({ unassigned: true })
})
