/** Together only what was opened here and computed to be the same. */
import { expect, test } from 'vitest'
import type { QueuedApproval } from './documents.ts'
import { alikeOf } from './seen.ts'

const queued = (id: string, payloadHash: string, status: QueuedApproval['status'] = 'PENDING'): QueuedApproval => ({
  id,
  status,
  payloadHash,
  expiresAt: '2026-01-01T00:00:00Z',
  createdAt: '2026-01-01T00:00:00Z',
  approvals: 0,
  required: 1,
  reason: '',
  agent: null,
  decision: { id: '', tool: '', action: '' },
})
const queue = [queued('a', 'x'), queued('b', 'x'), queued('c', 'y'), queued('d', 'x', 'APPROVED'), queued('e', 'x')]
const opened = (payloadHash: string, canDecide = true) => ({ payloadHash, actionHash: 'h', canDecide })
const idsOf = (seen: [string, ReturnType<typeof opened>][]) =>
  alikeOf('a', 'x', queue, new Map(seen)).map((each) => [each.approval.id, each.seen !== null])

test('others that wait with the same payload, and whether each was opened', () => {
  expect(idsOf([])).toEqual([
    ['b', false],
    ['e', false],
  ])
  expect(idsOf([['b', opened('x')]])).toEqual([
    ['b', true],
    ['e', false],
  ])
})

test('one whose bytes hashed to something else here was not seen as this', () => {
  expect(idsOf([['b', opened('z')]])).toEqual([
    ['b', false],
    ['e', false],
  ])
})

test('one the viewer may not decide is left out', () => {
  expect(idsOf([['b', opened('x', false)]])).toEqual([['e', false]])
})
