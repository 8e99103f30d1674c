/**
 * Trust follows what the run had read, not what it says.
 */
import { minTrust } from '@muster/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readsOutside } from '../tools/outsideWords.ts'
import { readFile } from '../transcripts/readFile.ts'
import type { Step } from '../transcripts/transcript.ts'
import { outsideTrust, provenanceOf, startTrust } from './provenance.ts'

type Turn = readonly string[]

/** Messages of calls, each answered before the next message. */
function stepsOf(turns: readonly Turn[]): readonly Step[] {
  const messages = turns.flatMap((tools, turn) => [
    { role: 'assistant', tool_calls: tools.map((tool, at) => ({ id: `${turn}-${at}`, function: tool, args: {} })) },
    ...tools.map((_, at) => ({ role: 'tool', tool_call_id: `${turn}-${at}`, content: '' })),
  ])
  return readFile('a.json', Buffer.from(JSON.stringify(messages))).transcripts[0]!.steps
}
const told = (turns: readonly Turn[]): string[] =>
  provenanceOf(stepsOf(turns), readsOutside).map(({ kind, call, trust }) => `${kind} ${call.tool} ${trust}`)

test('what follows text fetched from outside is not trusted', () => {
  expect(told([['get_order'], ['search_web'], ['submit_refund'], ['get_order']])).toEqual([
    'call get_order TRUSTED_INTERNAL',
    'call search_web TRUSTED_INTERNAL',
    'taint search_web UNTRUSTED_EXTERNAL',
    'call submit_refund UNTRUSTED_EXTERNAL',
    'call get_order UNTRUSTED_EXTERNAL',
  ])
})

test('calls of one message do not know each other’s results', () => {
  expect(told([['search_web', 'submit_refund'], ['submit_refund']])).toEqual([
    'call search_web TRUSTED_INTERNAL',
    'call submit_refund TRUSTED_INTERNAL',
    'taint search_web UNTRUSTED_EXTERNAL',
    'call submit_refund UNTRUSTED_EXTERNAL',
  ])
})

test('a call that was never answered brought nothing in', () => {
  const messages = [{ role: 'assistant', tool_calls: [{ id: 'a', function: 'search_web', args: {} }] }]
  const { steps } = readFile('a.json', Buffer.from(JSON.stringify(messages))).transcripts[0]!
  expect(provenanceOf(steps, readsOutside).map(({ kind }) => kind)).toEqual(['call'])
})

test('trust only falls, and falls exactly where the first outside result is read', () => {
  const tool = fc.constantFrom('get_order', 'submit_refund', 'search_web', 'read_email')
  fc.assert(
    fc.property(fc.array(fc.array(tool, { minLength: 1, maxLength: 4 }), { maxLength: 8 }), (turns) => {
      fc.pre(turns.length > 0)
      const proven = provenanceOf(stepsOf(turns), readsOutside)
      const firstOutside = turns.findIndex((tools) => tools.some(readsOutside))
      const before = turns.slice(0, firstOutside === -1 ? turns.length : firstOutside + 1).flat().length
      const calls = proven.filter(({ kind }) => kind === 'call')
      expect(calls.map(({ trust }) => trust)).toEqual(calls.map((_, at) => (at < before ? startTrust : outsideTrust)))
      expect(proven.filter(({ kind }) => kind === 'taint')).toHaveLength(firstOutside === -1 ? 0 : 1)
      for (const [at, { trust }] of proven.entries())
        expect(minTrust(trust, proven[at - 1]?.trust ?? trust)).toBe(trust)
    }),
  )
})
