/** The one way an address becomes a script: only this origin's own. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ownScriptAddress } from './trustedScripts.ts'

const base = 'https://muster.example:4000/agents?x=1#y'

test('a file of this origin is taken, by path or in full', () => {
  expect(ownScriptAddress('/assets/verifyWorker-1.js', base)).toBe(
    'https://muster.example:4000/assets/verifyWorker-1.js',
  )
  expect(ownScriptAddress('https://muster.example:4000/a.js', base)).toBe('https://muster.example:4000/a.js')
})

test.each([
  'https://evil.example/a.js',
  '//evil.example/a.js',
  '\\\\evil.example/a.js',
  'https://muster.example/a.js',
  'https://muster.example:4000@evil.example/a.js',
  'https://somebody@muster.example:4000/a.js',
  'http://muster.example:4000/a.js',
  'https://muster.example.evil.example:4000/a.js',
  'data:text/javascript,alert(1)',
  'javascript:alert(1)',
  'blob:https://muster.example:4000/2f7c9d1e',
  'filesystem:https://muster.example:4000/temporary/a.js',
  'about:blank',
  'https://',
])('`%s` is refused', (address) => {
  expect(() => ownScriptAddress(address, base)).toThrow(TypeError)
})

test('whatever is given, what comes out is an address of this origin', () => {
  const pieces = fc.constantFrom(
    'https:',
    '//',
    '/',
    '\\',
    '@',
    'evil.example',
    'muster.example',
    ':4000',
    'blob:',
    '\t',
  )
  const addresses = fc.oneof(
    fc.webUrl(),
    fc.string({ unit: 'binary' }),
    fc.array(pieces).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(addresses, (address) => {
      try {
        expect(ownScriptAddress(address, base)).toMatch(/^https:\/\/muster\.example:4000\//)
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError)
      }
    }),
  )
})
