/**
 * The database composes, hashes and links; packages/ledger is the reference.
 * Both must say the same, byte for byte, whatever a service puts into a receipt.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalize, type JsonValue } from '@muster/canonical-json'
import { inScope, openPool, withRequest, type RolePool } from '@muster/db'
import { newId, type Claims } from '@muster/kernel'
import { composeBody, genesisLink, leafHash, linkHash, parseReceiptBody, toHex } from '@muster/ledger'
import fc from 'fast-check'
import { makeWorld, type World } from '../testing/world.ts'

let world: World
let guard: RolePool
beforeAll(async () => {
  world = await makeWorld()
  guard = openPool({ url: world.database.url('muster_guard'), role: 'muster_guard', max: 2 })
})
afterAll(async () => {
  await guard?.end()
  await world?.stop()
})

interface Given {
  id?: string
  type?: string
  subjectType?: string
  subjectId?: string
  agent?: string | null
  policyHash?: string | null
  nonce?: string
  data?: string
}

/** Appends as the guard, with arrays of our choosing. */
async function append(receipts: readonly Given[], part: Partial<Claims> = {}): Promise<number> {
  const scope = world.admin(part)
  const column = <T>(of: (receipt: Given) => T): T[] => receipts.map(of)
  const [row] = await inScope(scope, () =>
    withRequest(guard, (tx) =>
      tx.query<{ first: string }>(
        `SELECT ledger.append($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::text[], $8::text[],
           array_fill(NULL::bytea, ARRAY[cardinality($1::uuid[])])) AS first`,
        [
          column(({ id }) => id ?? newId()),
          column(({ type }) => type ?? 'execution.reported'),
          column(({ subjectType }) => subjectType ?? 'execution'),
          column(({ subjectId }) => subjectId ?? 'x'),
          column(({ agent }) => agent ?? null),
          column(({ policyHash }) => policyHash ?? null),
          column(({ nonce }) => nonce ?? 'ab'.repeat(16)),
          column(({ data }) => data ?? '{}'),
        ],
      ),
    ),
  )
  return Number(row!.first)
}

async function stored(first: number, count: number) {
  return world.database.asSuperuser<{ seq: string; body: Buffer; leaf: Buffer; link: Buffer; previous: Buffer | null }>(
    `SELECT e.seq, r.body, e.leaf, e.link, p.link AS previous FROM ledger.entry e
       JOIN ledger.receipt r USING (tenant_id, seq) LEFT JOIN ledger.entry p ON p.tenant_id = e.tenant_id AND p.seq = e.seq - 1
      WHERE e.tenant_id = $1 AND e.seq >= $2 AND e.seq < $3 ORDER BY e.seq`,
    [world.tenantId, first, first + count],
  )
}

// PostgreSQL's text has no zero byte; everything else a string can hold is tried.
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength }).map((each) => each.toWellFormed().replaceAll('\0', '\u0001')),
    fc.constantFrom('\u007f\u0080\u2028\u2029\ufeff\uffff', '"\\/\b\f\n\r\t\u000b\u001f', '💡é\u0301', '</script>'),
  )
// Keys of plain ASCII; numbers a double holds and a person would write.
const key = fc.oneof(
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }).filter((each) => !/["\\]/.test(each)),
  fc.constantFrom('', ' ', 'a.b', 'A', 'a', '10', '9', '~'),
)
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  text(20),
  fc.maxSafeInteger(),
  fc.integer().map((each) => each / 1000),
  fc.boolean(),
  fc.constant(null),
)
const data = fc.dictionary(
  key,
  fc.oneof(value, fc.array(value, { maxLength: 3 }), fc.dictionary(key, value, { maxKeys: 3 })),
  { maxKeys: 5 },
)
const id = text(60).filter((each) => each !== '' && Buffer.byteLength(each) <= 128)
const hex = (length: number): fc.Arbitrary<string> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => toHex(bytes))

describe('SQL and TypeScript', () => {
  test('compose the same body and make the same leaf and link of it, for batches of anything', async () => {
    const receipt = fc.record({
      data,
      subjectId: id,
      subjectType: fc.stringMatching(/^[a-z][a-z_]{0,31}$/),
      nonce: hex(16),
      policyHash: fc.option(hex(32), { nil: null }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(receipt, { minLength: 1, maxLength: 6 }),
        id,
        id,
        fc.boolean(),
        fc.constantFrom('person', 'api_key', 'agent', 'service'),
        async (receipts, request, credential, own, kind) => {
          const claims = { rid: request, cred: credential, agent: own ? newId() : null, kind, sub: newId() } as const
          const ids = receipts.map(() => newId())
          const first = await append(
            receipts.map((each, index) => ({ ...each, id: ids[index]!, data: canonicalize(each.data) })),
            claims,
          )
          const rows = await stored(first, receipts.length)
          for (const [index, row] of rows.entries()) {
            const given = receipts[index]!
            const body = row.body.toString('utf8')
            expect(body).toBe(
              composeBody({
                actor: { agent: claims.agent, credential, id: claims.sub, kind },
                data: given.data,
                id: ids[index]!,
                nonce: given.nonce,
                occurredAt: parseReceiptBody(body).occurredAt,
                policyHash: given.policyHash,
                request,
                service: 'guard',
                subject: { id: given.subjectId, type: given.subjectType },
                tenant: world.tenantId,
                type: 'execution.reported',
              }),
            )
            expect(toHex(row.leaf)).toBe(toHex(leafHash(body)))
            const previous = row.previous ?? genesisLink(world.origin)
            expect(toHex(row.link)).toBe(toHex(linkHash(Number(row.seq), previous, row.leaf)))
          }
        },
      ),
      { numRuns: 60 },
    )
  })

  test('begin a chain with the same genesis', async () => {
    const { tenantId, origin } = await world.database.openTenant('empty')
    const [row] = await world.database.asSuperuser<{ link: Buffer }>(
      'SELECT link FROM ledger.head WHERE tenant_id = $1',
      [tenantId],
    )
    expect(toHex(row!.link)).toBe(toHex(genesisLink(origin)))
  })

  test.each<[string, Given, Partial<Claims>?]>([
    ['no data', { data: '' }],
    ['data that is no object', { data: '[1]' }],
    ['data with a second value behind it', { data: '{"a":1},"actor":{"a":1}' }],
    ['data with a blank before it', { data: ' {"a":1}' }],
    ['data with a blank behind it', { data: '{"a":1} ' }],
    ['data that names a key twice', { data: '{"a":1,"a":2}' }],
    ['data with half a surrogate pair', { data: '{"a":"\\ud800"}' }],
    ['data with a zero character', { data: '{"a":"\\u0000"}' }],
    ['data whose keys are out of order', { data: '{"b":1,"a":1}' }],
    ['data with a number that no double holds', { data: '{"a":9007199254740993}' }],
    ['data with an exponent', { data: '{"a":{"b":[1e3]}}' }],
    ['data with a key beyond ASCII', { data: '{"ä":1}' }],
    ['data with a key that is escaped', { data: '{"a":{"\\"":1}}' }],
    ['data with a key that imitates two', { data: '{"a\\":1,\\"b":2}' }],
    ['data that does not fit an entry bundle', { data: `{"a":"${'x'.repeat(65_536)}"}` }],
    ['a nonce that is no hexadecimal', { nonce: 'z'.repeat(32) }],
    ['a nonce in capitals', { nonce: 'AB'.repeat(16) }],
    ['a short nonce', { nonce: 'ab' }],
    ['a nonce with a sign', { nonce: `\\x${'ab'.repeat(15)}` }],
    ['a nonce with blanks', { nonce: `ab ${'ab'.repeat(14)} ` }],
    ['a policy hash that is none', { policyHash: 'policy' }],
    ['a policy hash in capitals', { policyHash: 'AB'.repeat(32) }],
    ['no subject id', { subjectId: '' }],
    ['a subject id too long', { subjectId: 'x'.repeat(129) }],
    ['a subject type that no reader accepts', { subjectType: '_agent' }],
    ['a subject type in capitals', { subjectType: 'Agent' }],
    ['no request id', {}, { rid: '' }],
    ['a request id too long', {}, { rid: 'x'.repeat(257) }],
    ['no credential', {}, { cred: '' }],
    ['an unknown kind of actor', {}, { kind: 'robot' as never }],
  ])('refuse %s, and write nothing', async (_what, receipt, claims) => {
    const before = await world.database.asSuperuser('SELECT seq FROM ledger.head WHERE tenant_id = $1', [
      world.tenantId,
    ])
    await expect(append([{}, receipt], claims)).rejects.toMatchObject({ cause: { code: 'MU004' } })
    expect(
      await world.database.asSuperuser('SELECT seq FROM ledger.head WHERE tenant_id = $1', [world.tenantId]),
    ).toEqual(before)
  })
})
