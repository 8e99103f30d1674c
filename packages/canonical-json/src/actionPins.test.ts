/** The two hashes an approval is pinned to: any change of any field changes them, the agent included. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  actionHash,
  actionHashOfText,
  canonicalAction,
  canonicalPayload,
  payloadHash,
  payloadHashOfText,
  type ActionFields,
  type PayloadFields,
} from './actionPins.ts'
import { hashCanonical } from './hashCanonical.ts'
import { hashesAgree, isHash } from './hashesAgree.ts'
import { UnsafeJson } from './unsafeJson.ts'
import { sha256, sha256Hex } from '#sha256'
import * as noble from './sha256Noble.ts'

const payload: PayloadFields = {
  tool: 'refunds',
  action: 'create',
  resource: 'order/1042',
  parameters: { amount: 1250, currency: 'EUR' },
  manifestHash: 'a'.repeat(64),
  connectorId: 'conn-1',
  destination: 'https://pay.example/refunds',
}
const action: ActionFields = {
  tenant: '01900000-0000-7000-8000-000000000001',
  payloadHash: payloadHash(payload),
  agent: '01900000-0000-7000-8000-000000000002',
  onBehalfOf: '01900000-0000-7000-8000-000000000003',
  effectiveTrust: 'SEMI_TRUSTED',
  mutates: true,
  policyHash: 'b'.repeat(64),
  expiresAt: '2026-01-01T00:15:00.000Z',
  decisionId: '01900000-0000-7000-8000-000000000004',
  nonce: '0123456789abcdef0123456789abcdef',
}

const other = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant(null), fc.boolean(), fc.integer())

describe('what an approval is pinned to', () => {
  test('any change of any payload field changes the payload hash', () => {
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(payload) as (keyof PayloadFields)[])), other, (field, value) => {
        fc.pre(JSON.stringify(payload[field]) !== JSON.stringify(value))
        expect(payloadHash({ ...payload, [field]: value })).not.toBe(payloadHash(payload))
      }),
    )
  })

  test('any change of any action field changes the action hash, the agent included', () => {
    for (const field of Object.keys(action)) {
      expect(actionHash({ ...action, [field]: 'changed' }), field).not.toBe(actionHash(action))
    }
    fc.assert(
      fc.property(fc.constantFrom(...(Object.keys(action) as (keyof ActionFields)[])), other, (field, value) => {
        fc.pre(action[field] !== value)
        expect(actionHash({ ...action, [field]: value })).not.toBe(actionHash(action))
      }),
    )
  })

  test('moving a value from one field to another changes the hash', () => {
    const strings = ['tool', 'action', 'resource', 'connectorId', 'destination'] as const
    for (const a of strings) {
      for (const b of strings.filter((name) => name !== a)) {
        expect(payloadHash({ ...payload, [a]: payload[b], [b]: payload[a] })).not.toBe(payloadHash(payload))
      }
    }
  })

  test('a field that is absent is refused, never hashed as if it were not there', () => {
    for (const field of Object.keys(payload)) {
      const { [field]: _, ...rest } = payload as unknown as Record<string, unknown>
      expect(() => payloadHash(rest as unknown as PayloadFields), field).toThrow(UnsafeJson)
    }
    for (const field of Object.keys(action)) {
      const { [field]: _, ...rest } = action as unknown as Record<string, unknown>
      expect(() => actionHash(rest as unknown as ActionFields), field).toThrow(UnsafeJson)
    }
  })

  test('the hash of the canonical text is the hash of the fields', () => {
    expect(payloadHashOfText(canonicalPayload(payload))).toBe(payloadHash(payload))
    expect(actionHashOfText(canonicalAction(action))).toBe(actionHash(action))
  })

  test('a payload hash is never an action hash of the same text', () => {
    const text = canonicalPayload(payload)
    expect(payloadHashOfText(text)).not.toBe(actionHashOfText(text))
    expect(payloadHashOfText(text)).not.toBe(sha256Hex(text))
  })
})

describe('agreement of hashes', () => {
  const hash = sha256Hex('a')

  test('holds for equal hashes only', () => {
    expect(hashesAgree(hash, hash)).toBe(true)
    expect(hashesAgree(hash, hash, hash)).toBe(true)
    expect(hashesAgree(hash, hash, sha256Hex('b'))).toBe(false)
    for (let at = 0; at < 64; at++) {
      const changed = hash.slice(0, at) + (hash[at] === '0' ? '1' : '0') + hash.slice(at + 1)
      expect(hashesAgree(hash, changed)).toBe(false)
    }
  })

  test.each([null, undefined, '', 'null', hash.toUpperCase(), hash.slice(1), `${hash}\n`, `0x${hash}`, 0, [hash]])(
    'a missing or garbled hash (%j) agrees with nothing, not even itself',
    (bad) => {
      expect(isHash(bad)).toBe(false)
      expect(hashesAgree(bad, bad)).toBe(false)
      expect(hashesAgree(bad, bad, bad)).toBe(false)
      expect(hashesAgree(hash, hash, bad)).toBe(false)
      expect(hashesAgree(bad, hash)).toBe(false)
    },
  )

  test('one hash alone agrees with nothing', () => {
    expect(hashesAgree(hash)).toBe(false)
  })
})

describe('SHA-256', () => {
  test('is the same in Node and in the browser build', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary' })), (data) => {
        expect(noble.sha256Hex(data)).toBe(sha256Hex(data))
        expect([...noble.sha256(data)]).toEqual([...sha256(data)])
      }),
    )
  })

  test('refuses a domain without its line feed or version', () => {
    // The type forbids these; JavaScript callers do not see it.
    for (const domain of ['muster/payload/v1', 'payload\n', 'muster/x/v\n', '']) {
      expect(() => hashCanonical(domain as 'muster/x/v1\n', {})).toThrow(RangeError)
    }
  })
})
