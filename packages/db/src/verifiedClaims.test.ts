/**
 * Claims as the database reads them: the text it cuts fields out of and the
 * document it parses say the same, and nothing unsigned is read at all.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId, signHandover, type Claims } from '@muster/kernel'
import fc from 'fast-check'
import { openPool, type RolePool } from './pool.ts'
import { startMusterDatabase, type MusterDatabase } from './testing/index.ts'

let database: MusterDatabase
let guard: RolePool
beforeAll(async () => {
  database = await startMusterDatabase()
  guard = openPool({ url: database.url('muster_guard'), role: 'muster_guard', max: 1 })
})
afterAll(async () => {
  await guard?.end()
  await database?.stop()
})

interface Reading {
  claims: Claims | null
  tenant: string | null
  subject: string | null
  agent: string | null
  all: boolean
}

async function read(handover: string): Promise<Reading> {
  const client = await guard.connect()
  try {
    await client.query('BEGIN')
    await client.query("SELECT set_config('request.jwt.claims', $1, true)", [handover])
    const { rows } = await client.query<Reading>(
      `SELECT muster.claims() AS claims, muster.tenant() AS tenant, muster.subject() AS subject,
              muster.own_agent() AS agent, muster.scope_all() AS all`,
    )
    return rows[0]!
  } finally {
    await client.query('ROLLBACK')
    client.release()
  }
}

const nobody: Reading = { claims: null, tenant: null, subject: null, agent: null, all: false }

// Text that imitates the keys the database looks for.
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '').toWellFormed()),
  fc.constantFrom(
    '"tenant_id":"00000000-0000-0000-0000-000000000000"',
    '\\","tenant_id":"00000000-0000-0000-0000-000000000000","x":"',
    '"all":true',
    '"exp":9999999999}',
    '"aud":"muster_guard","v":1,',
    'tenant_id',
    'agent',
    '\\',
    '"',
  ),
)

describe('claims in the database', () => {
  test('are read alike from text and from the document, whatever a caller put into its request id', async () => {
    await fc.assert(
      fc.asyncProperty(
        hostile,
        hostile,
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        async (rid, cred, all, own, late) => {
          const { v, exp, ...rest } = database.claims(newId(), { rid, cred, all, agent: own ? newId() : null })
          // Order of keys is the signer's choice.
          const claims: Claims = late ? { exp, ...rest, v } : { v, ...rest, exp }
          const reading = await read(signHandover(claims, database.handoverKey))
          expect(reading).toEqual({ claims, tenant: claims.tenant_id, subject: claims.sub, agent: claims.agent, all })
        },
      ),
      { numRuns: 200 },
    )
  })

  test('are nobody’s when forged, truncated, expired, of another version or for another service', async () => {
    const claims = database.claims(newId())
    const good = signHandover(claims, database.handoverKey)
    expect((await read(good)).tenant).toBe(claims.tenant_id)
    const signed = (part: object): string => signHandover({ ...claims, ...part }, database.handoverKey)
    const bad = [
      '',
      'x',
      good.slice(0, 66),
      good.slice(0, -1),
      `${good} `,
      good.toUpperCase(),
      good.replace(claims.tenant_id, newId()),
      `${'0'.repeat(64)}${good.slice(64)}`,
      signHandover(claims, new Uint8Array(32)),
      signed({ exp: Math.floor(Date.now() / 1000) - 1 }),
      signed({ exp: undefined }),
      signed({ v: 2 }),
      signed({ v: 12 }),
      signed({ v: '1' }),
      signed({ aud: 'muster_passport' }),
      signed({ aud: 'muster_guard2' }),
      signed({ rid: 'x'.repeat(70_000) }),
    ]
    for (const handover of bad) expect(await read(handover), handover.slice(0, 120)).toEqual(nobody)
  })

  test('cannot be verified for others: only the owner’s functions may name an audience', async () => {
    await expect(guard.query("SELECT muster.verified_text('x', 'muster_passport')")).rejects.toMatchObject({
      code: '42501',
    })
    await expect(guard.query("SELECT muster.verify('x', 'muster_passport')")).rejects.toMatchObject({ code: '42501' })
  })

  test('belong to the keyholder, who may create nothing more', async () => {
    const rows = await database.asSuperuser<{ name: string; owner: string }>(
      `SELECT p.proname AS name, pg_get_userbyid(p.proowner) AS owner FROM pg_proc p
        WHERE p.pronamespace = 'muster'::regnamespace AND p.proname IN ('verified_text', 'handed_over', 'verify', 'claims')`,
    )
    expect(rows.map(({ owner }) => owner)).toEqual(Array.from({ length: 4 }, () => 'muster_keyholder'))
    const [right] = await database.asSuperuser<{ creates: boolean }>(
      "SELECT has_schema_privilege('muster_keyholder', 'muster', 'CREATE') AS creates",
    )
    expect(right).toEqual({ creates: false })
  })
})
