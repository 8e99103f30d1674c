/** What a queue's filter asks the graph for. */
import { expect, test } from 'vitest'
import { queueFilterOf } from './queueFilter.ts'

const unitOf = (name: string): string | undefined => (name === 'payments' ? 'u1' : undefined)
const id = '01900000-0000-7000-8000-00000000c0de'

test.each([
  [undefined, undefined, { statuses: ['PENDING'] }],
  [undefined, 'EXPIRED' as const, { statuses: ['EXPIRED'] }],
  ['status:approved,rejected', 'EXPIRED' as const, { statuses: ['APPROVED', 'REJECTED'] }],
  ['status:any', undefined, {}],
  ['is:mine tier:high', undefined, { statuses: ['PENDING'], mine: true, riskTier: 'HIGH' }],
  ['team:payments tool:payments.refund', undefined, { statuses: ['PENDING'], orgUnit: 'u1', tool: 'payments.refund' }],
  ['team:nobody status:any', undefined, { orgUnit: 'nobody' }],
  [`agent:${id} status:any`, undefined, { agentId: id }],
  ['agent:refund order status:any', undefined, { text: 'refund order' }],
])('%s with %s', (query, status, filter) => {
  expect(queueFilterOf(query, status, unitOf)).toEqual(filter)
})
