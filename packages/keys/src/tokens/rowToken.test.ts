/** Row tokens lead back to their row, and nothing else looks like one. */
import { newId } from '@muster/kernel'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hashToken } from './randomToken.ts'
import { enrolmentTokenPrefix, mintRowToken, readRowToken, refreshTokenPrefix } from './rowToken.ts'

test('a token names its tenant and row, is stored as its SHA-256, and two are never alike', () => {
  const [tenantId, rowId] = [newId(), newId()]
  const [one, other] = [0, 1].map(() => mintRowToken(refreshTokenPrefix, tenantId, rowId))
  expect(readRowToken(refreshTokenPrefix, one!.token.reveal())).toEqual({ tenantId, rowId })
  expect(one!.hash).toEqual(hashToken(one!.token.reveal()))
  expect(one!.token.reveal()).not.toBe(other!.token.reveal())
})

test('one kind is not read as the other, nor is anything longer, shorter or of other characters', () => {
  const token = mintRowToken(refreshTokenPrefix, newId(), newId()).token.reveal()
  expect(readRowToken(enrolmentTokenPrefix, token)).toBeNull()
  for (const text of [`${token}A`, token.slice(0, -1), `${token.slice(0, -1)}=`, ` ${token}`, '', 'mr_'])
    expect(readRowToken(refreshTokenPrefix, text), text).toBeNull()
  fc.assert(fc.property(fc.string(), (text) => readRowToken(refreshTokenPrefix, text) === null))
})
