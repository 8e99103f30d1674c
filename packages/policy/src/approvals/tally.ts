/**
 * Where an approval stands, counted from its votes.
 *
 * INVARIANT (people count once): votes are counted by distinct person, and one
 * rejection ends it.
 */
import type { Vote } from './mayApprove.ts'

export interface Tally {
  status: 'PENDING' | 'APPROVED' | 'REJECTED'
  /** Distinct people who approved. */
  approvals: number
  required: number
}

/** @param required distinct approvals asked for; less than one counts as one. */
export function tally(votes: readonly Vote[], required: number): Tally {
  const needed = Math.max(1, Math.trunc(required))
  const approvers = new Set(votes.filter(({ verdict }) => verdict === 'APPROVE').map(({ approver }) => approver))
  const rejected = votes.some(({ verdict }) => verdict !== 'APPROVE')
  const status = rejected ? 'REJECTED' : approvers.size >= needed ? 'APPROVED' : 'PENDING'
  return { status, approvals: approvers.size, required: needed }
}
