/** A sign-in leads to a path of ours, whatever the address it was begun with says. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextPath } from './nextPath.ts'

const here = 'https://muster.example'

test.each(['/', '/agents?owner=ada&view=1#top', '/approvals/0190', '/a//b'])('%s is a place of ours', (path) => {
  expect(nextPath(path)).toBe(path)
})

test.each([
  'https://evil.example/',
  '//evil.example',
  '///evil.example',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  ' //evil.example',
  '/.//evil.example',
  '/..//evil.example',
  'javascript:alert(1)',
  'agents',
  '',
  '/auth/sso/start?tenant=x',
  '/graphql',
  `/${'a'.repeat(2_000)}`,
  undefined,
  ['/a'],
])('%j leads to the first page', (text) => {
  expect(nextPath(text)).toBe('/')
})

test('whatever was asked for, a browser stays on this origin', () => {
  const slashed = fc.string().map((text) => `/${text}`)
  fc.assert(
    fc.property(fc.oneof(fc.webUrl(), fc.string(), slashed, fc.webPath()), (text) => {
      expect(new URL(nextPath(text), here).origin).toBe(here)
    }),
  )
})
