/**
 * Ways to bend the decision path under the decider's own login: a batch whose
 * arrays do not fit, claims with something missing, a permit where none is due.
 */
import { randomBytes } from 'node:crypto'
import { newId, signHandover, type Claims } from '@muster/kernel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decideBatch, type Item } from './decideBatch.ts'
import { makeWorld, type Session, type Team, type World } from './world.ts'

let world: World
let one: Team
let two: Team
beforeAll(async () => {
  world = await makeWorld()
  ;[one, two] = world.a.teams
})
afterAll(() => world?.stop())

const handover = (part: Partial<Claims> = {}): string => world.handover('muster_decider', world.a, part)
const as = <T>(work: (session: Session) => Promise<T>): Promise<T> => world.as('muster_decider', handover(), work)

describe('a batch', () => {
  test('decides for each caller what that caller reaches, and nothing else', async () => {
    await as(async (session) => {
      const [first, second] = [handover(world.leadOf(one)), handover(world.leadOf(two))]
      const nobody = handover({ all: false, units: [], sub: newId() })
      const items: Item[] = [
        { handover: first, stand: 1 },
        { handover: first, stand: 2 },
        { handover: second, stand: 2 },
        { handover: handover(), stand: 1 },
        { handover: nobody, stand: 1 },
      ]
      const rows = await decideBatch(session, { items, agents: [one.agent, two.agent] })
      expect(rows.map(({ reached }) => reached)).toEqual([true, false, true, true, false])
      expect(rows.map(({ seq }) => seq === null)).toEqual([false, true, false, false, true])
    })
  })

  test.each([
    ['a standing that is not in it', 99],
    ['a standing of zero', 0],
    ['no standing', null],
  ])('with %s is refused whole, and lends nobody another’s reach', async (_, stand) => {
    await as(async (session) => {
      // Item 2 is out of its caller's reach, item 3 is not: were the first dropped, each would take the next one's place.
      const items: Item[] = [
        { handover: handover(), stand },
        { handover: handover(world.leadOf(two)), stand: 1 },
        { handover: handover(), stand: 2 },
      ]
      await expect(decideBatch(session, { items, agents: [one.agent, two.agent] })).rejects.toMatchObject({
        code: 'MU004',
      })
    })
  })

  test('with agents counted from elsewhere than one is refused whole', async () => {
    await as(async (session) => {
      const items: Item[] = [{ handover: handover(world.leadOf(one)), stand: 1 }]
      const batch = { items, agents: [one.agent, two.agent], opening: '[0:1]={' }
      await expect(decideBatch(session, batch)).rejects.toMatchObject({ code: 'MU004' })
    })
  })

  test('with a caller of another tenant is refused whole', async () => {
    await as(async (session) => {
      const items: Item[] = [
        { handover: handover(), stand: 1 },
        { handover: world.handover('muster_decider', world.b), stand: 1 },
      ]
      await expect(decideBatch(session, { items, agents: [one.agent] })).rejects.toMatchObject({ code: 'MU003' })
    })
  })
})

describe('claims with something missing', () => {
  const without = (name: keyof Claims): string => {
    const claims: Record<string, unknown> = { ...world.database.claims(world.a.tenantId), aud: 'muster_decider' }
    delete claims[name]
    return signHandover(claims as unknown as Claims, world.database.handoverKey)
  }

  test.each(['caps', 'cred', 'sub', 'tenant_id'] as const)(
    'without `%s` nothing is decided, redeemed or voted',
    async (name) => {
      await as(async (session) => {
        await expect(
          decideBatch(session, { items: [{ handover: without(name), stand: 1 }], agents: [one.agent] }),
        ).rejects.toMatchObject({ code: expect.stringMatching(/^(MU|2)/) })
        const decision = world.a.rows.find(({ table }) => table === 'guard.decision')!.image['id']
        const approval = world.a.rows.find(({ table }) => table === 'guard.approval')!.image['id']
        if (name === 'sub') return // who redeems is who holds the credential
        const redeemed = session
          .query("SELECT code FROM guard.redeem($1, $2, NULL, NULL, $3, $4, NULL, $3, $4, $5, '{}')", [
            without(name),
            decision,
            randomBytes(32),
            newId(),
            randomBytes(16).toString('hex'),
          ])
          .then(
            ({ rows }) => rows,
            (error: { code: string }) => [{ code: error.code }],
          )
        expect((await redeemed)[0]).toMatchObject({ code: expect.stringMatching(/^(MU|NOT_YOURS)/) })
        if (name !== 'caps') return
        await expect(
          session.query(
            `SELECT code FROM guard.cast_vote($1, $2, NULL, $3, 'APPROVE', NULL, 'APPROVED', 1, muster.now(), '{}', '{}', '{}', '{}', '{}')`,
            [without(name), approval, randomBytes(32)],
          ),
        ).rejects.toMatchObject({ code: 'MU003' })
      })
    },
  )
})

describe('a permit', () => {
  test('is never part of a denial', async () => {
    await as(async (session) => {
      await expect(
        decideBatch(session, {
          items: [{ handover: handover(), stand: 1, outcome: 'DENY', permit: '2100-01-01' }],
          agents: [one.agent],
        }),
      ).rejects.toMatchObject({ code: '23514' })
    })
  })

  test('of a review is not given before people have approved', async () => {
    const review = world.a.rows.find(({ table }) => table === 'guard.decision')!.image['id']
    await world.database.asSuperuser("UPDATE guard.decision SET outcome = 'REVIEW' WHERE id = $1", [review])
    await expect(
      world.database.asSuperuser("UPDATE guard.decision SET permit_expires_at = '2100-01-01' WHERE id = $1", [review]),
    ).rejects.toMatchObject({ code: 'MU011' })
  })
})

describe('an approval', () => {
  const anApproval = (): string => world.a.rows.find(({ table }) => table === 'guard.approval')!.image['id'] as string

  test('is not approved by a number without the votes behind it', async () => {
    await expect(
      world.database.asSuperuser("UPDATE guard.approval SET status = 'APPROVED', approvals = required WHERE id = $1", [
        anApproval(),
      ]),
    ).rejects.toMatchObject({ code: 'MU011' })
  })

  test('that was settled stays settled', async () => {
    const id = anApproval()
    await world.database.asSuperuser("UPDATE guard.approval SET status = 'EXPIRED' WHERE id = $1", [id])
    await expect(
      world.database.asSuperuser("UPDATE guard.approval SET status = 'PENDING' WHERE id = $1", [id]),
    ).rejects.toMatchObject({ code: 'MU011' })
  })

  test('a service lets one expire and does nothing else to it', async () => {
    const [other] = world.a.rows.filter(
      ({ table, image }) => table === 'guard.approval' && image['id'] !== anApproval(),
    )
    await world.as('muster_guard', world.handover('muster_guard', world.a), async (session) => {
      await expect(
        session.query("UPDATE guard.approval SET status = 'APPROVED' WHERE id = $1", [other!.image['id']]),
      ).rejects.toMatchObject({ code: expect.stringMatching(/^(MU011|23514)$/) })
      await expect(session.query('UPDATE guard.approval SET approvals = 9')).rejects.toMatchObject({ code: '42501' })
      await expect(
        session.query('INSERT INTO guard.approval_vote SELECT * FROM guard.approval_vote'),
      ).rejects.toMatchObject({ code: '42501' })
    })
  })
})

test('what happened to an execution is reported once', async () => {
  await world.as('muster_guard', world.handover('muster_guard', world.a), async (session) => {
    const report = (outcome: string): Promise<unknown> =>
      session.query(
        `UPDATE guard.execution SET outcome = '${outcome}', reported_at = muster.now() WHERE agent_id = $1`,
        [one.agent],
      )
    await report('SUCCEEDED')
    await expect(report('FAILED')).rejects.toMatchObject({ code: 'MU011' })
  })
})
