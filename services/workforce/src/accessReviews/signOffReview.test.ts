/** Signing off on a real database: one act that ends what was revoked, sealed under a root anybody can recompute. */
import { afterAll, describe, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { makeReviews } from '../testing/reviews.ts'
import { receiptOf, type Answer } from '../testing/world.ts'

const {
  world,
  north,
  admin,
  as,
  owning,
  give,
  opened,
  verdict,
  signedOff,
  asService,
  team,
  scopeHashOf,
  rootOf,
  standing,
} = await makeReviews()
afterAll(() => world.stop())

const byText = (a: string, b: string): number => a.localeCompare(b)
describe('signing off', () => {
  test('ends, narrows and keeps grants in one commit, sealed under a root anybody can recompute', async () => {
    const { unit, agent, owner, grants } = await team(['keep', 'revoke'])
    const broad = await give(agent, 'broad')
    const { review: made } = await opened({ orgUnit: unit })
    const of = (tool: string): Answer => made.items.nodes.find((node: Answer) => node.tool === tool)
    expect(await signedOff(made.id)).toMatchObject({ code: 'UNDECIDED_ITEMS' })
    await verdict(owning(owner), of('keep'), { verdict: 'RECERTIFIED' })
    await verdict(owning(owner), of('revoke'), { verdict: 'REVOKED', justification: 'unused' })
    await verdict(owning(owner), of('broad'), { verdict: 'MODIFIED', modification: { action: 'read' } })
    const { review: done, receipt } = await signedOff(made.id)
    expect(done).toMatchObject({
      status: 'SIGNED_OFF',
      scopeHash: made.scopeHash,
      viewerCannotSignOffCode: 'SIGNED_OFF',
    })
    expect(done.items.nodes.map(({ tool, effect, sealed }: Answer) => [tool, effect, sealed])).toEqual([
      ['broad', 'NARROWED', true],
      ['keep', 'KEPT', true],
      ['revoke', 'REVOKED', true],
    ])
    expect(done.verdictRoot).toBe(rootOf(done))
    expect(scopeHashOf(done, unit)).toBe(made.scopeHash)
    const body = (await receiptOf(world.database, receipt.id)).body.data
    expect(body).toMatchObject({
      review: made.id,
      scopeHash: made.scopeHash,
      verdictRoot: done.verdictRoot,
      items: 3,
      missed: 0,
      counts: { recertified: 1, revoked: 1, modified: 1, narrowed: 1 },
    })
    const live = await world.database.asSuperuser<{ tool: string; action: string | null }>(
      'SELECT tool, action FROM workforce.agent_grant WHERE agent_id = $1 AND revoked_at IS NULL ORDER BY tool',
      [agent],
    )
    expect(live).toEqual([
      { tool: 'broad', action: 'read' },
      { tool: 'keep', action: 'do' },
    ])
    const receipts = await world.database.asSuperuser<{ type: string; grant: string }>(
      `SELECT type, convert_from(body, 'UTF8')::jsonb->'data'->>'grant' AS grant FROM ledger.receipt
        WHERE agent_id = $1 AND convert_from(body, 'UTF8')::jsonb->'data'->>'review' = $2 AND type LIKE 'grant.%' ORDER BY seq`,
      [agent, made.id],
    )
    expect(receipts.map(({ type }) => type)).toEqual(['grant.revoked', 'grant.given', 'grant.revoked'])
    expect(receipts.map((row) => row.grant)).toEqual([broad, expect.any(String), grants[1]])
    expect(await standing(agent, 'revoke')).toEqual([])
    expect(await standing(agent, 'keep')).toHaveLength(1)
  })

  test('is final: no second sign-off, no further verdict, by use case and by the database', async () => {
    const { unit, owner } = await team(['x'])
    const { review: made } = await opened({ orgUnit: unit })
    const kept = await verdict(owning(owner), made.items.nodes[0], { verdict: 'RECERTIFIED' })
    const answers = await Promise.all([signedOff(made.id), signedOff(made.id), signedOff(made.id)])
    expect(answers.map(({ code }): string => code ?? 'DONE').toSorted(byText)).toEqual([
      'DONE',
      'SIGNED_OFF',
      'SIGNED_OFF',
    ])
    expect(
      await verdict(owning(owner), { ...kept.item, version: 3 }, { verdict: 'REVOKED', justification: 'late' }),
    ).toMatchObject({ code: 'SIGNED_OFF' })
    const touched = await asService(
      'muster_workforce',
      as(owner),
      'UPDATE workforce.review_item SET version = 9 WHERE id = $1 RETURNING id',
      [kept.item.id],
    )
    expect(touched).toEqual([])
    const next = await opened({ orgUnit: unit })
    expect(next.review.items.nodes[0]).toMatchObject({ previousVerdict: 'RECERTIFIED' })
  })

  test.each([
    ['KEEP', 'RECERTIFIED', 'KEPT'],
    ['REVOKE', 'REVOKED', 'REVOKED'],
  ])('once due, leaves what was missed to the policy: %s', async (missedPolicy, given, effect) => {
    const { unit, owner } = await team(['decided', 'missed'])
    const { review: made } = await opened({
      orgUnit: unit,
      missedPolicy,
      dueAt: new Date(Date.now() + 1_500).toISOString(),
    })
    await verdict(owning(owner), made.items.nodes[0], { verdict: 'RECERTIFIED' })
    expect(await signedOff(made.id)).toMatchObject({ code: 'UNDECIDED_ITEMS' })
    await new Promise((resolve) => setTimeout(resolve, 1_600))
    const { review: done } = await signedOff(made.id)
    expect(done.items.nodes).toMatchObject([
      { verdict: 'RECERTIFIED', decidedBy: owner },
      { verdict: given, decidedBy: null, effect },
    ])
    expect(done.progress).toMatchObject({ total: 2, decided: 2, missed: 1 })
    expect(done.verdictRoot).toBe(rootOf(done))
  })

  test('does not touch a grant that ended meanwhile, and refuses when an agent left the signer’s scope', async () => {
    const { unit, agent, owner, grants } = await team(['gone', 'x'])
    const lead = north.scope({ all: false, units: [unit], sub: admin })
    const { review: made } = await opened({ orgUnit: unit }, lead)
    for (const node of made.items.nodes)
      await verdict(owning(owner), node, { verdict: 'REVOKED', justification: 'over' })
    await world.run(
      north.scope(),
      'mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { __typename } }',
      { input: { grantId: grants[0] } },
    )
    const elsewhere = await north.unit(`spare ${newId()}`, 'TEAM')
    const move = (to: string): Promise<unknown> =>
      world.database.asSuperuser('UPDATE identity.agent SET team_id = $1 WHERE id = $2', [to, agent])
    await move(elsewhere)
    expect(await signedOff(made.id, lead)).toMatchObject({ code: 'NOT_ELIGIBLE' })
    await move(unit)
    const { review: done } = await signedOff(made.id, lead)
    expect(done.items.nodes.map(({ effect }: Answer) => effect)).toEqual(['ALREADY_ENDED', 'REVOKED'])
  })
})
