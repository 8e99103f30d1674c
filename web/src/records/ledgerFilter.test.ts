/** What a filter over the ledger asks the graph for. */
import { expect, test } from 'vitest'
import { isWhole, ledgerFilterOf } from './ledgerFilter.ts'

const now = Date.parse('2026-03-08T00:00:00Z')
const id = '01900000-0000-7000-8000-00000000c0de'

test.each([
  [undefined, undefined, {}],
  ['', '4711', { toSeq: '4711' }],
  ['', 'x', {}],
  ['type:agent.frozen,approval.vote', undefined, { types: ['agent.frozen', 'approval.vote'] }],
  ['subject:approval', undefined, { subjectType: 'approval' }],
  [`subject:${id}`, undefined, { subjectId: id }],
  [`subject:approval/${id}`, undefined, { subjectType: 'approval', subjectId: id }],
  [id, undefined, { subjectId: id }],
  [`actor:${id} agent:${id}`, '9', { actorId: id, agentId: id, toSeq: '9' }],
  ['since:7d until:2026-03-05', undefined, { since: '2026-03-01T00:00:00.000Z', until: '2026-03-05T00:00:00.000Z' }],
])('%s at %s', (query, at, filter) => {
  expect(ledgerFilterOf(query, at, now)).toEqual(filter)
})

test('numbers alone leave every entry in', () => {
  expect(isWhole({ toSeq: '7' })).toBe(true)
  expect(isWhole({ toSeq: '7', types: ['agent.frozen'] })).toBe(false)
})
