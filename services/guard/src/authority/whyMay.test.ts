/** "Why may this person?" answers as the rule that decides would, and names the roles behind it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { authorize, decide, makeWorld, type World } from '../testing/world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld()
})
afterAll(() => world?.stop())

const question = `query ($personId: ID!, $act: AuthorityAct!, $approvalId: ID, $agentId: ID) {
  whyMay(personId: $personId, act: $act, approvalId: $approvalId, agentId: $agentId) {
    allowed refusedBecause because { role scope { id } grantedById grantedAt expiresAt receiptId } } }`

interface Answer {
  allowed: boolean
  refusedBecause: string | null
  because: { role: string }[]
}
const why = async (variables: object, scope = world.key()): Promise<Answer | null> =>
  (await world.run<{ whyMay: Answer | null }>(scope, question, { ...variables })).whyMay

interface Held {
  id: string
  actionHash: string
}
async function hold(agentId: string): Promise<Held> {
  const { authorizeAction: held } = await world.run(world.key(), authorize, {
    input: {
      agentId,
      tool: 'payments.refund',
      action: 'create',
      resource: 'order/7',
      parameters: { amount: 10 },
      sourceTrust: 'SEMI_TRUSTED',
    },
  })
  return { id: held.approval.id, actionHash: held.decision.actionHash }
}

describe('of an approval', () => {
  test('names the role that gives it, where it is held and who gave it', async () => {
    const held = await hold(await world.addAgent())
    const [approver] = world.approvers
    expect(await why({ personId: approver, act: 'APPROVE', approvalId: held.id })).toEqual({
      allowed: true,
      refusedBecause: null,
      because: [
        {
          role: 'approver',
          scope: { id: world.teams[0] },
          grantedById: approver,
          grantedAt: expect.any(String),
          expiresAt: null,
          receiptId: null,
        },
      ],
    })
  })

  test('answers for everybody what each is told who tries', async () => {
    const agent = await world.addAgent({ team: world.teams[1] })
    const people = [
      ...world.approvers,
      world.owner,
      await world.addPerson([{ role: 'viewer', unit: null }]),
      await world.addPerson([]),
      await world.addPerson([
        { role: 'viewer', unit: null },
        { role: 'approver', unit: world.teams[1] },
      ]),
    ]
    for (const personId of people) {
      const held = await hold(agent)
      const answer = (await why({ personId, act: 'APPROVE', approvalId: held.id }))!
      expect(answer.allowed).toBe(answer.because.length > 0)
      expect(answer.allowed).toBe(answer.refusedBecause === null)
      // The credential carries every capability here: what is compared is the separation and the reach.
      if (/carr(y|ies) /.test(answer.refusedBecause ?? '')) continue
      const { decideApproval: verdict } = await world.run(world.person(personId), decide, {
        input: { approvalId: held.id, actionHash: held.actionHash, verdict: 'APPROVE' },
      })
      expect(verdict.__typename === 'ApprovalDecided', personId).toBe(answer.allowed)
      if (!answer.allowed) expect(verdict.message).toBe(answer.refusedBecause)
    }
  })

  test('roles lend each other no reach, and it says so', async () => {
    const held = await hold(await world.addAgent())
    const personId = await world.addPerson([
      { role: 'viewer', unit: null },
      { role: 'approver', unit: world.teams[0] },
    ])
    expect(await why({ personId, act: 'APPROVE', approvalId: held.id })).toMatchObject({
      allowed: false,
      refusedBecause: 'the roles that carry `approvals:decide` do not cover everything your roles let you see',
    })
  })
})

describe('of an agent', () => {
  test.each(['RESTRICT', 'FREEZE', 'QUARANTINE', 'REINSTATE', 'REVOKE'])(
    '%s needs a role that reaches its team',
    async (act) => {
      const agentId = await world.addAgent()
      const lead = await world.addPerson([{ role: 'team-lead', unit: world.teams[0] }])
      const other = await world.addPerson([{ role: 'team-lead', unit: world.teams[1] }])
      const ciso = await world.addPerson([{ role: 'ciso', unit: null }])
      const answers = []
      for (const personId of [lead, ciso, other, world.owner]) answers.push((await why({ personId, act, agentId }))!)
      expect(
        answers.map(({ allowed, because, refusedBecause }) => [allowed, because[0]?.role ?? refusedBecause]),
      ).toEqual([
        [true, 'team-lead'],
        [true, 'ciso'],
        [false, 'none of your roles reaches the team of this agent'],
        [false, 'none of your roles carries `agents:status`'],
      ])
    },
  )
})

test('a role that ran out gives nothing', async () => {
  const agentId = await world.addAgent()
  const personId = await world.addPerson([{ role: 'ciso', unit: null }])
  expect(await why({ personId, act: 'FREEZE', agentId })).toMatchObject({ allowed: true })
  await world.database.asSuperuser(
    `UPDATE identity.role_binding SET expires_at = muster.now() - interval '1 second' WHERE person_id = $1`,
    [personId],
  )
  expect(await why({ personId, act: 'FREEZE', agentId })).toMatchObject({ allowed: false, because: [] })
})

test('hidden, unknown and garbled ids are answered alike, and a subject that does not fit the act is refused', async () => {
  const agentId = await world.addAgent({ team: world.teams[1] })
  const [personId] = world.approvers
  const narrow = world.person(world.approvers[1]!, { all: false, units: [world.teams[0]] })
  for (const id of [newId(), 'x']) {
    expect(await why({ personId, act: 'FREEZE', agentId: id })).toBeNull()
    expect(await why({ personId: id, act: 'FREEZE', agentId })).toBeNull()
    expect(await why({ personId, act: 'APPROVE', approvalId: id })).toBeNull()
  }
  expect(await why({ personId: world.approvers[1], act: 'FREEZE', agentId }, narrow)).toBeNull()
  await expect(why({ personId, act: 'APPROVE', agentId })).rejects.toThrow('approvalId')
})

test('needs `people:read`, except of oneself', async () => {
  const agentId = await world.addAgent()
  const [me, other] = world.approvers
  const scope = world.person(me!, { caps: ['agents:read'] })
  expect(await why({ personId: me, act: 'FREEZE', agentId }, scope)).toMatchObject({ allowed: false })
  await expect(why({ personId: other, act: 'FREEZE', agentId }, scope)).rejects.toThrow('people:read')
})
