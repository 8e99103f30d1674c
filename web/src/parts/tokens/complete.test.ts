/** What is offered while a filter is typed, and that an offer taken is understood. */
import { describe, expect, test } from 'vitest'
import { draftOf, knownValues, offerNames, offerValues, type TokenFieldDefinition } from './complete.ts'
import { parseTokens } from './grammar.ts'

const fields: TokenFieldDefinition[] = [
  { name: 'team', kind: 'text', label: 'Team', isSingle: true, complete: () => [] },
  { name: 'tier', kind: 'words', label: 'Tier', words: ['low', 'high', 'critical'], isNegatable: true },
  { name: 'score', kind: 'number', label: 'Risk', words: ['none'] },
  { name: 'seen', kind: 'age', label: 'Seen', words: ['never'] },
]

function offered(draft: string): string[] {
  const typed = draftOf(draft, fields)
  const offers = typed.at === 'name' ? offerNames(typed, fields) : offerValues(typed, knownValues(typed) ?? [])
  return offers.map((offer) => offer.draft)
}

describe('completion of a filter', () => {
  test('offers every field at first, and those that begin as typed', () => {
    expect(offered('')).toEqual(['team:', 'tier:', 'score<', 'score>', 'seen>', 'seen<'])
    expect(offered('ti')).toEqual(['tier:'])
    expect(offered('zebra')).toEqual([])
  })

  test('offers after a minus only what can be turned round', () => {
    expect(offered('-')).toEqual(['-tier:'])
  })

  test('offers the words that are left of a list', () => {
    expect(offered('tier:')).toEqual(['tier:low', 'tier:high', 'tier:critical'])
    expect(offered('-tier:low,hi')).toEqual(['-tier:low,high'])
    expect(offered('score:')).toEqual(['score:none'])
    expect(offered('seen>3')).toEqual(['seen>30d'])
  })

  test('a field with values elsewhere is asked', () => {
    const typed = draftOf('team:"Data e', fields)
    expect(typed).toMatchObject({ at: 'value', text: 'Data e', before: 'team:' })
    expect(typed.at === 'value' && knownValues(typed)).toBeNull()
  })

  test('a value with spaces is taken in quotes and understood', () => {
    const typed = draftOf('team:data', fields)
    if (typed.at !== 'value') throw new Error('a value was being typed')
    const [offer] = offerValues(typed, [{ value: 'Data eng' }])
    expect(offer?.draft).toBe('team:"Data eng"')
    expect(parseTokens(offer?.draft ?? '', fields).tokens).toEqual([
      { kind: 'values', field: 'team', not: false, values: ['Data eng'] },
    ])
  })
})
