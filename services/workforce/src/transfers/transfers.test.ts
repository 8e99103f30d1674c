/** Transfers on a real database: two acts of two sides, once, seen by both and by nobody else. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { makeWorld, receiptOf, type Answer, type Company, type World } from '../testing/world.ts'

let world: World
let north: Company
let other: Company
let payments: string
let support: string
let archive: string

const offering = `mutation ($input: OfferTransferInput!) { offerTransfer(input: $input) { __typename
  ... on TransferOffered { offer { id status agentId agent { id } fromTeam { id } toTeam { id name } offeredBy expiresAt } receipt { id seq } }
  ... on Refusal { code message } } }`
const accepting = `mutation ($input: AcceptTransferInput!) { acceptTransfer(input: $input) { __typename
  ... on TransferAccepted { agent { id } offer { status settledBy } receipt { id seq } } ... on Refusal { code message } } }`
const withdrawing = `mutation ($input: WithdrawTransferInput!) { withdrawTransfer(input: $input) { __typename
  ... on TransferWithdrawn { offer { status } receipt { id } } ... on Refusal { code } } }`
const listing = `query ($status: TransferStatus, $first: Int, $after: String) { transferOffers(status: $status, first: $first, after: $after) {
  nodes { id status agentId agent { id } fromTeam { id } toTeam { id } } pageInfo { hasNextPage endCursor } } }`
const offerOf = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Agent { openTransfer { id } } } }`

const offer = async (
  agentId: string,
  toTeamId: string,
  scope = north.lead(payments),
  expiresAt?: string,
): Promise<Answer> => (await world.run(scope, offering, { input: { agentId, toTeamId, expiresAt } })).offerTransfer
const accept = async (offerId: string, scope = north.lead(support)): Promise<Answer> =>
  (await world.run(scope, accepting, { input: { offerId } })).acceptTransfer
const withdraw = async (offerId: string, scope = north.lead(payments)): Promise<Answer> =>
  (await world.run(scope, withdrawing, { input: { offerId } })).withdrawTransfer
const teamOf = async (agent: string): Promise<string> =>
  (
    await world.database.asSuperuser<{ team_id: string }>('SELECT team_id FROM identity.agent WHERE id = $1', [agent])
  )[0]!.team_id

beforeAll(async () => {
  world = await makeWorld()
  north = await world.company('northwind')
  other = await world.company('elsewhere')
  payments = await north.unit('payments', 'TEAM')
  support = await north.unit('support', 'TEAM')
  archive = await north.unit('archive', 'TEAM')
})
afterAll(() => world?.stop())

describe('offering', () => {
  test("leads out of one's own scope, and is seen by both sides only", async () => {
    const agent = await north.agent({ team: payments })
    const made = await offer(agent, support)
    expect(made.offer).toMatchObject({
      status: 'OFFERED',
      agentId: agent,
      agent: { id: agent },
      fromTeam: { id: payments },
      toTeam: null,
    })
    const receipt = await receiptOf(world.database, made.receipt.id)
    expect(receipt).toMatchObject({
      type: 'transfer.offered',
      agentId: agent,
      seq: made.receipt.seq,
      unitPath: [payments],
    })
    expect(receipt.body.data).toMatchObject({ agent, from: payments, offer: made.offer.id, to: support })
    const seenBy = async (scope = north.scope()): Promise<Answer[]> =>
      (await world.run(scope, listing)).transferOffers.nodes.filter(({ id }: Answer) => id === made.offer.id)
    // The receiving side sees the offer, its own team and no agent yet.
    expect(await seenBy(north.lead(support))).toMatchObject([
      { agentId: agent, agent: null, fromTeam: null, toTeam: { id: support } },
    ])
    expect(await seenBy(north.lead(payments))).toHaveLength(1)
    expect(await seenBy()).toHaveLength(1)
    expect(await seenBy(north.lead(archive))).toEqual([])
    expect(await seenBy(other.scope())).toEqual([])
    const own = await world.run(north.lead(payments), offerOf, { refs: [{ __typename: 'Agent', id: agent }] })
    expect(own._entities[0].openTransfer).toEqual({ id: made.offer.id })
  })

  test('answers a hidden, a foreign, an unknown and a garbled agent alike', async () => {
    const hidden = await north.agent({ team: archive })
    const foreign = await other.agent({ team: await other.unit('team', 'TEAM') })
    for (const agent of [hidden, foreign, newId(), 'garbled'])
      expect(await offer(agent, support)).toMatchObject({ code: 'UNKNOWN_AGENT', message: 'there is no such agent' })
    expect(await teamOf(hidden)).toBe(archive)
  })

  test('answers a foreign, an unknown and a garbled team alike', async () => {
    const agent = await north.agent({ team: payments })
    const foreign = await other.unit('another', 'TEAM')
    for (const team of [foreign, newId(), 'garbled'])
      expect(await offer(agent, team)).toMatchObject({ code: 'UNKNOWN_TEAM', message: 'there is no such team' })
  })

  test('is refused twice, to the same team, for the revoked, by the agent, and without an end', async () => {
    const agent = await north.agent({ team: payments })
    await offer(agent, support)
    expect(await offer(agent, archive)).toMatchObject({ code: 'ALREADY_OFFERED' })
    const second = await north.agent({ team: payments })
    expect(await offer(second, payments)).toMatchObject({ code: 'SAME_TEAM' })
    expect(await offer(second, support, undefined, '2020-01-01T00:00:00Z')).toMatchObject({ code: 'INVALID_EXPIRY' })
    expect(await offer(second, support, undefined, '2999-01-01T00:00:00Z')).toMatchObject({ code: 'INVALID_EXPIRY' })
    const own = north.scope({ kind: 'agent', agent: second, all: false, sub: second })
    expect(await offer(second, support, own)).toMatchObject({ code: 'SELF_TRANSFER' })
    const gone = await north.agent({ team: payments, status: 'REVOKED' })
    expect(await offer(gone, support)).toMatchObject({ code: 'AGENT_REVOKED' })
    expect(
      await world.faults(north.scope({ caps: ['agents:read'] }), offering, {
        input: { agentId: second, toTeamId: support },
      }),
    ).toEqual(['FORBIDDEN'])
  })
})

describe('accepting', () => {
  test('moves the agent from one sight into the other, in one commit with its receipt', async () => {
    const agent = await north.agent({ team: payments })
    const made = await offer(agent, support)
    const scope = north.lead(support)
    const accepted = await accept(made.offer.id, scope)
    expect(accepted).toMatchObject({
      __typename: 'TransferAccepted',
      agent: { id: agent },
      offer: { status: 'ACCEPTED', settledBy: scope.claims.sub },
    })
    expect(await teamOf(agent)).toBe(support)
    const receipt = await receiptOf(world.database, accepted.receipt.id)
    expect(receipt).toMatchObject({
      type: 'transfer.accepted',
      agentId: agent,
      seq: accepted.receipt.seq,
      unitPath: [support],
    })
    const refs = { refs: [{ __typename: 'Agent', id: agent }] }
    expect((await world.run(north.lead(payments), offerOf, refs))._entities).toEqual([null])
    expect((await world.run(north.lead(support), offerOf, refs))._entities).toEqual([{ openTransfer: null }])
  })

  test("is the receiving side's act: not the offering one's, not a third's, not another tenant's", async () => {
    const agent = await north.agent({ team: payments })
    const { id } = (await offer(agent, support)).offer
    expect(await accept(id, north.lead(payments))).toMatchObject({ code: 'NOT_ELIGIBLE' })
    for (const scope of [north.lead(archive), other.scope()])
      expect(await accept(id, scope)).toMatchObject({ code: 'UNKNOWN_OFFER' })
    for (const unknown of [newId(), 'garbled']) expect(await accept(unknown)).toMatchObject({ code: 'UNKNOWN_OFFER' })
    expect(
      await world.faults(north.scope({ all: false, units: [support], caps: ['agents:read'] }), accepting, {
        input: { offerId: id },
      }),
    ).toEqual(['FORBIDDEN'])
    expect(await teamOf(agent)).toBe(payments)
  })

  test('happens once when asked at once', async () => {
    const agent = await north.agent({ team: payments })
    const { id } = (await offer(agent, support)).offer
    const answers = await Promise.all(Array.from({ length: 6 }, () => accept(id)))
    expect(answers.filter(({ __typename }) => __typename === 'TransferAccepted')).toHaveLength(1)
    expect(answers.filter(({ code }) => code === 'ALREADY_SETTLED')).toHaveLength(5)
    const receipts = await world.database.asSuperuser(
      `SELECT 1 FROM ledger.receipt WHERE agent_id = $1 AND type = 'transfer.accepted'`,
      [agent],
    )
    expect(receipts).toHaveLength(1)
  })

  test('is refused for an offer that was withdrawn, ran out, or whose agent left or was revoked', async () => {
    const agent = await north.agent({ team: payments })
    const withdrawn = (await offer(agent, support)).offer.id
    await withdraw(withdrawn)
    expect(await accept(withdrawn)).toMatchObject({ code: 'ALREADY_SETTLED' })
    const late = (await offer(agent, support, undefined, new Date(Date.now() + 400).toISOString())).offer.id
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect(await accept(late)).toMatchObject({ code: 'EXPIRED' })
    const moved = (await offer(agent, support)).offer.id // the one that ran out does not stand in its way
    await world.database.asSuperuser('UPDATE identity.agent SET team_id = $2 WHERE id = $1', [agent, archive])
    expect(await accept(moved)).toMatchObject({ code: 'AGENT_MOVED' })
    const doomed = await north.agent({ team: payments })
    const last = (await offer(doomed, support)).offer.id
    await world.database.asSuperuser(`UPDATE identity.agent SET status = 'REVOKED' WHERE id = $1`, [doomed])
    expect(await accept(last)).toMatchObject({ code: 'AGENT_REVOKED' })
    expect(await teamOf(doomed)).toBe(payments)
  })
})

describe('withdrawing', () => {
  test("is the offering side's act, once, on record", async () => {
    const agent = await north.agent({ team: payments })
    const { id } = (await offer(agent, support)).offer
    expect(await withdraw(id, north.lead(support))).toMatchObject({ code: 'NOT_ELIGIBLE' })
    expect(await withdraw(id, north.lead(archive))).toMatchObject({ code: 'UNKNOWN_OFFER' })
    const withdrawn = await withdraw(id)
    expect(withdrawn).toMatchObject({ offer: { status: 'WITHDRAWN' } })
    expect((await receiptOf(world.database, withdrawn.receipt.id)).type).toBe('transfer.withdrawn')
    expect(await withdraw(id)).toMatchObject({ code: 'ALREADY_SETTLED' })
  })
})

test('offers come in pages that miss nothing and repeat nothing', async () => {
  const company = await world.company('pages')
  const [a, b] = [await company.unit('a', 'TEAM'), await company.unit('b', 'TEAM')]
  const made: string[] = []
  for (let n = 0; n < 7; n++) made.push((await offer(await company.agent({ team: a }), b, company.scope())).offer.id)
  const read: string[] = []
  let after: string | null = null
  do {
    const { transferOffers }: Answer = await world.run(company.scope(), listing, { first: 3, after, status: 'OFFERED' })
    read.push(...transferOffers.nodes.map(({ id }: Answer) => id))
    after = transferOffers.pageInfo.hasNextPage ? transferOffers.pageInfo.endCursor : null
  } while (after !== null)
  expect(read).toEqual(made.toReversed())
  expect((await world.run(company.scope(), listing, { status: 'EXPIRED' })).transferOffers.nodes).toEqual([])
})

test('a reference leads to an offer in sight, any other to null', async () => {
  const agent = await north.agent({ team: payments })
  const { id } = (await offer(agent, support)).offer
  const query = `query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on TransferOffer { id status } } }`
  const refs = [id, newId(), 'garbled'].map((one) => ({ __typename: 'TransferOffer', id: one }))
  const seenBy = async (scope = north.scope()): Promise<Answer> => (await world.run(scope, query, { refs }))._entities
  for (const scope of [north.scope(), north.lead(payments), north.lead(support)])
    expect(await seenBy(scope)).toEqual([{ id, status: 'OFFERED' }, null, null])
  for (const scope of [north.lead(archive), other.scope()]) expect(await seenBy(scope)).toEqual([null, null, null])
})
