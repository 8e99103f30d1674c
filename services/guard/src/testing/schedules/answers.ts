/**
 * What callers were told, against what is on record: nothing was answered that
 * is not recorded, nothing recorded differs from the answer, no refusal came
 * without its reason, and the ledger's order is the order things happened in.
 */
import assert from 'node:assert/strict'
import type { Authorization, Failed, History, Redemption, Report, Vote, When } from './history.ts'
import { isEligible, isRedeemable, type State } from './model.ts'
import type { Written } from './record.ts'
import type { Replayed } from './replay.ts'
import { reaches, type Stage } from './stage.ts'

type Answered<T> = Exclude<T, { __typename: 'Refused' } | Failed>

/** Something with a position in the ledger, and the span of time in which it got there. */
interface Placed extends When {
  seq: number
  what: string
}

export function checkAnswers(stage: Stage, history: History, written: Written, replayed: Replayed): void {
  const placed = new Map<string, Placed>()
  /** Several may be told of one thing: it was done after the first asked and before the first was answered. */
  const place = (what: string, seq: string, { from, to }: When): void => {
    const known = placed.get(what)
    placed.set(what, {
      what,
      seq: Number(seq),
      from: Math.min(from, known?.from ?? from),
      to: Math.min(to, known?.to ?? to),
    })
  }
  for (const { seq, from, to } of history.changes) if (seq !== null) place(`change ${seq}`, seq, { from, to })
  checkAuthorizations(stage, history.authorizations, written, place)
  checkExecutions(history.redemptions, history.reports, written, place)
  for (const { answer, from, to } of history.votes) {
    if (answer.__typename === 'ApprovalDecided') place(`vote ${answer.receipt.id}`, answer.receipt.seq, { from, to })
  }
  const window = checkOrder([...placed.values()], replayed)
  for (const asked of history.redemptions) checkRedemptionRefusal(stage, asked, written, replayed, window(asked))
  for (const asked of history.votes) checkVoteRefusal(stage, asked, replayed, window(asked))
}

function checkAuthorizations(
  stage: Stage,
  asked: readonly Authorization[],
  written: Written,
  place: (what: string, seq: string, when: When) => void,
): void {
  const bodyOf = ({ agent, tool, session, payload }: Authorization): string =>
    JSON.stringify([agent, tool, session, payload])
  const byKey = new Map<string, { id: string; body: string }>()
  const told = new Set<string>()
  for (const one of asked) {
    const { answer } = one
    if (one.bad) {
      // INTERNAL: a forged hand-over that first met the store of data keys, where row-level security refuses it.
      assert.ok(
        answer.__typename === 'Failed' && /^(UNAUTHENTICATED|FORBIDDEN|INTERNAL)$/.test(answer.code),
        `a bad item got ${JSON.stringify(answer)}`,
      )
      continue
    }
    assert.notEqual(answer.__typename, 'Failed', `harmed: ${JSON.stringify(answer)}`)
    if (answer.__typename !== 'ActionDecided') continue
    assert.ok(reaches(one.caller, one.agent), `\`${one.caller}\` was answered about agent ${one.agent}`)
    const { decision, permit, approval } = answer
    const row = written.decisions.get(decision.id)
    assert.ok(row !== undefined, `decision ${decision.id} was answered and is not on record`)
    assert.deepEqual(
      [
        decision.outcome,
        decision.reasonCode,
        decision.actionHash,
        decision.policyHash,
        decision.receipt.id,
        Number(decision.receipt.seq),
      ],
      [row.outcome, row.reasonCode, row.actionHash, row.policyHash, row.receiptId, row.seq],
    )
    assert.deepEqual(
      [row.agent, row.tool, row.session],
      [one.agent, one.tool, one.session],
      'answered with somebody else’s decision',
    )
    assert.equal(permit !== null, row.outcome === 'ALLOW', 'a permit comes with ALLOW alone')
    assert.equal(approval?.id ?? null, row.approvalId)
    place(`decision ${row.id}`, decision.receipt.seq, one)
    if (one.key === null) assert.ok(!told.has(row.id), 'two requests without a key got one decision')
    told.add(row.id)
    if (one.key === null) continue
    const name = `${one.caller}/${one.key}`
    const known = byKey.get(name)
    if (known === undefined) byKey.set(name, { id: row.id, body: bodyOf(one) })
    else assert.deepEqual(known, { id: row.id, body: bodyOf(one) }, `key \`${name}\` led to two decisions`)
  }
  for (const { id } of written.decisions.values())
    assert.ok(told.has(id), `decision ${id} was recorded and nobody was told`)
  for (const one of asked) {
    if (one.answer.__typename !== 'Refused') continue
    if (one.answer.code === 'UNKNOWN_AGENT')
      assert.ok(!reaches(one.caller, one.agent), `\`${one.caller}\` was refused agent ${one.agent}`)
    else {
      assert.equal(one.answer.code, 'IDEMPOTENCY_CONFLICT')
      const known = byKey.get(`${one.caller}/${one.key}`)
      assert.ok(known !== undefined && known.body !== bodyOf(one), 'a conflict with nothing')
    }
  }
}

function checkExecutions(
  redemptions: readonly Redemption[],
  reports: readonly Report[],
  written: Written,
  place: (what: string, seq: string, when: When) => void,
): void {
  const byDecision = new Map<string, { id: string; key: string | null }>()
  for (const one of redemptions) {
    if (one.answer.__typename !== 'PermitRedeemed') continue
    assert.equal(one.wrong, null, `redeemed with the wrong ${one.wrong}`)
    const { execution } = one.answer
    const row = written.executions.get(execution.id)
    assert.deepEqual(
      [row?.decisionId, row?.receiptId, row?.seq],
      [one.decisionId, execution.receipt.id, Number(execution.receipt.seq)],
    )
    const known = byDecision.get(one.decisionId)
    if (known !== undefined) {
      assert.ok(one.key !== null, 'redeemed twice without a key')
      assert.deepEqual({ id: execution.id, key: one.key }, known, 'redeemed twice')
    }
    byDecision.set(one.decisionId, { id: execution.id, key: one.key })
    place(`execution ${execution.id}`, execution.receipt.seq, one)
  }
  assert.equal(byDecision.size, written.executions.size, 'an execution nobody was told of')
  for (const { executionId, outcome, answer, ...when } of reports) {
    const row = written.executions.get(executionId)
    if (answer.__typename === 'ExecutionReported') {
      assert.deepEqual([row?.outcome, row?.reportSeq], [outcome, Number(answer.receipt.seq)])
      place(`report ${executionId}`, answer.receipt.seq, when)
    } else {
      assert.equal(answer.code, 'ALREADY_REPORTED')
      assert.notEqual(row?.outcome, outcome, 'the same report was refused')
    }
  }
}

/** The ledger's order is the order of time. Returns the states that can have held while something was asked. */
function checkOrder(
  placed: readonly Placed[],
  { timeline }: Replayed,
): (when: When) => { states: State[]; until: number } {
  for (const earlier of placed) {
    for (const later of placed) {
      if (earlier.to < later.from) {
        assert.ok(
          earlier.seq < later.seq,
          `${earlier.what} was answered before ${later.what} was asked, yet ${earlier.seq} > ${later.seq}`,
        )
      }
    }
  }
  return ({ from, to }) => {
    const since = Math.max(timeline[0]!.seq, ...placed.filter((one) => one.to < from).map(({ seq }) => seq))
    const until = Math.min(Infinity, ...placed.filter((one) => one.from > to).map(({ seq }) => seq - 1))
    const states = timeline
      .filter(({ seq }, n) => seq <= until && (timeline[n + 1]?.seq ?? Infinity) > since)
      .map(({ state }) => state)
    return { states, until }
  }
}

function checkRedemptionRefusal(
  stage: Stage,
  { answer, decisionId, wrong }: Redemption,
  written: Written,
  { ballots, redeemedAt }: Replayed,
  { states, until }: { states: State[]; until: number },
): void {
  if (answer.__typename === 'PermitRedeemed') return
  const row = written.decisions.get(decisionId)!
  switch (answer.code) {
    case 'NOT_YOURS':
      return assert.equal(wrong, 'credential')
    case 'PAYLOAD_MISMATCH':
      return assert.equal(wrong, 'payload')
    case 'ALREADY_USED':
      return assert.ok((redeemedAt.get(decisionId) ?? Infinity) <= until, 'already used by nobody')
    case 'AGENT_NOT_ACTIVE':
      return assert.ok(
        states.some(({ frozen }) => frozen.has(row.agent)),
        'the agent was active all the time',
      )
    case 'POLICY_CHANGED': {
      const approvedBy = row.approvalId === null ? [] : ballots.get(row.approvalId)!.approvedBy
      return assert.ok(
        states.some((state) => !isRedeemable(stage, state, row, approvedBy)),
        'nothing was stricter at any time',
      )
    }
    default:
      return assert.fail(`a redemption got ${JSON.stringify(answer)}`)
  }
}

function checkVoteRefusal(
  stage: Stage,
  { answer, approvalId, person }: Vote,
  { ballots }: Replayed,
  { states, until }: { states: State[]; until: number },
): void {
  if (answer.__typename === 'ApprovalDecided') return
  const ballot = ballots.get(approvalId)!
  const isOwner = person === stage.people.length - 1
  switch (answer.code) {
    case 'SELF_APPROVAL':
      return assert.ok(isOwner)
    case 'NOT_ELIGIBLE':
      return assert.ok(
        !isOwner && states.some((state) => !isEligible(state, person, ballot.decision.agent)),
        'eligible all the time',
      )
    case 'ALREADY_DECIDED':
      return assert.ok(
        (ballot.settledAt ?? Infinity) <= until || (ballot.voted.get(person) ?? Infinity) <= until,
        'decided by nobody yet',
      )
    default:
      return assert.fail(
        `a vote got ${JSON.stringify(answer satisfies Exclude<Vote['answer'], Answered<Vote['answer']>>)}`,
      )
  }
}
