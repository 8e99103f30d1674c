/** The queue as people work it: what is in it for whom, what to compare with, and one verdict on several. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { authorize, decide, makeWorld, redeem, type World } from '../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.stop())

const list = `query ($first: Int, $after: String, $filter: ApprovalFilter, $orderBy: ApprovalOrder = DEADLINE) {
  approvals(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    nodes { id status payloadHash actionHash } pageInfo { hasNextPage endCursor } totalCount } }`
const one = `query ($id: ID!) { approval(id: $id) { id status settledAt requesterId previousCanonicalPayload
  execution { id outcome receipt { seq } } } }`
const decideMany = `mutation ($input: DecideApprovalsInput!) { decideApprovals(input: $input) { __typename
  ... on ApprovalsDecided { results { __typename ... on ApprovalDecided { approval { id status approvals } receipt { id seq } }
    ... on Refusal { code message } } } ... on Refusal { code message } } }`

const refund = (amount: number): Record<string, unknown> => ({
  tool: 'payments.refund',
  action: 'create',
  resource: 'order/7',
  parameters: { amount },
  sourceTrust: 'SEMI_TRUSTED',
})

interface Queue {
  nodes: { id: string }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  totalCount: number
}

interface Held {
  id: string
  actionHash: string
}

async function hold(agentId: string, input: Record<string, unknown> = refund(10), scope = world.key()): Promise<Held> {
  const { authorizeAction: held } = await world.run(scope, authorize, { input: { agentId, ...input } })
  expect(held).toMatchObject({ decision: { outcome: 'REVIEW' } })
  return { id: held.approval.id, actionHash: held.decision.actionHash }
}

const idsOf = async (filter: object, scope = world.key(), rest: object = {}): Promise<string[]> => {
  const { approvals } = await world.run(scope, list, { first: 200, filter, ...rest })
  expect(approvals.totalCount).toBe(approvals.nodes.length)
  return approvals.nodes.map(({ id }: { id: string }) => id)
}

const approver = (at = 0) => world.person(world.approvers[at]!)

describe('the queue', () => {
  test('finds what is asked for, part by part, and nothing for garbled or unseen ids', async () => {
    const [low, high] = [await world.addAgent(), await world.addAgent({ tier: 'HIGH', team: world.teams[1] })]
    const before = new Date(Date.now() - 1)
    const [a, b] = [await hold(low), await hold(high, { ...refund(10), tool: 'crm.write', action: 'update_contact' })]
    const after = new Date(Date.now() + 1_000)
    const mineOf = (filter: object) => idsOf({ since: before.toISOString(), ...filter })
    expect(await mineOf({})).toEqual(expect.arrayContaining([a.id, b.id]))
    expect(await mineOf({ tool: 'crm.write' })).toEqual([b.id])
    expect(await mineOf({ riskTier: 'HIGH' })).toEqual([b.id])
    expect(await mineOf({ riskTier: 'LOW' })).toEqual([a.id])
    expect(await mineOf({ orgUnit: world.teams[1] })).toEqual([b.id])
    expect(await mineOf({ text: 'CONTACT' })).toEqual([b.id])
    expect(await mineOf({ text: `agent-${low}` })).toEqual([a.id])
    expect(await mineOf({ text: '%' })).toEqual([])
    expect(await mineOf({ until: before.toISOString() })).toEqual([])
    expect(await idsOf({ since: after.toISOString() })).toEqual([])
    expect(await mineOf({ statuses: ['PENDING', 'EXPIRED'], status: 'PENDING' })).toHaveLength(2)
    for (const unseen of [
      { orgUnit: 'x' },
      { orgUnit: newId() },
      { agentId: 'x' },
      { agentId: newId() },
      { text: '\0' },
    ])
      expect(await idsOf(unseen)).toEqual([])
  })

  test('keeps a lead out of other teams, whatever the filter names', async () => {
    const [own, other] = [await world.addAgent(), await world.addAgent({ team: world.teams[1] })]
    const [mine, theirs] = [await hold(own), await hold(other)]
    const lead = world.person(world.approvers[0]!, { all: false, units: [world.teams[0]] })
    expect(await idsOf({ agentId: own }, lead)).toEqual([mine.id])
    expect(await idsOf({ agentId: other }, lead)).toEqual([])
    expect(await idsOf({ orgUnit: world.teams[1] }, lead)).toEqual([])
    expect(await idsOf({}, lead)).not.toContain(theirs.id)
  })

  test('pages through every row once, in both orders', async () => {
    const agent = await world.addAgent()
    const held: string[] = []
    for (let amount = 0; amount < 5; amount++) held.push((await hold(agent, refund(amount))).id)
    for (const orderBy of ['DEADLINE', 'CREATED']) {
      const seen: string[] = []
      for (let after: string | null = null; ;) {
        const { approvals }: { approvals: Queue } = await world.run<{ approvals: Queue }>(world.key(), list, {
          first: 2,
          after,
          orderBy,
          filter: { agentId: agent },
        })
        expect(approvals.totalCount).toBe(5)
        seen.push(...approvals.nodes.map(({ id }) => id))
        after = approvals.pageInfo.endCursor
        if (!approvals.pageInfo.hasNextPage) break
      }
      expect(seen).toEqual(orderBy === 'DEADLINE' ? held : held.toReversed())
    }
    await expect(world.run(world.key(), list, { after: 'eA' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  })

  test('is mine where I may decide: not what I own, asked for, or decided', async () => {
    const lead = world.approvers[1]!
    const [agent, owned] = [await world.addAgent(), await world.addAgent({ owner: lead })]
    const [plain, asked, voted, ofMine] = [
      await hold(agent),
      await hold(agent, refund(11), world.person(lead)),
      await hold(agent, refund(12)),
      await hold(owned),
    ]
    const pin = { approvalId: voted.id, actionHash: voted.actionHash, verdict: 'APPROVE' }
    await world.run(world.person(lead), decide, { input: pin })
    const mine = await idsOf({ mine: true }, world.person(lead))
    expect(mine).toContain(plain.id)
    for (const not of [asked, voted, ofMine]) expect(mine).not.toContain(not.id)
    expect(await idsOf({ mine: true }, world.key())).toEqual([])
    expect(await idsOf({ mine: true }, world.person(lead, { caps: ['approvals:read'] }))).toEqual([])
  })

  test('counts what is past its deadline as expired before any timer has come by', async () => {
    const agent = await world.addAgent()
    const { id } = await hold(agent)
    expect(await idsOf({ agentId: agent, status: 'PENDING' })).toEqual([id])
    await world.database.asSuperuser(
      `UPDATE guard.approval SET expires_at = muster.now() - interval '1 second' WHERE id = $1`,
      [id],
    )
    expect(await idsOf({ agentId: agent, statuses: ['PENDING'] })).toEqual([])
    expect(await idsOf({ agentId: agent, statuses: ['EXPIRED'] })).toEqual([id])
    expect((await world.run(world.key(), one, { id })).approval).toMatchObject({ status: 'EXPIRED', settledAt: null })
    expect(await idsOf({ agentId: agent, mine: true }, approver())).toEqual([])
  })
})

describe('what an approver compares with', () => {
  test('is the last one like it that ran or was approved, and never one that only waits', async () => {
    const agent = await world.addAgent()
    const scope = world.key()
    const payloadOf = async (id: string) => {
      const { approval } = await world.run(scope, one, { id })
      return approval.previousCanonicalPayload === null
        ? null
        : JSON.parse(approval.previousCanonicalPayload).parameters.amount
    }
    const first = await hold(agent, refund(1), scope)
    expect(await payloadOf(first.id)).toBeNull()
    const second = await hold(agent, refund(2), scope)
    expect(await payloadOf(second.id)).toBeNull()
    await world.run(approver(), decide, {
      input: { approvalId: first.id, actionHash: first.actionHash, verdict: 'APPROVE' },
    })
    expect(await payloadOf(second.id)).toBe(1)
    // What was allowed outright counts once it ran.
    const input = { ...refund(3), sourceTrust: 'TRUSTED_INTERNAL' }
    const { authorizeAction: allowed } = await world.run(scope, authorize, { input: { agentId: agent, ...input } })
    const third = await hold(agent, refund(4), scope)
    expect(await payloadOf(third.id)).toBe(1)
    const { sourceTrust: _, ...body } = input
    await world.run(scope, redeem, { input: { permit: allowed.permit.token, ...body } })
    expect(await payloadOf(third.id)).toBe(3)
    expect(await payloadOf((await hold(agent, { ...refund(5), action: 'cancel' }, scope)).id)).toBeNull()
  })
})

describe('decideApprovals', () => {
  const pinOf = ({ id, actionHash }: Held) => ({ approvalId: id, actionHash })
  const many = async (pins: object[], scope = approver(), verdict = 'APPROVE', reason: string | null = null) =>
    (await world.run(scope, decideMany, { input: { approvals: pins, verdict, reason } })).decideApprovals

  test('votes on each by itself, with a receipt each, and says which were refused', async () => {
    const [agent, owned] = [await world.addAgent(), await world.addAgent({ owner: world.approvers[0]! })]
    const held = [await hold(agent), await hold(owned), await hold(agent)]
    const { results } = await many([
      ...held.slice(0, 2).map(pinOf),
      { ...pinOf(held[2]!), actionHash: held[0]!.actionHash },
    ])
    expect(results).toMatchObject([
      { __typename: 'ApprovalDecided', approval: { id: held[0]!.id, status: 'APPROVED' } },
      { code: 'SELF_APPROVAL' },
      { code: 'HASH_MISMATCH' },
    ])
    const [receipt] = await world.database.asSuperuser('SELECT type, subject_id FROM ledger.receipt WHERE id = $1', [
      results[0].receipt.id,
    ])
    expect(receipt).toEqual({ type: 'approval.vote', subject_id: held[0]!.id })
    expect(await many([pinOf(held[2]!)])).toMatchObject({ results: [{ approval: { status: 'APPROVED' } }] })
  })

  test('is refused as a whole for unlike payloads, unseen ids, one named twice, none, or too many', async () => {
    const agent = await world.addAgent()
    const [a, b] = [await hold(agent, refund(21)), await hold(agent, refund(22))]
    expect(await many([pinOf(a), pinOf(b)])).toMatchObject({ code: 'UNLIKE_PAYLOADS' })
    for (const id of ['x', newId()])
      expect(await many([pinOf(a), { approvalId: id, actionHash: a.actionHash }])).toMatchObject({
        code: 'UNKNOWN_APPROVAL',
        message: 'no such approval',
      })
    expect(await many([pinOf(a), pinOf(a)])).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await many([])).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await many(Array.from({ length: 51 }, () => ({ ...pinOf(a), approvalId: newId() })))).toMatchObject({
      code: 'INVALID_INPUT',
    })
    expect(await many([pinOf(a)], approver(), 'REJECT', ' ')).toMatchObject({ code: 'REASON_REQUIRED' })
    const lead = world.person(world.approvers[0]!, { all: false, units: [world.teams[1]] })
    expect(await many([pinOf(a)], lead)).toMatchObject({ code: 'UNKNOWN_APPROVAL' })
    expect((await world.run(world.key(), one, { id: a.id })).approval.status).toBe('PENDING')
    expect(await many([pinOf(a)], world.key())).toMatchObject({ results: [{ code: 'NOT_ELIGIBLE' }] })
  })
})
