/**
 * The ledger read from the start of a schedule: every receipt must be what the
 * model expects at exactly that position, given the receipts before it.
 *
 * This is the whole of "a freeze cannot be overtaken": the freeze's receipt has
 * a number, and no decision behind that number may still be on the state
 * before it.
 */
import assert from 'node:assert/strict'
import { expected, isEligible, isRedeemable, type State, type Taint } from './model.ts'
import type { DecisionRecord, ReceiptRow, Written } from './record.ts'
import { peopleCount } from './acts.ts'
import { policyNamed, type Stage } from './stage.ts'

interface Ballot {
  decision: DecisionRecord
  /** Who approved, in order. */
  approvedBy: number[]
  voted: Map<number, number>
  /** Position at which it was settled. */
  settledAt: number | null
}

export interface Replayed {
  /** States and the positions from which they held. */
  timeline: readonly { seq: number; state: State }[]
  /** By approval. */
  ballots: ReadonlyMap<string, Ballot>
  /** Position of the redemption, by decision. */
  redeemedAt: ReadonlyMap<string, number>
  counts: ReadonlyMap<string, number>
}

/** Reads the ledger. Throws, naming the receipt, where it is not what the model expects. */
export function replay(stage: Stage, written: Written): Replayed {
  const reader = new Reader(stage, written)
  for (const receipt of written.receipts) {
    try {
      reader.read(receipt)
    } catch (error) {
      throw new Error(`receipt ${receipt.seq} ${receipt.type} of ${receipt.subject}: ${(error as Error).message}`, {
        cause: error,
      })
    }
  }
  assert.equal(reader.due, null, 'an approval was decided and not settled')
  for (const { id, seq } of written.decisions.values())
    assert.ok(reader.decided.has(id), `decision ${id} at ${seq} has no receipt`)
  for (const { decisionId, seq } of written.executions.values()) {
    assert.equal(reader.redeemedAt.get(decisionId), seq, `the execution of ${decisionId} has no receipt`)
  }
  assert.equal(reader.redeemedAt.size, written.executions.size, 'redemptions on record and executions differ in number')
  return reader
}

class Reader implements Replayed {
  readonly timeline: { seq: number; state: State }[]
  readonly ballots = new Map<string, Ballot>()
  readonly redeemedAt = new Map<string, number>()
  readonly counts = new Map<string, number>()
  readonly decided = new Set<string>()
  readonly #reported = new Set<string>()
  readonly #stage: Stage
  readonly #written: Written
  #state: State
  #lastSeq: number
  /** What must come next: the settlement of the approval whose last vote was just read. */
  due: { type: string; approvalId: string; approvals: number } | null = null

  constructor(stage: Stage, written: Written) {
    this.#stage = stage
    this.#written = written
    this.#lastSeq = stage.startSeq
    this.#state = {
      frozen: new Set(),
      revoked: new Set(),
      taint: new Map(),
      policy: stage.startPolicy,
      approvers: new Map(
        Array.from({ length: peopleCount }, (_, n) => [n, n === peopleCount - 1 ? 'tenant' : 'team'] as const),
      ),
    }
    this.timeline = [{ seq: stage.startSeq, state: this.#state }]
  }

  read(receipt: ReceiptRow): void {
    assert.equal(receipt.seq, ++this.#lastSeq, 'a position was left out')
    this.counts.set(receipt.type, (this.counts.get(receipt.type) ?? 0) + 1)
    if (this.due !== null) {
      const { type, approvalId, approvals } = this.due
      assert.deepEqual([receipt.type, receipt.subject, receipt.data['approvals']], [type, approvalId, approvals])
      this.due = null
      this.ballots.get(approvalId)!.settledAt = receipt.seq
      return
    }
    switch (receipt.type) {
      case 'action.decided':
        return this.#readDecision(receipt)
      case 'approval.vote':
        return this.#readVote(receipt)
      case 'approval.approved':
      case 'approval.rejected':
        return assert.fail('nothing called for this settlement')
      case 'permit.redeemed':
        return this.#readRedemption(receipt)
      case 'execution.reported':
        assert.ok(!this.#reported.has(receipt.subject), 'it was reported before')
        this.#reported.add(receipt.subject)
        return
      default:
        return this.#readChange(receipt)
    }
  }

  #readDecision(receipt: ReceiptRow): void {
    const row = this.#written.decisions.get(receipt.subject)
    assert.ok(row !== undefined, 'there is no such decision')
    assert.ok(!this.decided.has(row.id), 'it was decided before')
    this.decided.add(row.id)
    if (row.agent < 0) return // another schedule's straggler
    const { data, policyHash } = receipt
    const { outcome, reasonCode, quorum } = expected(this.#stage, this.#state, row)
    assert.deepEqual(
      { outcome: data['outcome'], reasonCode: data['reasonCode'], required: data['required'] },
      { outcome, reasonCode, required: quorum },
      `expected ${outcome} ${reasonCode} of agent ${row.agent}, found ${String(data['outcome'])} ${String(data['reasonCode'])}`,
    )
    assert.deepEqual(
      [row.seq, row.receiptId, row.outcome, row.reasonCode, row.required, row.actionHash, row.policyHash],
      [receipt.seq, receipt.id, outcome, reasonCode, quorum, data['actionHash'], policyHash],
      'row and receipt differ',
    )
    assert.equal(
      policyHash,
      this.#stage.house.bundles[this.#state.policy].hash,
      'decided on another policy than the active one',
    )
    assert.equal(row.approvalId, data['approval'], 'row and receipt name another approval')
    if (row.approvalId !== null)
      this.ballots.set(row.approvalId, { decision: row, approvedBy: [], voted: new Map(), settledAt: null })
  }

  #readVote(receipt: ReceiptRow): void {
    const ballot = this.ballots.get(receipt.subject)
    assert.ok(ballot !== undefined, 'there is no such approval')
    const { agent, required } = ballot.decision
    const person = this.#stage.people.indexOf(receipt.actor)
    assert.equal(ballot.settledAt, null, 'the approval was settled')
    assert.ok(!ballot.voted.has(person), `person ${person} voted before`)
    assert.ok(isEligible(this.#state, person, agent), `person ${person} may not approve for agent ${agent}`)
    ballot.voted.set(person, receipt.seq)
    const isApproval = receipt.data['verdict'] === 'APPROVE'
    if (isApproval) ballot.approvedBy.push(person)
    const approvals = ballot.approvedBy.filter((voter) => isEligible(this.#state, voter, agent)).length
    if (!isApproval) this.due = { type: 'approval.rejected', approvalId: receipt.subject, approvals }
    else if (approvals >= required) this.due = { type: 'approval.approved', approvalId: receipt.subject, approvals }
  }

  #readRedemption(receipt: ReceiptRow): void {
    const row = this.#written.decisions.get(receipt.subject)
    assert.ok(row !== undefined && this.decided.has(row.id), 'redeemed before it was decided')
    assert.ok(!this.redeemedAt.has(row.id), 'redeemed twice')
    this.redeemedAt.set(row.id, receipt.seq)
    assert.notEqual(row.outcome, 'DENY')
    const ballot = row.approvalId === null ? undefined : this.ballots.get(row.approvalId)
    if (row.outcome === 'REVIEW') assert.ok(ballot?.settledAt, 'redeemed before it was approved')
    assert.ok(
      isRedeemable(this.#stage, this.#state, row, ballot?.approvedBy ?? []),
      `redeemed although now it would be ${JSON.stringify(expected(this.#stage, this.#state, row))}, approved by ${JSON.stringify(ballot?.approvedBy)}`,
    )
  }

  #readChange(receipt: ReceiptRow): void {
    const next = changed(this.#stage, this.#state, receipt)
    if (next === null) return
    this.#state = next
    this.timeline.push({ seq: receipt.seq, state: next })
  }
}

/** The state after a receipt; null when it changes nothing that is decided on. */
function changed(stage: Stage, state: State, { type, subject, data, policyHash }: ReceiptRow): State | null {
  const agent = stage.agents.findIndex(({ id }) => id === subject)
  const person = stage.people.indexOf(subject)
  switch (type) {
    case 'agent.frozen':
      return { ...state, frozen: new Set([...state.frozen, agent]) }
    case 'agent.reinstated':
      return { ...state, frozen: new Set([...state.frozen].filter((one) => one !== agent)) }
    case 'grant.revoked': {
      const at = stage.agents.findIndex(({ grants }) => Object.values(grants).includes(subject))
      const tool = Object.entries(stage.agents[at]!.grants).find(([, id]) => id === subject)![0]
      return { ...state, revoked: new Set([...state.revoked, `${at}/${tool}`]) }
    }
    case 'session.tainted':
      return { ...state, taint: new Map([...state.taint, [stage.sessions.indexOf(subject), data['to'] as Taint]]) }
    case 'policy.activated':
      return { ...state, policy: policyNamed(stage.house, policyHash) }
    case 'role.revoked':
      return { ...state, approvers: new Map([...state.approvers].filter(([one]) => one !== person)) }
    case 'role.granted':
      return { ...state, approvers: new Map([...state.approvers, [person, 'team']]) }
    default:
      return null
  }
}
