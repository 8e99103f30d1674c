/** Opening and certifying on a real database: a frozen list, asked of the right people, drafts that can be taken back. */
import { afterAll, describe, expect, test } from 'vitest'
import type { RequestScope } from '@muster/db'
import { newId } from '@muster/kernel'
import { decide, itemsOf, makeReviews, one, reassign, withdraw } from '../testing/reviews.ts'
import { receiptOf, type Answer } from '../testing/world.ts'

const {
  world,
  north,
  other,
  admin,
  as,
  owning,
  give,
  decided,
  opened,
  verdict,
  signedOff,
  asService,
  team,
  scopeHashOf,
} = await makeReviews()
afterAll(() => world.stop())

const byText = (a: string, b: string): number => a.localeCompare(b)
describe('opening', () => {
  test('freezes the live grants in scope in order, with their use, and pins them by a hash anybody can recompute', async () => {
    const { unit, agent, owner, grants } = await team(['b', 'a'])
    const peer = await north.agent({ team: unit })
    await give(peer, 'a', { action: 'do' })
    await give(agent, 'ended', { expiresAt: new Date(Date.now() + 300).toISOString() })
    await new Promise((resolve) => setTimeout(resolve, 400))
    await decided(agent, 'a', 'ALLOW', 3, unit)
    await decided(agent, 'a', 'DENY', 11, unit)
    await decided(agent, 'a', 'DENY', 5, unit, new Date(Date.now() - 86_400_000)) // before it was given
    const { review: made, receipt } = await opened({ orgUnit: unit })
    expect(made).toMatchObject({
      status: 'OPEN',
      itemCount: 3,
      scopeId: unit,
      missedPolicy: 'REVOKE',
      isOverdue: false,
    })
    const mine = made.items.nodes.filter(({ agentId }: Answer) => agentId === agent)
    expect(mine).toMatchObject([
      {
        tool: 'a',
        grantId: grants[1],
        used: 3,
        denied: 11,
        peers: 1,
        advice: 'REVOKE',
        adviceReason: 'DENIED_OFTEN',
        reviewerId: owner,
      },
      {
        tool: 'b',
        grantId: grants[0],
        used: 0,
        denied: 0,
        peers: 0,
        advice: 'KEEP',
        adviceReason: 'NOT_USED_YET',
        lastUsedAt: null,
      },
    ])
    expect(mine[0].lastUsedAt).not.toBeNull()
    expect(made.items.nodes.map(({ ordinal }: Answer) => ordinal)).toEqual([0, 1, 2])
    expect(made.scopeHash).toBe(scopeHashOf(made, unit))
    const stored = await receiptOf(world.database, receipt.id)
    expect(stored).toMatchObject({
      type: 'review.opened',
      body: { data: { review: made.id, scopeHash: made.scopeHash, items: 3 } },
    })
    expect(stored.text).not.toContain('quarter')
  })

  test('asks the owner, or who leads the team where the owner gave the grant themselves', async () => {
    const { unit, agent, owner } = await team(['given'])
    const lead = await north.person()
    await world.database.asSuperuser(
      "INSERT INTO identity.role_binding (tenant_id, id, person_id, role, unit_id, granted_by) VALUES ($1, $2, $3, 'team-lead', $4, $3)",
      [north.tenantId, newId(), lead, unit],
    )
    await give(agent, 'own gift', {}, owning(owner))
    const { review: made } = await opened({ orgUnit: unit })
    expect(made.items.nodes).toMatchObject([
      { tool: 'given', reviewerId: owner, fallbackId: lead },
      { tool: 'own gift', reviewerId: lead, fallbackId: admin },
    ])
  })

  test.each([
    [{ name: '' }, 'INVALID_NAME'],
    [{ dueAt: '2020-01-01T00:00:00Z' }, 'DUE_IN_PAST'],
    [{ dueAt: '2999-01-01T00:00:00Z' }, 'DUE_TOO_FAR'],
    [{ orgUnit: 'garbled' }, 'UNKNOWN_ORG_UNIT'],
    [{ orgUnit: newId() }, 'UNKNOWN_ORG_UNIT'],
  ])('refuses %j with %s', async (input, code) => {
    expect(await opened(input)).toMatchObject({ __typename: 'Refused', code })
  })

  test('refuses a scope without grants, a unit out of sight, and a grant nobody but its giver could certify', async () => {
    const empty = await north.unit(`spare ${newId()}`, 'TEAM')
    expect(await opened({ orgUnit: empty })).toMatchObject({ code: 'EMPTY_SCOPE' })
    const { unit } = await team(['x'])
    expect(await opened({ orgUnit: unit }, north.lead(empty))).toMatchObject({ code: 'UNKNOWN_ORG_UNIT' })
    const { unit: alone, agent, owner } = await team([])
    await give(agent, 'x', {}, owning(owner))
    expect(await opened({ orgUnit: alone }, as(owner))).toMatchObject({ code: 'NO_REVIEWER' })
    expect(
      await world.database.asSuperuser('SELECT 1 FROM workforce.review_campaign WHERE unit_id = ANY ($1)', [
        [empty, unit, alone],
      ]),
    ).toEqual([])
  })

  test('takes thousands of grants in sets', async () => {
    const { unit, agent } = await team([])
    await world.database.asSuperuser(
      `INSERT INTO workforce.agent_grant (tenant_id, id, agent_id, tool, granted_by) SELECT $1, gen_random_uuid(), $2, 'tool ' || n, $3 FROM generate_series(1, 6000) n`,
      [north.tenantId, agent, newId()],
    )
    const { review: made } = await opened({ orgUnit: unit })
    expect(made.itemCount).toBe(6_000)
    expect(made.items.totalCount).toBe(6_000)
  }, 20_000)
})

describe('certifying', () => {
  test('leaves a draft that can be replaced and taken back, each on record, its words sealed', async () => {
    const { unit, owner } = await team(['x'])
    const { review: made } = await opened({ orgUnit: unit })
    const [first] = made.items.nodes
    const kept = await verdict(owning(owner), first, { verdict: 'RECERTIFIED' })
    expect(kept.item).toMatchObject({
      verdict: 'RECERTIFIED',
      decidedBy: owner,
      version: 2,
      sealed: false,
      justification: null,
    })
    const ended = await verdict(owning(owner), kept.item, { verdict: 'REVOKED', justification: 'no longer needed' })
    expect(ended.item).toMatchObject({ verdict: 'REVOKED', justification: 'no longer needed', version: 3 })
    const receipt = await receiptOf(world.database, ended.receipt.id)
    expect(receipt).toMatchObject({
      type: 'review.decided',
      body: { data: { verdict: 'REVOKED', justification: ended.item.justificationCommitment } },
    })
    expect(receipt.text).not.toContain('no longer')
    const { withdrawReviewVerdict: back } = await world.run(owning(owner), withdraw, {
      input: { itemId: first.id, expectedVersion: 3 },
    })
    expect(back.item).toMatchObject({ verdict: null, justification: null, decidedBy: null, version: 4 })
    const again = await world.run(owning(owner), withdraw, { input: { itemId: first.id, expectedVersion: 4 } })
    expect(again.withdrawReviewVerdict).toMatchObject({ code: 'NO_VERDICT' })
  })

  test('counts one of two verdicts left at once', async () => {
    const { unit, owner } = await team(['x'])
    const { review: made } = await opened({ orgUnit: unit })
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => verdict(owning(owner), made.items.nodes[0], { verdict: 'RECERTIFIED' })),
    )
    expect(answers.map(({ code, __typename }): string => code ?? __typename).toSorted(byText)).toEqual([
      'ReviewItemDecided',
      ...Array.from({ length: 5 }, () => 'STALE_VERSION'),
    ])
  })

  test('is for who is asked: not for others in scope, not for who gave the grant, not for keys', async () => {
    const { unit, agent, owner } = await team([])
    const giver = await north.person()
    await give(agent, 'x', {}, as(giver))
    const { review: made } = await opened({ orgUnit: unit })
    const [first] = made.items.nodes
    expect(await verdict(as(admin), first, { verdict: 'RECERTIFIED' })).toMatchObject({ code: 'NOT_REVIEWER' })
    expect(await verdict(as(giver), first, { verdict: 'RECERTIFIED' })).toMatchObject({ code: 'SELF_REVIEW' })
    expect(await verdict(as(owner, { kind: 'api_key' }), first, { verdict: 'RECERTIFIED' })).toMatchObject({
      code: 'NOT_A_PERSON',
    })
    expect(
      await world.faults(as(owner, { caps: ['reviews:read'] }), decide, {
        input: { itemId: first.id, verdict: 'RECERTIFIED', expectedVersion: 1 },
      }),
    ).toEqual(['FORBIDDEN'])
    const seen = await world.run(as(giver), one, { id: made.id })
    expect(seen.accessReview.items.nodes[0]).toMatchObject({
      viewerCanDecide: false,
      viewerCannotDecideCode: 'SELF_REVIEW',
    })
  })

  test('the database itself refuses a verdict of another person and any change to what was frozen', async () => {
    const { unit, owner } = await team(['x'])
    const { review: made } = await opened({ orgUnit: unit })
    const change = (set: string): Promise<unknown> =>
      asService('muster_workforce', as(admin), `UPDATE workforce.review_item SET ${set} WHERE id = $1`, [
        made.items.nodes[0].id,
      ])
    await expect(
      change(`verdict = 'RECERTIFIED', decided_by = '${admin}', decided_at = muster.now()`),
    ).rejects.toMatchObject({ cause: { code: 'MU021' } })
    await expect(
      change(`verdict = 'RECERTIFIED', decided_by = '${owner}', decided_at = muster.now()`),
    ).rejects.toMatchObject({ cause: { code: 'MU021' } })
    await expect(change('used = 7')).rejects.toMatchObject({ cause: { code: '42501' } })
  })

  test('changes hands while undecided: back to who stands behind, or to a person in sight, never to who gave it', async () => {
    const { unit, agent, owner } = await team([])
    const giver = await north.person()
    await give(agent, 'x', {}, as(giver))
    const { review: made } = await opened({ orgUnit: unit })
    const [first] = made.items.nodes
    const hand = async (scope: RequestScope, of: Answer, reviewerId: string | null): Promise<Answer> =>
      (await world.run(scope, reassign, { input: { itemId: first.id, expectedVersion: of.version, reviewerId } }))
        .reassignReviewItem
    expect(await hand(as(admin), first, giver)).toMatchObject({ code: 'SELF_REVIEW' })
    expect(await hand(as(admin), first, owner)).toMatchObject({ code: 'ALREADY_ASSIGNED' })
    for (const nobody of ['garbled', newId()])
      expect(await hand(as(admin), first, nobody)).toMatchObject({ code: 'UNKNOWN_PERSON' })
    const handed = await hand(owning(owner), first, null)
    expect(handed.item).toMatchObject({ reviewerId: admin, fallbackId: owner, version: 2 })
    expect(await verdict(owning(owner), handed.item, { verdict: 'RECERTIFIED' })).toMatchObject({
      code: 'NOT_REVIEWER',
    })
    const stranger = await north.person()
    const further = await hand(as(admin), handed.item, stranger)
    const taken = await verdict(as(stranger, { all: false, units: [] }), further.item, {
      verdict: 'RECERTIFIED',
      justification: 'still in use',
    })
    expect(taken.item).toMatchObject({ verdict: 'RECERTIFIED', decidedBy: stranger })
    expect(await hand(as(admin), taken.item, owner)).toMatchObject({ code: 'HAS_VERDICT' })
  })
})

describe('in whose sight', () => {
  test('a lead sees the team’s items and their progress, an owner their own, nobody else any', async () => {
    const first = await team(['x', 'y'])
    const second = await team(['z'])
    const { review: made } = await opened({ name: 'everything', orgUnit: null })
    const seenBy = async (scope: RequestScope): Promise<Answer> =>
      (await world.run(scope, one, { id: made.id })).accessReview
    const lead = await seenBy(north.lead(first.unit))
    expect(lead.items.nodes.map(({ tool }: Answer) => tool)).toEqual(['x', 'y'])
    expect(lead).toMatchObject({
      progress: { total: 2 },
      viewerCanSignOff: false,
      viewerCannotSignOffCode: 'NOT_ELIGIBLE',
    })
    expect((await seenBy(owning(second.owner))).items.nodes.map(({ tool }: Answer) => tool)).toEqual(['z'])
    const nobody = owning(await north.person())
    expect(await seenBy(nobody)).toBeNull()
    for (const id of [made.id, newId(), 'garbled']) {
      expect((await world.run(other.scope(), one, { id })).accessReview).toBeNull()
      expect(await signedOff(id, other.scope())).toMatchObject({ code: 'UNKNOWN_REVIEW' })
      expect(await signedOff(id, nobody)).toMatchObject({ code: 'UNKNOWN_REVIEW' })
    }
    const [node] = made.items.nodes
    for (const id of [node.id, newId(), 'garbled'])
      for (const scope of [other.scope(), nobody])
        expect(await verdict(scope, { id, version: 1 }, { verdict: 'RECERTIFIED' })).toMatchObject({
          code: 'UNKNOWN_ITEM',
        })
    expect(await signedOff(made.id, north.lead(first.unit))).toMatchObject({ code: 'NOT_ELIGIBLE' })
  })

  test('items are found by reviewer, verdict, agent and text', async () => {
    const { unit, agent, owner } = await team(['alpha', 'beta'])
    const { review: made } = await opened({ orgUnit: unit })
    await verdict(owning(owner), made.items.nodes[0], { verdict: 'RECERTIFIED' })
    const found = async (filter: Answer, scope = as(admin)): Promise<string[]> =>
      (await world.run(scope, itemsOf, { filter: { reviewId: made.id, ...filter } })).reviewItems.nodes.map(
        ({ tool }: Answer) => tool,
      )
    expect(await found({ reviewer: owner })).toEqual(['alpha', 'beta'])
    expect(await found({ reviewer: 'me' })).toEqual([])
    expect(await found({ reviewer: 'me' }, owning(owner))).toEqual(['alpha', 'beta'])
    expect(await found({ verdict: 'RECERTIFIED' })).toEqual(['alpha'])
    expect(await found({ decided: false })).toEqual(['beta'])
    expect(await found({ agentId: agent, text: 'BET' })).toEqual(['beta'])
    expect(await found({ agentId: 'garbled' })).toEqual([])
    expect(await found({ reviewId: newId() })).toEqual([])
    expect(await found({ reviewId: null, reviewer: 'me' }, owning(owner))).toEqual(['alpha', 'beta'])
  })
})
