/** What we ship may be shipped. */
import { expect, test } from 'vitest'
import { isAllowed, reviewLicences } from './licences.ts'
import { type LockEntry, lockEntries } from './lockFile.ts'

test('every production dependency comes under a licence we may ship', () => {
  expect(reviewLicences().problems).toEqual([])
})

test('an expression is allowed when one side of OR is, and every side of AND', () => {
  expect(isAllowed('(GPL-3.0-only OR MIT)')).toBe(true)
  expect(isAllowed('MIT AND Zlib')).toBe(true)
  expect(isAllowed('MIT AND GPL-3.0-only')).toBe(false)
  expect(isAllowed('SEE LICENSE IN LICENSE')).toBe(false)
})

test('refuses an Elastic-licensed package that a service asks for, a forbidden licence, and none at all', () => {
  const entries = new Map<string, LockEntry>([
    ['gateway', { dependencies: { '@apollo/gateway': '*' } }],
    ['services/guard', { dependencies: { '@apollo/gateway': '*', silent: '*', viral: '*' } }],
    ['node_modules/@apollo/gateway', { license: 'Elastic-2.0' }],
    ['node_modules/viral', { license: 'GPL-3.0-only' }],
    ['node_modules/silent', {}],
  ])
  expect(reviewLicences(entries).problems).toEqual([
    '`viral` is under `GPL-3.0-only`',
    '`silent` names no licence',
    '`services/guard` asks for `@apollo/gateway`, which is under `Elastic-2.0`',
  ])
})

test('the review sees the Elastic-licensed packages there are', () => {
  expect(reviewLicences(lockEntries()).counts.get('Elastic-2.0')).toBeGreaterThan(0)
})
