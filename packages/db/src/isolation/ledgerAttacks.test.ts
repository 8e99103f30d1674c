/** Ways to bend the record: whose receipt it is, where it is seen, and what service wrote it. */
import { randomBytes } from 'node:crypto'
import { canonicalize, type JsonObject } from '@muster/canonical-json'
import { newId, type Claims } from '@muster/kernel'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LoginRole } from '../migrate.ts'
import { withoutRight } from './attempts.ts'
import { makeWorld, type Session, type Team, type World } from './world.ts'

let world: World
let one: Team
beforeAll(async () => {
  world = await makeWorld()
  one = world.a.teams[0]
})
afterAll(() => world?.stop())

interface Wanted {
  id?: string
  type?: string
  agent?: string | null
  data?: string | null
  nonce?: string | null
  subjectType?: string | null
  subjectId?: string | null
  policyHash?: string | null
}

const append = (session: Session, wanted: Wanted = {}): Promise<unknown> => {
  const {
    id = newId(),
    type = 'session.started',
    agent = null,
    data = '{}',
    subjectType = 'session',
    subjectId = 'x',
  } = wanted
  const { nonce = randomBytes(16).toString('hex'), policyHash = null } = wanted
  return session.query('SELECT ledger.append($1, $2, $3, $4, $5, $6, $7, $8, ARRAY[NULL]::bytea[])', [
    [id],
    [type],
    [subjectType],
    [subjectId],
    [agent],
    [policyHash],
    [nonce],
    [data],
  ])
}
/** What receipts hold: keys of ASCII, text, integers and decimals as services write them. */
const { value: dataValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\u0000')),
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger(),
    fc.integer({ min: -1_000_000, max: 1_000_000 }).map((n) => n / 1000),
    fc.double({ min: 0.001, max: 1_000_000, noNaN: true }),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((key) => !/["\\]/.test(key)),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
}))
const dataObject = fc.dictionary(
  fc.constantFrom('a', 'Z', 'aB', 'a_b', 'b', 'seq', '1'),
  dataValue,
) as fc.Arbitrary<JsonObject>

const as = <T>(role: LoginRole, part: Partial<Claims>, work: (session: Session) => Promise<T>): Promise<T> =>
  world.as(role, world.handover(role, world.a, part), work)
describe('a receipt', () => {
  test.each([
    ['its team’s lead', () => world.leadOf(one)],
    ['the whole tenant’s caller', () => ({})],
    [
      'the agent’s own key',
      () => ({ all: false, units: [], agent: one.agent, sub: one.agent, kind: 'agent' as const }),
    ],
    ['its owner, who has no team', () => ({ all: false, units: [], sub: one.lead })],
  ])('about an agent is stamped with the agent’s team and all above it, written by %s', async (_, part) => {
    const id = newId()
    const handover = world.handover('muster_guard', world.a, part())
    await world.as('muster_guard', handover, (session) => append(session, { id, agent: one.agent }), 'keep')
    const [row] = await world.database.asSuperuser<{ unit_path: string[] }>(
      'SELECT unit_path FROM ledger.receipt WHERE id = $1',
      [id],
    )
    expect(row!.unit_path).toEqual(one.path)
  })

  test.each([
    ['no data', { data: null }],
    ['data that is no object', { data: '[1]' }],
    ['data that closes itself and goes on', { data: '{"a":1},"actor":{"id":"x"}' }],
    ['data with a key twice', { data: '{"a":1,"a":2}' }],
    ['keys out of order', { data: '{"b":1,"a":2}' }],
    ['keys out of order further down', { data: '{"a":[{"d":1,"c":2}]}' }],
    ['a blank inside', { data: '{"a": 1}' }],
    ['a number written another way', { data: '{"a":1.0}' }],
    ['a number with an exponent', { data: '{"a":1e3}' }],
    ['minus zero', { data: '{"a":-0}' }],
    ['an integer beyond a double', { data: '{"a":9007199254740993}' }],
    ['a decimal beyond a double', { data: '{"a":0.12345678901234567}' }],
    ['an escape nobody needs', { data: '{"a":"\\u0041"}' }],
    ['an escaped slash', { data: '{"a":"\\/"}' }],
    ['a key beyond ASCII', { data: '{"ä":1}' }],
    ['an escaped key', { data: '{"\\u0061":1}' }],
    ['data with blanks around it', { data: ' {"a":1}' }],
    ['data with a newline behind it', { data: '{"a":1}\n' }],
    ['data beyond any bundle', { data: `{"a":"${'x'.repeat(70_000)}"}` }],
    ['a short nonce', { nonce: 'abc' }],
    ['no nonce', { nonce: null }],
    ['a nonce that quotes', { nonce: `"${'0'.repeat(30)}"` }],
    ['a subject type that quotes', { subjectType: 'x","type":"y' }],
    ['no subject type', { subjectType: null }],
    ['no subject', { subjectId: null }],
    ['a long subject', { subjectId: 'x'.repeat(200) }],
    ['a policy hash that quotes', { policyHash: `"${'0'.repeat(62)}"` }],
  ])('with %s is refused', async (_, wanted) => {
    await as('muster_guard', {}, (session) =>
      expect(append(session, wanted)).rejects.toMatchObject({ code: expect.stringMatching(/^(MU\d{3}|22P02|23502)$/) }),
    )
  })

  test('takes any data that is canonical', async () => {
    await fc.assert(
      fc.asyncProperty(dataObject, async (data) => {
        await as('muster_guard', {}, (session) => append(session, { data: canonicalize(data) }))
      }),
      { numRuns: 40 },
    )
  })

  test('is never written under the name of an act that only the decider does', async () => {
    for (const type of [
      'action.decided',
      'permit.redeemed',
      'approval.vote',
      'approval.approved',
      'approval.rejected',
    ]) {
      await as('muster_guard', {}, (session) =>
        expect(append(session, { type }), type).rejects.toMatchObject({ code: 'MU005' }),
      )
    }
  })

  test('cannot be written but through append, nor its head moved', async () => {
    for (const role of ['muster_guard', 'muster_identity', 'muster_passport', 'muster_decider'] as const) {
      await as(role, {}, async (session) => {
        for (const sql of [
          `INSERT INTO ledger.receipt SELECT * FROM ledger.receipt`,
          `INSERT INTO ledger.entry SELECT * FROM ledger.entry`,
          `UPDATE ledger.head SET seq = seq + 1`,
          `DELETE FROM ledger.receipt`,
          `UPDATE ledger.receipt_type SET writer = '${role}'`,
          `INSERT INTO ledger.receipt_type VALUES ('${role}', 'agent.frozen')`,
        ]) {
          await expect(session.query(sql), sql).rejects.toMatchObject(withoutRight)
        }
      })
    }
  })
})
