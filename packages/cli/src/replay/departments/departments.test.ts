/**
 * Departments: the same names every time, whatever a file calls them.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Transcript } from '../transcripts/transcript.ts'
import { departmentOf, slugOf } from './departmentOf.ts'
import { planDepartments } from './plan.ts'

const at = (path: string, domain: string | null = null) => departmentOf({ path, domain }, 'Trajectories 2026')

test('a run belongs where its file says, else to its folder, else to the folder replayed', () => {
  expect(at('banking/t01.json', 'SaaS').slug).toBe('saas')
  expect(at('deep/banking/t01.json')).toEqual({
    slug: 'banking',
    name: 'Banking',
    teamName: 'Banking agents',
    agentSlug: 'banking-assistant',
    agentName: 'Banking assistant',
  })
  expect(at('t01.json').slug).toBe('trajectories-2026')
})

test('spellings of one name are one department with one name', () => {
  for (const name of ['Customer Care', 'customer_care', 'CUSTOMER-CARE ', 'Cústomer  care!']) {
    expect(at('x.json', name)).toEqual(at('x.json', 'customer care'))
  }
})

test('names without a Latin letter are departments of their own', () => {
  const [finance, law] = [at('x.json', '財務'), at('x.json', '法務')]
  expect(finance.name).toBe('財務')
  expect(finance.slug).not.toBe(law.slug)
})

test('every text gives a slug that a server takes, and a name for people', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const { slug, agentSlug, name } = at('x.json', text)
      expect(agentSlug).toMatch(/^[a-z0-9][a-z0-9._-]{0,126}$/)
      expect(slugOf(text)).toBe(slug)
      expect(name.length).toBeGreaterThan(0)
      expect(name).not.toMatch(/\p{Cc}/u)
    }),
  )
})

test('a department’s agent is granted what its runs called, once each', () => {
  const run = (path: string, ...tools: string[]): Transcript => ({
    path,
    line: null,
    runId: path,
    domain: null,
    offered: [{ name: 'offered_only', description: null, inputSchema: null }],
    steps: tools.map((tool, index) => ({
      kind: 'call',
      call: { index, id: `${index}`, tool, parameters: {}, result: null },
    })),
  })
  const plans = planDepartments([run('b/1.json', 'z', 'a', 'z'), run('a/1.json', 'q'), run('b/2.json', 'a')], 'root')
  expect(plans.map(({ department, tools, calls }) => [department.slug, tools, calls])).toEqual([
    ['a', ['q'], 1],
    ['b', ['a', 'z'], 4],
  ])
})
