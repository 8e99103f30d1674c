/** What the approver’s own check agrees with, and everything it must not. */
import { actionHash, canonicalAction, canonicalPayload, payloadHash } from '@muster/canonical-json'
import { describe, expect, test } from 'vitest'
import { checkPins, type PinnedApproval } from './pins.ts'

const payloadFields = {
  tool: 'payments',
  action: 'refund',
  resource: 'order/7',
  parameters: { amount: 120, currency: 'EUR' },
  manifestHash: null,
  connectorId: null,
  destination: null,
}
const actionFields = {
  tenant: '11111111-1111-4111-8111-111111111111',
  payloadHash: payloadHash(payloadFields),
  agent: '22222222-2222-4222-8222-222222222222',
  onBehalfOf: null,
  effectiveTrust: 'SEMI_TRUSTED' as const,
  mutates: true,
  policyHash: 'ab'.repeat(32),
  expiresAt: '2026-01-01T00:00:00.000Z',
  decisionId: '33333333-3333-4333-8333-333333333333',
  nonce: '0'.repeat(32),
}

const held: PinnedApproval = {
  payloadHash: payloadHash(payloadFields),
  actionHash: actionHash(actionFields),
  canonicalPayload: canonicalPayload(payloadFields),
  canonicalAction: canonicalAction(actionFields),
  expiresAt: '2026-01-01T00:00:00Z',
  agent: { id: actionFields.agent },
  decision: { id: actionFields.decisionId, tool: 'payments', action: 'refund', mutates: true },
}

describe('the approver’s own check', () => {
  test('agrees with the bytes that were held', () => {
    expect(checkPins(held)).toMatchObject({ state: 'agree', failed: [], actionHash: held.actionHash })
  })

  test('refuses another amount under the same hash', () => {
    const canonical = canonicalPayload({ ...payloadFields, parameters: { amount: 12_000, currency: 'EUR' } })
    expect(checkPins({ ...held, canonicalPayload: canonical })).toMatchObject({
      state: 'disagree',
      failed: ['payloadHash', 'bound'],
    })
  })

  test('refuses an occasion that names another payload, though its own hash is right', () => {
    const other = { ...actionFields, payloadHash: 'cd'.repeat(32) }
    const verdict = checkPins({ ...held, canonicalAction: canonicalAction(other), actionHash: actionHash(other) })
    expect(verdict).toMatchObject({ state: 'disagree', failed: ['bound'] })
  })

  test('refuses a label that says something else than the bytes', () => {
    const verdict = checkPins({ ...held, decision: { ...held.decision, action: 'lookup' } })
    expect(verdict).toMatchObject({ state: 'disagree', failed: ['labels'] })
  })

  test('refuses a missing hash, and text that is not canonical', () => {
    expect(checkPins({ ...held, actionHash: '' })).toMatchObject({ state: 'disagree', failed: ['actionHash'] })
    expect(checkPins({ ...held, canonicalPayload: ` ${held.canonicalPayload ?? ''}` })).toMatchObject({
      state: 'disagree',
      failed: ['payloadHash', 'canonical'],
    })
  })

  test('decides nothing on bytes it was not shown', () => {
    expect(checkPins({ ...held, canonicalPayload: null })).toEqual({ state: 'unseen' })
  })
})
