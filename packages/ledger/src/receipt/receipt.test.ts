/** Receipt bodies, leaves, links and commitments, against the vectors of the specs. */
import { canonicalize, sha256 } from '@muster/canonical-json'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, fromHex, toHex, utf8 } from '../bytes.ts'
import { leafHashOf } from '../merkle/treeHash.ts'
import { testBody, testTenant } from '../testing/buildLedger.ts'
import { genesisLink, leafHash, linkHash } from './chain.ts'
import { commitment } from './commitment.ts'
import { BadReceiptBody, composeBody, parseReceiptBody, receiptSchema, type ReceiptBody } from './receiptBody.ts'

const { schema: _, ...fields } = parseReceiptBody(testBody(1, 'log-a'))

describe('receipt bodies', () => {
  test('come back as they were composed, and the text is canonical', () => {
    const text = composeBody(fields)
    expect(parseReceiptBody(text)).toEqual({ ...fields, schema: receiptSchema })
    expect(text).toBe(canonicalize(JSON.parse(text)))
    expect(text.startsWith('{"actor":{"agent":')).toBe(true)
  })

  test('may carry no policy and no agent', () => {
    const body = { ...fields, policyHash: null, actor: { ...fields.actor, agent: null, kind: 'person' as const } }
    expect(parseReceiptBody(composeBody(body)).policyHash).toBeNull()
  })

  test.each<[string, Partial<Record<keyof ReceiptBody, unknown>>]>([
    ['a tenant that is no UUID', { tenant: 'northwind' }],
    ['an id in upper case', { id: testTenant.toUpperCase() }],
    ['a nonce of 64 bits', { nonce: '0123456789abcdef' }],
    ['a time without milliseconds', { occurredAt: '2026-01-01T00:00:00Z' }],
    ['a time with an offset', { occurredAt: '2026-01-01T00:00:00.000+01:00' }],
    ['a day that does not exist', { occurredAt: '2026-13-01T00:00:00.000Z' }],
    ['an empty policy hash', { policyHash: '' }],
    ['an actor of an unknown kind', { actor: { ...fields.actor, kind: 'robot' } }],
    ['an actor with one field more', { actor: { ...fields.actor, name: 'Ada' } }],
    ['an actor without credential', { actor: { agent: null, id: 'x', kind: 'person' } }],
    ['a subject without type', { subject: { id: 'x' } }],
    ['data that is a list', { data: [] }],
    ['a type without verb', { type: 'action' }],
    ['a request that is empty', { request: '' }],
    ['another schema', { schema: 'muster/receipt/v2' }],
    ['a field more', { reason: 'because' } as Partial<Record<keyof ReceiptBody, unknown>>],
  ])('refuse %s', (_name, change) => {
    const text = canonicalize({ ...fields, schema: receiptSchema, ...change })
    expect(() => parseReceiptBody(text)).toThrow(BadReceiptBody)
  })

  test('refuse a missing field, whichever it is', () => {
    const whole: Record<string, unknown> = { ...fields, schema: receiptSchema }
    for (const name of Object.keys(whole)) {
      const { [name]: _gone, ...rest } = whole
      expect(() => parseReceiptBody(canonicalize(rest)), name).toThrow(BadReceiptBody)
    }
  })

  test('refuse any spelling but the canonical one', () => {
    const text = composeBody(fields)
    const reversed = JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse()))
    for (const bad of [
      ` ${text}`,
      `${text}\n`,
      text.replace(':', ': '),
      reversed,
      text.replace('guard', '\\u0067uard'),
      text.replace('"data":{', '"data":{},"data":{'),
    ]) {
      expect(() => parseReceiptBody(bad)).toThrow(BadReceiptBody)
    }
  })

  test('refuse a composer what they would not read', () => {
    expect(() => composeBody({ ...fields, tenant: 'x' })).toThrow(BadReceiptBody)
  })
})

describe('the chain', () => {
  test('a leaf is SHA-256(0x00 and the body), the same from text and from bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(toHex(leafHash(text))).toBe(toHex(leafHashOf(utf8(text))))
        expect(toHex(leafHash(utf8(text)))).toBe(toHex(sha256(concat(Uint8Array.of(0), utf8(text)))))
      }),
    )
  })

  test('a link is the hash over domain, number, previous link and leaf', () => {
    const previous = genesisLink('log-a')
    expect(toHex(previous)).toBe(toHex(sha256('muster/genesis/v1\nlog-a')))
    const leaf = leafHash('{}')
    const input = concat(utf8('muster/link/v1\n'), fromHex('0000000100000002'), previous, leaf)
    expect(toHex(linkHash(0x1_0000_0002, previous, leaf))).toBe(toHex(sha256(input)))
  })

  test('changes with every part it covers', () => {
    const previous = genesisLink('log-a')
    const leaf = leafHash('{}')
    const link = toHex(linkHash(1, previous, leaf))
    expect(toHex(linkHash(2, previous, leaf))).not.toBe(link)
    expect(toHex(linkHash(1, genesisLink('log-b'), leaf))).not.toBe(link)
    expect(toHex(linkHash(1, previous, leafHash('{ }')))).not.toBe(link)
    expect(toHex(linkHash(1, leaf, previous))).not.toBe(link)
  })

  test.each([0, -1, 0.5, Number.NaN, 2 ** 53])('there is no entry %s', (seq) => {
    expect(() => linkHash(seq, genesisLink('a'), leafHash(''))).toThrow(RangeError)
  })

  test('a hash of the wrong length is refused', () => {
    expect(() => linkHash(1, new Uint8Array(31), leafHash(''))).toThrow(RangeError)
  })
})

describe('commitments', () => {
  const salt = Uint8Array.from({ length: 16 }, (_unused, at) => at)

  test('hide the text behind the salt and bind both', () => {
    expect(commitment(salt, 'Ada')).toBe(toHex(sha256(concat(utf8('muster/commitment/v1\n'), salt, utf8('Ada')))))
    expect(commitment(salt, 'Ada')).not.toBe(commitment(salt, 'ada'))
    expect(commitment(salt, 'Ada')).not.toBe(commitment(salt.toReversed(), 'Ada'))
  })

  test('refuse a salt that could be guessed, and text that has no bytes', () => {
    expect(() => commitment(salt.subarray(1), 'Ada')).toThrow(RangeError)
    expect(() => commitment(salt, '\ud800')).toThrow(RangeError)
  })
})
