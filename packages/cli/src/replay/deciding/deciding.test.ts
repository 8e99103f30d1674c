/**
 * The pure parts of deciding: keys that stay the same, events that follow what
 * happened, and an approver who looks before they approve.
 */
import { actionHash, canonicalAction, canonicalPayload, payloadHash, type JsonObject } from '@muster/canonical-json'
import { isUuid } from '@muster/kernel'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atOnce } from './atOnce.ts'
import type { CallRecord, Decided } from './callRecord.ts'
import { eventsOf } from './events.ts'
import { eventId, idempotencyKey, redemptionKey, runKey } from './keys.ts'
import { pinnedHash } from './pinnedBytes.ts'
import type { ShownApproval } from './shownApproval.ts'

const call = { index: 0, id: 'c1', tool: 'pay', parameters: { amount: 12 }, result: null }
const hex = (digit: string): string => digit.repeat(64)

describe('keys', () => {
  test('are the same for the same call and differ for any other place', () => {
    const place = fc.record({ journal: fc.string(), run: fc.string(), index: fc.nat(), id: fc.string() })
    const keysOf = ({ journal, run, index, id }: { journal: string; run: string; index: number; id: string }) => {
      const at = { ...call, index, id }
      return [
        idempotencyKey(journal, run, at),
        redemptionKey(journal, run, at),
        eventId(journal, run, at, 'tool.called'),
      ]
    }
    fc.assert(
      fc.property(place, place, (a, b) => {
        const isSame = JSON.stringify(a) === JSON.stringify(b)
        expect(keysOf(a)).toEqual(keysOf({ ...a }))
        for (const [at, key] of keysOf(a).entries()) expect(key === keysOf(b)[at]).toBe(isSame)
      }),
    )
  })
  test('do not run into each other where one part ends and the next begins', () => {
    expect(idempotencyKey('ab', 'c', call)).not.toBe(idempotencyKey('a', 'bc', call))
    const transcript = { path: 'a', line: null, runId: 'b', domain: null, steps: [], offered: [] }
    expect(runKey('x', transcript)).not.toBe(runKey('x', { ...transcript, path: 'ab', runId: '' }))
  })
  test('fit where they go: an index entry, a UUID', () => {
    expect(idempotencyKey('j', 'r', call).length).toBeLessThanOrEqual(200)
    expect(isUuid(eventId('j', 'r', call, 'tool.called'))).toBe(true)
  })
  test('say nothing about what the call would do', () => {
    expect(idempotencyKey('j', 'r', { ...call, parameters: { amount: 13 } })).toBe(idempotencyKey('j', 'r', call))
  })
})

describe('events', () => {
  const decision: Decided = {
    id: 'd',
    outcome: 'ALLOW',
    reasonCode: 'ALLOWED',
    effectiveTrust: 'TRUSTED_INTERNAL',
    mutates: false,
    payloadHash: hex('a'),
    actionHash: hex('b'),
    receipt: { id: 'r', seq: 1 },
  }
  const record = (more: Partial<CallRecord>): CallRecord => ({
    place: 'p',
    index: 0,
    tool: 'pay',
    decision,
    undecided: null,
    approved: false,
    redemption: { kind: 'none' },
    faults: [],
    elapsedMs: 1,
    ...more,
  })
  const types = (more: Partial<CallRecord>): string[] =>
    eventsOf(record(more), { journal: 'j', run: 'r', agentId: 'a', call }, '2026-01-01T00:00:00.000Z').map(
      ({ eventType }) => eventType,
    )
  const redeemed = (reported: 'SUCCEEDED' | 'FAILED' | null) => ({
    redemption: { kind: 'redeemed', executionId: 'e', reported } as const,
  })

  test('follow what happened, and only that', () => {
    expect(types(redeemed('SUCCEEDED'))).toEqual(['tool.called', 'task.completed'])
    expect(types(redeemed('FAILED'))).toEqual(['tool.called', 'task.failed'])
    expect(types(redeemed(null))).toEqual(['tool.called'])
    expect(types({ decision: { ...decision, outcome: 'DENY' } })).toEqual(['tool.denied'])
    expect(types({ decision: { ...decision, outcome: 'REVIEW' } })).toEqual([])
    expect(types({ decision: null })).toEqual([])
    expect(types({ redemption: { kind: 'refused', code: 'EXPIRED' } })).toEqual([])
  })
})

describe('an approver', () => {
  const payload = {
    tool: 'pay',
    action: 'call',
    resource: null,
    parameters: { amount: 12 },
    manifestHash: null,
    connectorId: null,
    destination: null,
  }
  const action = {
    tenant: 't',
    payloadHash: payloadHash(payload),
    agent: 'a',
    onBehalfOf: null,
    effectiveTrust: 'TRUSTED_INTERNAL' as const,
    mutates: true,
    policyHash: hex('c'),
    expiresAt: '2026-01-01T00:00:00.000Z',
    decisionId: 'd',
    nonce: '0'.repeat(32),
  }
  const decision = { id: 'd', actionHash: actionHash(action), payloadHash: payloadHash(payload) }
  const shown: ShownApproval = {
    id: 'x',
    status: 'PENDING',
    permit: null,
    actionHash: decision.actionHash,
    payloadHash: decision.payloadHash,
    canonicalAction: canonicalAction(action),
    canonicalPayload: canonicalPayload(payload),
  }
  const judged = (more: Partial<ShownApproval>, asked: { tool: string; parameters: JsonObject } = call) =>
    pinnedHash({ ...shown, ...more }, decision, asked)

  test('decides with the hash of the bytes shown', () => {
    expect(judged({})).toEqual({ hash: decision.actionHash })
  })
  test.each([
    ['bytes that are withheld', { canonicalAction: null }],
    ['another payload', { canonicalPayload: canonicalPayload({ ...payload, parameters: { amount: 1200 } }) }],
    [
      'another payload with its own hash',
      {
        canonicalPayload: canonicalPayload({ ...payload, tool: 'wipe' }),
        payloadHash: payloadHash({ ...payload, tool: 'wipe' }),
      },
    ],
    ['another action', { canonicalAction: canonicalAction({ ...action, mutates: false }) }],
    [
      'another action with its own hash',
      {
        canonicalAction: canonicalAction({ ...action, mutates: false }),
        actionHash: actionHash({ ...action, mutates: false }),
      },
    ],
    ['a hash that is missing', { actionHash: '' }],
  ])('refuses %s', (_, more) => {
    expect(judged(more)).toHaveProperty('fault')
  })
  test('refuses what is pinned rightly but was not asked for', () => {
    expect(judged({}, { tool: 'pay', parameters: { amount: 13 } })).toHaveProperty('fault')
    expect(judged({}, { tool: 'refund', parameters: { amount: 12 } })).toHaveProperty('fault')
  })
})

describe('work at once', () => {
  test('does everything, no more than so many at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(30), fc.integer({ min: 1, max: 8 }), async (count, width) => {
        const done: number[] = []
        let running = 0
        await atOnce(
          Array.from({ length: count }, (_, at) => at),
          width,
          async (item) => {
            expect(++running).toBeLessThanOrEqual(width)
            await Promise.resolve()
            running--
            done.push(item)
          },
        )
        expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at))
      }),
    )
  })
  test('ends with the first error, after what was begun', async () => {
    const done: number[] = []
    const work = async (item: number): Promise<void> => {
      await Promise.resolve()
      if (item === 1) throw new Error('one')
      done.push(item)
    }
    await expect(atOnce([0, 1, 2, 3, 4, 5], 2, work)).rejects.toThrow('one')
    expect(done.length).toBeLessThan(5)
  })
})
