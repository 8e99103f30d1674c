/**
 * A decision is on record only as it was answered.
 */
import { composeBody, type LedgerEntry } from '@muster/ledger'
import { expect, test } from 'vitest'
import type { CallRecord } from '../deciding/callRecord.ts'
import { ReceiptCheck } from './receiptCheck.ts'

const id = (digit: string): string => `00000000-0000-4000-8000-00000000000${digit}`
const actionHash = 'a'.repeat(64)
const data = { actionHash, outcome: 'ALLOW', reasonCode: 'ALLOWED' }

function entry(
  seq: number,
  more: { id?: string; type?: string; data?: Record<string, string>; body?: null } = {},
): LedgerEntry {
  const body = composeBody({
    actor: { agent: null, credential: 'c', id: id('1'), kind: 'api_key' },
    data: more.data ?? data,
    id: more.id ?? id('7'),
    nonce: '0'.repeat(32),
    occurredAt: '2026-01-01T00:00:00.000Z',
    policyHash: null,
    request: 'r',
    service: 'guard',
    subject: { id: id('2'), type: 'agent' },
    tenant: id('3'),
    type: more.type ?? 'action.decided',
  })
  return { seq: `${seq}`, leafHash: '', link: '', body: more.body === null ? null : body }
}

const record = (seq: number, receipt = id('7')): CallRecord => ({
  place: 'a.json',
  index: 0,
  tool: 't',
  decision: {
    id: 'd',
    outcome: 'ALLOW',
    reasonCode: 'ALLOWED',
    effectiveTrust: 'UNKNOWN',
    mutates: false,
    payloadHash: '',
    actionHash,
    receipt: { id: receipt, seq },
  },
  undecided: null,
  approved: false,
  redemption: { kind: 'none' },
  faults: [],
  elapsedMs: 1,
})

function check(records: readonly CallRecord[], entries: readonly LedgerEntry[]) {
  const receipts = new ReceiptCheck(records)
  for (const one of entries) receipts.look(one)
  return receipts.finish()
}

test('finds a receipt that says what was answered', () => {
  expect(check([record(2)], [entry(1, { id: id('8') }), entry(2)])).toEqual({ confirmed: 1, problems: [] })
})

test.each<[string, readonly LedgerEntry[], RegExp]>([
  ['is not there', [entry(1)], /not in the ledger/],
  ['is another', [entry(2, { id: id('9') })], /another receipt/],
  ['says another outcome', [entry(2, { data: { ...data, outcome: 'DENY' } })], /says `"DENY"`, the answer `ALLOW`/],
  ['says no outcome', [entry(2, { data: { actionHash } })], /says `null`/],
  ['gives another reason', [entry(2, { data: { ...data, reasonCode: 'OTHER' } })], /another reason/],
  ['is about another action', [entry(2, { data: { ...data, actionHash: 'b'.repeat(64) } })], /another action/],
  ['is of another type', [entry(2, { type: 'permit.redeemed' })], /of type `permit.redeemed`/],
  ['is withheld', [entry(2, { body: null })], /withheld/],
  ['is no receipt', [{ ...entry(2), body: '{}' }], /cannot be read/],
])('does not take a decision for recorded whose receipt %s', (_, entries, words) => {
  const { confirmed, problems } = check([record(2)], entries)
  expect(confirmed).toBe(0)
  expect(problems).toEqual([{ place: 'a.json, call 1', seq: 2, problem: expect.stringMatching(words) as string }])
})

test('does not let two decisions share one receipt', () => {
  const { confirmed, problems } = check([record(2), record(2)], [entry(2)])
  expect([confirmed, problems.length]).toEqual([1, 1])
})
