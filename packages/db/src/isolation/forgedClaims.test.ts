/**
 * Hand-overs that are not what they should be: for every service, every table
 * and view it may read, zero rows, and never an error that tells why.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { capabilities, signHandover, type Claims } from '@muster/kernel'
import { afterAll, describe, expect, test } from 'vitest'
import { loginRoles, type LoginRole } from '../migrate.ts'
import { publishedViews } from './facts.ts'
import { makeWorld, type Session } from './world.ts'

const world = await makeWorld()
const views = await publishedViews(world.catalog)
afterAll(() => world.stop())

const { database, a } = world
const key = database.handoverKey
const claimsFor = (role: string): Claims => ({
  ...database.claims(a.tenantId, { sub: a.teams[0].lead }),
  caps: [...capabilities],
  aud: role,
})
const signed = (role: string, part: Record<string, unknown>): string =>
  signHandover({ ...claimsFor(role), ...part }, key)
const base64 = (text: string): string => Buffer.from(text).toString('base64url')

/** Everything a role may read, counted in one statement. */
function counting(role: LoginRole): string | undefined {
  const names = [
    ...world.tables
      .filter(({ rights }) => rights.some((one) => one.role === role && one.select))
      .map(({ name }) => name),
    ...views.filter(({ roles }) => roles.includes(role)).map(({ name }) => name),
  ]
  if (names.length === 0) return undefined
  return `SELECT (${names.map((name) => `(SELECT count(*) FROM ${name})`).join(' + ')})::int AS n`
}
async function count(session: Session, sql: string): Promise<number> {
  return (await session.query<{ n: number }>(sql)).rows[0]!.n
}

/** Hand-overs with something wrong, made from a good one. */
function forgeries(role: LoginRole): Record<string, string> {
  const good = signed(role, {})
  const [mac, body] = [good.slice(0, 64), good.slice(65)]
  const other = loginRoles.find((one) => one !== role)!
  const wide = JSON.stringify({ ...claimsFor(role), tenant_id: world.b.tenantId })
  const past = Math.floor(Date.now() / 1000) - 1
  return {
    'nothing at all': '',
    'a blank': ' ',
    'plain JSON claims': body,
    'JSON null': 'null',
    'an empty object': '{}',
    'a signature without claims': `${mac}.`,
    'claims without a signature': `.${body}`,
    'another key': signHandover(claimsFor(role), randomBytes(32)),
    'a key of zeros': signHandover(claimsFor(role), new Uint8Array(32)),
    'an empty key': signHandover(claimsFor(role), new Uint8Array(0)),
    'a plain hash': `${createHash('sha256').update(body).digest('hex')}.${body}`,
    'a hash with the key in front': `${createHash('sha256').update(key).update(body).digest('hex')}.${body}`,
    'HMAC-SHA-512, cut to length': `${createHmac('sha512', key).update(body).digest('hex').slice(0, 64)}.${body}`,
    'the signature of other claims': `${mac}.${wide}`,
    'the signature in capitals': `${mac.toUpperCase()}.${body}`,
    'another separator': `${mac}:${body}`,
    'a second separator': `${mac}..${body}`,
    'a blank at the end': `${good} `,
    'a newline at the end': `${good}\n`,
    'two hand-overs': `${good}${good}`,
    'the end cut off': good.slice(0, -1),
    'a token with alg none': `${base64('{"alg":"none"}')}.${base64(wide)}.`,
    'a token with HS256': `${base64('{"alg":"HS256"}')}.${base64(wide)}.${createHmac('sha256', key).update(base64(wide)).digest('base64url')}`,
    'an expiry in the past': signed(role, { exp: past }),
    'an expiry of zero': signed(role, { exp: 0 }),
    'no expiry': signed(role, { exp: undefined }),
    'a future version': signed(role, { v: 2 }),
    'a version that begins with one': signed(role, { v: 10 }),
    'no version': signed(role, { v: undefined }),
    'another service’s hand-over': signed(other, {}),
    'no audience': signed(role, { aud: undefined }),
    'a longer audience': signed(`${role}s`, {}),
    'a shorter audience': signed(role.slice(0, -1), {}),
    'an audience in another claim': signed(other, { cred: `"aud":"${role}"`, rid: `\\","aud":"${role}` }),
    'no tenant': signed(role, { tenant_id: undefined }),
    'a tenant in another claim': signed(role, { tenant_id: undefined, cred: `"tenant_id":"${a.tenantId}"` }),
    'a tenant that nobody is': signed(role, { tenant_id: '00000000-0000-0000-0000-000000000000' }),
  }
}

describe.each(loginRoles.filter((role) => counting(role) !== undefined))('%s', (role) => {
  const sql = counting(role)!

  test('sees rows with a good hand-over', async () => {
    expect(await world.as(role, signed(role, {}), (session) => count(session, sql))).toBeGreaterThan(0)
  })

  test.each(Object.entries(forgeries(role)))('sees nothing with %s', async (_, forged) => {
    expect(await world.as(role, forged, (session) => count(session, sql))).toBe(0)
  })

  test('sees nothing when none was ever set', async () => {
    const sees = await world.as(role, '', async (session) => {
      await session.query('RESET request.jwt.claims')
      return count(session, sql)
    })
    expect(sees).toBe(0)
  })

  test('sees nothing with the hand-over of any other service', async () => {
    for (const other of loginRoles.filter((one) => one !== role)) {
      expect(await world.as(role, signed(other, {}), (session) => count(session, sql))).toBe(0)
    }
  })

  test('sees nothing with any bit of a hand-over flipped', async () => {
    const good = Buffer.from(signed(role, {}), 'ascii')
    await world.as(role, '', async (session) => {
      const sees = async (at: number, bit: number): Promise<number> => {
        const flipped = Buffer.from(good)
        flipped[at]! ^= 1 << bit
        // A text parameter holds no zero byte, and one outside ASCII would arrive as another character.
        if (flipped[at] === 0 || flipped[at]! > 127) return 0
        await session.query("SELECT set_config('request.jwt.claims', $1, true)", [flipped.toString('ascii')])
        return count(session, sql)
      }
      for (const at of [0, 1, 63, 64, 65, good.length - 1]) {
        for (let bit = 0; bit < 7; bit++) expect(await sees(at, bit), `byte ${at}, bit ${bit}`).toBe(0)
      }
      await fc.assert(
        fc.asyncProperty(fc.nat(good.length - 1), fc.nat(6), async (at, bit) => (await sees(at, bit)) === 0),
        { numRuns: 60 },
      )
    })
  })

  test('never reads rows under claims that are signed and make no sense', async () => {
    for (const part of [
      { tenant_id: 'x' },
      { tenant_id: `${a.tenantId}x` },
      { tenant_id: null },
      { tenant_id: [a.tenantId] },
      { sub: 'nobody', all: false, tenant_id: world.b.tenantId.replace(/.$/, 'g') },
      { exp: 'NaN' },
      { exp: null },
      { v: '1' },
    ]) {
      const sees = await world
        .as(role, signed(role, part), (session) => count(session, sql))
        .catch((error: { code: string }) => (error.code === '22P02' ? 0 : 1))
      expect(sees, JSON.stringify(part)).toBe(0)
    }
  })
})

test('a hand-over ends in the middle of a transaction', async () => {
  const exp = Math.floor(Date.now() / 1000) + 2
  const sql = counting('muster_guard')!
  await world.as('muster_guard', signed('muster_guard', { exp }), async (session) => {
    expect(await count(session, sql)).toBeGreaterThan(0)
    await sleep(exp * 1000 - Date.now() + 20)
    expect(await count(session, sql)).toBe(0)
  })
  expect(await world.as('muster_guard', signed('muster_guard', { exp }), (session) => count(session, sql))).toBe(0)
})
