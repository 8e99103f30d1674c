/** The main job on a real database: what is allowed, held, denied and redeemed, and what is on record of it. */
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { actionHashOfText, payloadHashOfText } from '@muster/canonical-json'
import { newId } from '@muster/kernel'
import { authorize, decide, makeWorld, redeem, type World } from '../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.stop())

const refund = {
  tool: 'payments.refund',
  action: 'create',
  resource: 'order/1',
  parameters: { amount: 12.5, order: '1' },
}
const ask = async (agentId: string, input: Record<string, unknown> = {}, scope = world.key()) =>
  (await world.run(scope, authorize, { input: { agentId, sourceTrust: 'TRUSTED_INTERNAL', ...refund, ...input } }))
    .authorizeAction

describe('authorizeAction', () => {
  test('allows what a grant covers, with a permit and a receipt in one commit', async () => {
    const agent = await world.addAgent()
    const result = await ask(agent)
    expect(result).toMatchObject({
      decision: { outcome: 'ALLOW', reasonCode: 'ALLOWED', mutates: true },
      approval: null,
    })
    expect(result.permit.token).toMatch(/^mp_/)
    const [receipt] = await world.database.asSuperuser(
      'SELECT type, subject_id, body FROM ledger.receipt WHERE id = $1',
      [result.decision.receipt.id],
    )
    expect(receipt).toMatchObject({ type: 'action.decided', subject_id: result.decision.id })
    expect(JSON.parse(receipt!['body'].toString())).toMatchObject({
      data: { outcome: 'ALLOW', actionHash: result.decision.actionHash },
    })
  })

  test('takes a call without resource and parameters, and its permit too', async () => {
    const agent = await world.addAgent()
    const scope = world.key()
    const input = { tool: 'crm.read', action: 'ping' }
    const { authorizeAction } = await world.run(scope, authorize, { input: { agentId: agent, ...input } })
    expect(authorizeAction).toMatchObject({ decision: { outcome: 'ALLOW', mutates: false } })
    const done = await world.run(scope, redeem, { input: { permit: authorizeAction.permit.token, ...input } })
    expect(done.redeemPermit).toMatchObject({ __typename: 'PermitRedeemed' })
  })

  test('denies by default: no grant, no action', async () => {
    const agent = await world.addAgent({ tools: [] })
    expect(await ask(agent)).toMatchObject({
      decision: { outcome: 'DENY', reasonCode: 'NO_GRANT' },
      permit: null,
      approval: null,
    })
  })

  test('denies a mutation whose origin is unknown, which is what saying nothing means', async () => {
    const agent = await world.addAgent()
    expect(await ask(agent, { sourceTrust: undefined })).toMatchObject({
      decision: { outcome: 'DENY', reasonCode: 'UNTRUSTED_MUTATION' },
    })
  })

  test('takes a tool nobody pinned for one that mutates', async () => {
    const agent = await world.addAgent({ tools: ['unheard.of'] })
    expect(await ask(agent, { tool: 'unheard.of', mutates: false, sourceTrust: 'UNTRUSTED_EXTERNAL' })).toMatchObject({
      decision: { mutates: true, outcome: 'DENY', reasonCode: 'UNTRUSTED_MUTATION' },
    })
  })

  test('denies a frozen agent from the very next call', async () => {
    const agent = await world.addAgent()
    expect((await ask(agent)).decision.outcome).toBe('ALLOW')
    await world.setStatus(agent, 'FROZEN')
    expect((await ask(agent)).decision).toMatchObject({ outcome: 'DENY', reasonCode: 'AGENT_FROZEN' })
  })

  test('answers an unknown, a garbled and a foreign agent alike', async () => {
    const answers = await Promise.all([
      ask(newId()),
      ask('not-an-id'),
      ask((await world.database.openTenant(`t-${newId()}`)).tenantId),
    ])
    for (const answer of answers)
      expect(answer).toEqual({ __typename: 'Refused', code: 'UNKNOWN_AGENT', message: 'no such agent' })
  })

  test('shows an agent of another team to nobody whose scope it is not', async () => {
    const agent = await world.addAgent({ team: world.teams[1] })
    expect(await ask(agent, {}, world.key({ all: false, units: [world.teams[0]] }))).toMatchObject({
      code: 'UNKNOWN_AGENT',
    })
    expect((await ask(agent, {}, world.key({ all: false, units: [world.teams[1]] }))).decision.outcome).toBe('ALLOW')
  })

  test('keeps the payload out of the database in clear', async () => {
    const agent = await world.addAgent()
    const canary = `canary-${newId()}`
    const { decision } = await ask(agent, { parameters: { note: canary } })
    const rows = await world.database.asSuperuser(
      'SELECT 1 FROM guard.decision WHERE id = $1 AND position($2::bytea IN sealed) > 0',
      [decision.id, Buffer.from(canary)],
    )
    expect(rows).toEqual([])
    const read = await world.run(
      world.key(),
      '{ decision(id: "' + decision.id + '") { canonicalPayload canonicalAction payloadHash actionHash } }',
    )
    expect(read.decision.canonicalPayload).toContain(canary)
    expect(payloadHashOfText(read.decision.canonicalPayload)).toBe(read.decision.payloadHash)
    expect(actionHashOfText(read.decision.canonicalAction)).toBe(read.decision.actionHash)
    expect(JSON.parse(read.decision.canonicalAction).agent).toBe(agent)
  })

  test('answers a retry as it answered before, permit included, and another body as a conflict', async () => {
    const agent = await world.addAgent()
    const scope = world.key()
    const first = await ask(agent, { idempotencyKey: 'k1' }, scope)
    expect(await ask(agent, { idempotencyKey: 'k1' }, scope)).toEqual(first)
    expect(await ask(agent, { idempotencyKey: 'k1', resource: 'order/2' }, scope)).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    })
    expect((await ask(agent, { idempotencyKey: 'k1' })).decision.id).not.toBe(first.decision.id) // another credential
  })

  test('one key asked a hundred times at once is one decision', async () => {
    const agent = await world.addAgent()
    const scope = world.key()
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(agent, { idempotencyKey: 'same' }, scope)))
    expect(new Set(answers.map(({ decision }) => decision.id)).size).toBe(1)
  })

  test('a key that met an agent out of reach is still free, in one batch as in two', async () => {
    const [near, far] = [await world.addAgent(), await world.addAgent({ team: world.teams[1] })]
    for (const agent of [near, far]) await ask(agent) // both standings are known from here on
    const scope = world.key({ all: false, units: [world.teams[0]] })
    const [, unreached, decided] = await Promise.all([
      ask(near), // under way while the other two wait for the next commit together
      ask(far, { idempotencyKey: 'k1' }, scope),
      ask(near, { idempotencyKey: 'k1' }, scope),
    ])
    expect(unreached).toMatchObject({ code: 'UNKNOWN_AGENT' })
    expect(decided).toMatchObject({ decision: { outcome: 'ALLOW' } })
  })

  test.each(['tool', 'action', 'idempotencyKey', 'onBehalfOf'])(
    'refuses a `%s` that the database cannot hold before it reaches a batch',
    async (field) => {
      const agent = await world.addAgent()
      expect(await ask(agent, { [field]: 'a\0b' })).toMatchObject({ code: 'INVALID_INPUT' })
    },
  )

  test('a bad item in a batch harms nobody else', async () => {
    const agent = await world.addAgent()
    const expired = world.key({ exp: Math.floor(Date.now() / 1000) - 1 })
    const answers = await Promise.allSettled([
      ...Array.from({ length: 20 }, () => ask(agent)),
      ask(agent, {}, expired),
      ...Array.from({ length: 20 }, () => ask(agent)),
    ])
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    expect(answers[20]).toMatchObject({ status: 'rejected', reason: { code: 'UNAUTHENTICATED' } })
  })
})

describe('a held action', () => {
  const held = async (tier: 'MEDIUM' | 'CRITICAL' = 'MEDIUM') => {
    const agent = await world.addAgent({ tier })
    const scope = world.key()
    const result = await ask(agent, {}, scope)
    return { agent, scope, ...result }
  }
  const vote = async (
    person: string,
    approvalId: string,
    actionHash: string,
    verdict = 'APPROVE',
    reason: string | null = null,
  ) =>
    (await world.run(world.person(person), decide, { input: { approvalId, actionHash, verdict, reason } }))
      .decideApproval
  const permitOf = async (scope: ReturnType<World['key']>, id: string) =>
    (await world.run(scope, `{ approval(id: "${id}") { status permit { token } } }`)).approval

  test('runs after one approval on the exact bytes, once', async () => {
    const { approval, decision, scope } = await held()
    expect(decision).toMatchObject({ outcome: 'REVIEW' })
    expect(await permitOf(scope, approval.id)).toEqual({ status: 'PENDING', permit: null })
    expect(await vote(world.approvers[0]!, approval.id, decision.actionHash)).toMatchObject({
      approval: { status: 'APPROVED', approvals: 1, required: 1 },
    })
    expect((await permitOf(world.person(world.approvers[0]!), approval.id)).permit).toBeNull() // never to the approver
    const { permit } = await permitOf(scope, approval.id)
    const tampered = await world.run(scope, redeem, {
      input: { permit: permit.token, ...refund, parameters: { amount: 125, order: '1' } },
    })
    expect(tampered.redeemPermit).toMatchObject({ code: 'PAYLOAD_MISMATCH' })
    const stolen = await world.run(world.key(), redeem, { input: { permit: permit.token, ...refund } })
    expect(stolen.redeemPermit).toMatchObject({ code: 'NOT_YOURS' })
    const done = await world.run(scope, redeem, { input: { permit: permit.token, ...refund, redemptionKey: 'r1' } })
    expect(done.redeemPermit).toMatchObject({ __typename: 'PermitRedeemed' })
    expect(await world.run(scope, redeem, { input: { permit: permit.token, ...refund, redemptionKey: 'r1' } })).toEqual(
      done,
    )
    expect(
      (await world.run(scope, redeem, { input: { permit: permit.token, ...refund, redemptionKey: 'r2' } }))
        .redeemPermit,
    ).toMatchObject({ code: 'ALREADY_USED' })
    const report = `mutation ($input: ReportExecutionInput!) { reportExecution(input: $input) { __typename ... on ExecutionReported { execution { id outcome } receipt { id seq } } ... on Refusal { code } } }`
    const input = {
      executionId: done.redeemPermit.execution.id,
      outcome: 'SUCCEEDED',
      resultHash: createHash('sha256').update('ok').digest('hex'),
    }
    expect((await world.run(scope, report, { input })).reportExecution).toMatchObject({
      execution: { outcome: 'SUCCEEDED' },
    })
    expect((await world.run(scope, report, { input: { ...input, outcome: 'FAILED' } })).reportExecution).toMatchObject({
      code: 'ALREADY_REPORTED',
    })
  })

  test.each(['', 'null', '0'.repeat(64)])('refuses a verdict on the hash `%s`', async (hash) => {
    const { approval } = await held()
    expect(await vote(world.approvers[0]!, approval.id, hash)).toMatchObject({ code: 'HASH_MISMATCH' })
  })

  test('refuses the owner, whoever lacks the role, and a key', async () => {
    const { approval, decision } = await held()
    const outsider = await world.addPerson([{ role: 'approver', unit: world.teams[1] }])
    expect(await vote(world.owner, approval.id, decision.actionHash)).toMatchObject({ code: 'SELF_APPROVAL' })
    expect(await vote(outsider, approval.id, decision.actionHash)).toMatchObject({ code: 'NOT_ELIGIBLE' })
    const byKey = await world.run(world.key(), decide, {
      input: { approvalId: approval.id, actionHash: decision.actionHash, verdict: 'APPROVE' },
    })
    expect(byKey.decideApproval).toMatchObject({ code: 'NOT_ELIGIBLE' })
  })

  test('counts two different people for a critical agent, whatever the order and the haste', async () => {
    const { approval, decision, scope } = await held('CRITICAL')
    const [first] = world.approvers
    const twice = await Promise.all(Array.from({ length: 5 }, () => vote(first!, approval.id, decision.actionHash)))
    expect(twice.filter(({ __typename }) => __typename === 'ApprovalDecided')).toHaveLength(1)
    expect(await permitOf(scope, approval.id)).toEqual({ status: 'PENDING', permit: null })
    expect(await vote(world.approvers[1]!, approval.id, decision.actionHash)).toMatchObject({
      approval: { status: 'APPROVED', approvals: 2, required: 2 },
    })
  })

  test('is over with one rejection, which needs a reason', async () => {
    const { approval, decision } = await held()
    expect(await vote(world.approvers[0]!, approval.id, decision.actionHash, 'REJECT')).toMatchObject({
      code: 'REASON_REQUIRED',
    })
    expect(await vote(world.approvers[0]!, approval.id, decision.actionHash, 'REJECT', 'not like this')).toMatchObject({
      approval: { status: 'REJECTED' },
    })
    expect(await vote(world.approvers[1]!, approval.id, decision.actionHash)).toMatchObject({ code: 'ALREADY_DECIDED' })
  })

  test('does not run when the agent was frozen after its approval', async () => {
    const { agent, approval, decision, scope } = await held()
    await vote(world.approvers[0]!, approval.id, decision.actionHash)
    const { permit } = await permitOf(scope, approval.id)
    await world.setStatus(agent, 'FROZEN')
    expect((await world.run(scope, redeem, { input: { permit: permit.token, ...refund } })).redeemPermit).toMatchObject(
      { code: 'AGENT_NOT_ACTIVE' },
    )
  })

  test('does not run when its approver lost the role before redemption', async () => {
    const passing = await world.addPerson([{ role: 'approver', unit: world.teams[0] }])
    const { approval, decision, scope } = await held()
    await vote(passing, approval.id, decision.actionHash)
    const { permit } = await permitOf(scope, approval.id)
    await world.database.asSuperuser('DELETE FROM identity.role_binding WHERE person_id = $1', [passing])
    expect((await world.run(scope, redeem, { input: { permit: permit.token, ...refund } })).redeemPermit).toMatchObject(
      { code: 'POLICY_CHANGED' },
    )
  })
})

describe('a session', () => {
  test('carries the taint of what was read into every later mutation', async () => {
    const agent = await world.addAgent()
    const scope = world.key()
    const { startSession } = await world.run(
      scope,
      'mutation ($input: StartSessionInput!) { startSession(input: $input) { ... on SessionStarted { sessionId taint } } }',
      { input: { agentId: agent } },
    )
    expect((await ask(agent, { sessionId: startSession.sessionId }, scope)).decision.outcome).toBe('ALLOW')
    await world.run(
      scope,
      'mutation ($input: TaintSessionInput!) { taintSession(input: $input) { ... on SessionTainted { taint } } }',
      {
        input: { sessionId: startSession.sessionId, trust: 'UNTRUSTED_EXTERNAL' },
      },
    )
    expect((await ask(agent, { sessionId: startSession.sessionId }, scope)).decision).toMatchObject({
      outcome: 'DENY',
      effectiveTrust: 'UNTRUSTED_EXTERNAL',
    })
    expect((await ask(agent, { sessionId: newId() }, scope)).decision).toMatchObject({
      outcome: 'DENY',
      effectiveTrust: 'UNKNOWN',
    })
  })
})
