/** One mailbox has one index, whatever keyboard its address came from. */
import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { emailIndexer } from './emailIndex.ts'

const key = Buffer.alloc(32, 7)
const index = emailIndexer(key)

test('is HMAC-SHA-256 of the address in NFC, trimmed and lower-cased', () => {
  expect(index(' Ada@Example.COM\n')).toEqual(createHmac('sha256', key).update('ada@example.com').digest())
  expect(index('zoë@example.com'.normalize('NFD'))).toEqual(index('ZOË@example.com'))
})

test('differs by key, and wants 32 bytes of it', () => {
  expect(emailIndexer(Buffer.alloc(32, 8))('a@b')).not.toEqual(index('a@b'))
  expect(() => emailIndexer(Buffer.alloc(16))).toThrow(RangeError)
})
