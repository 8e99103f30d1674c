/** Who and what, read out of a body that was hashed. */
import { testBody } from '@muster/ledger/testing'
import { expect, test } from 'vitest'
import { partyOf } from './parties.ts'

test('names actor and subject of a receipt, and nothing of what is none', () => {
  const body = testBody(3, 'log')
  const { actor, subject } = JSON.parse(body) as Record<'actor' | 'subject', { id: string }>
  expect(partyOf(body, 'actor')).toEqual({ kind: 'agent', id: actor.id })
  expect(partyOf(body, 'subject')).toEqual({ kind: 'agent', id: subject.id })
  for (const none of [null, '', '{}', '[', body.replace('"actor"', '"acter"')])
    expect(partyOf(none, 'actor')).toBeNull()
})
