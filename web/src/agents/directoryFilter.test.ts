/** What a written filter asks the graph for. */
import { describe, expect, test } from 'vitest'
import { parseTokens } from '../parts/tokens/grammar.ts'
import { directoryGrammar, filterOf, orderOf } from './directoryFilter.ts'

const names = {
  units: (name: string) => (name === 'payments' ? ['u1', 'u2'] : [name]),
  owners: (name: string) => (name === 'me' ? ['p1'] : [name]),
}
const read = (text: string) => {
  const { tokens, problems } = parseTokens(text, directoryGrammar)
  expect(problems).toEqual([])
  return filterOf(tokens, names)
}

describe('a filter', () => {
  test.each([
    ['', {}],
    ['night shift', { text: 'night shift' }],
    ['owner:me,ada@x.example team:payments', { owners: ['p1', 'ada@x.example'], orgUnits: ['u1', 'u2'] }],
    ['tier:high,critical status:active', { riskTiers: ['HIGH', 'CRITICAL'], statuses: ['ACTIVE'] }],
    ['-status:revoked', { statuses: ['ACTIVE', 'RESTRICTED', 'FROZEN', 'QUARANTINED'] }],
    ['status:active,frozen -status:frozen', { statuses: ['ACTIVE'] }],
    ['-tier:low,medium,high,critical', { riskTiers: [] }],
    ['env:staging model:opus', { environments: ['staging'], model: 'opus' }],
    ['score<60', { scores: [{ score: 'RISK', below: 60 }] }],
    [
      'score>=20 score<=40 reliability=50',
      {
        scores: [
          { score: 'RISK', atLeast: 20 },
          { score: 'RISK', atMost: 40 },
          { score: 'RELIABILITY', atLeast: 50, atMost: 50 },
        ],
      },
    ],
    ['score:none', { hasEvidence: false }],
    ['seen>30d', { notSeenFor: '30d' }],
    ['seen<7d', { seenWithin: '7d' }],
    ['seen:never', { everSeen: false }],
  ])('`%s` asks for what it says', (text, filter) => expect(read(text)).toEqual(filter))
})

test('an order of the address is one of the graph; any other is by slug', () => {
  expect(orderOf('-risk')).toEqual({ field: 'RISK', direction: 'DESC' })
  expect(orderOf('seen')).toEqual({ field: 'LAST_SEEN', direction: 'ASC' })
  expect(orderOf(undefined)).toEqual({ field: 'SLUG', direction: 'ASC' })
  expect(orderOf('toString')).toEqual({ field: 'SLUG', direction: 'ASC' })
})
