/** Proofs of who an agent is: who may ask, what settles them, what the record says, and how long they hold. */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startDnsServer, type DnsServer } from '../testing/dnsServer.ts'
import { startWebServer, type WebServer } from '../testing/webServer.ts'
import { startWorld, type Actor, type Answer, type Company, type World } from '../testing/world.ts'
import { domainOf } from './verification.ts'

let dns: DnsServer
let web: WebServer
let world: World
let company: Company
let ada: Actor
let count = 0

beforeAll(async () => {
  dns = await startDnsServer()
  web = await startWebServer(['file.example'])
  world = await startWorld(undefined, {
    dnsServers: [dns.address],
    port: web.port,
    ca: web.ca,
    mayDial: (address) => address === '127.0.0.1',
  })
  company = world.northwind
  ada = await world.person(company, 'ada', [{ role: 'tenant-admin', unit: null }])
  dns.put('A', 'file.example', '127.0.0.1')
})
afterAll(async () => {
  await Promise.all([world?.stop(), web?.stop(), dns?.stop()])
})

interface Started {
  verification: { id: string; status: string }
  challenge: { place: string | null; text: string }
}
const startedFields =
  '... on VerificationStarted { verification { id status } challenge { place text } receipt { id } }'
const settledFields =
  '... on VerificationSettled { verification { id type method status domain evidenceHash receiptId } receipt { id } }'

async function keyed(kind: 'ed25519' | 'P-256' = 'ed25519'): Promise<{ agentId: string; key: KeyObject }> {
  const { publicKey, privateKey } =
    kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: kind })
  const { id: agentId } = await world.agent(company, `agent-${++count}`, company.units.payments, ada.email)
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  await world.mutate(ada.scope, 'changeAgent', { agentId, publicKey: pem })
  return { agentId, key: privateKey }
}
const signed = (key: KeyObject, text: string): string =>
  key.asymmetricKeyType === 'ed25519'
    ? sign(null, Buffer.from(text), key).toString('base64url')
    : sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')

async function start(input: object, by = ada.scope): Promise<Started> {
  const answer = await world.mutate(by, 'startVerification', input, startedFields)
  expect(answer, JSON.stringify(answer)).toMatchObject({ __typename: 'VerificationStarted' })
  return answer as unknown as Started
}
const complete = (verificationId: string, signature?: string, by = ada.scope): Promise<Answer> =>
  world.mutate(by, 'completeVerification', { verificationId, signature }, settledFields)
const statuses = async (agentId: string): Promise<string[]> =>
  (
    await world.run<{ agent: { verifications: { status: string }[] } }>(
      ada.scope,
      'query ($id: ID!) { agent(id: $id) { verifications { status } } }',
      { id: agentId },
    )
  ).agent.verifications.map(({ status }) => status)

describe('a challenge', () => {
  test.each(['ed25519', 'P-256'] as const)(
    'is met by a signature of the registered %s key, on record',
    async (kind) => {
      const { agentId, key } = await keyed(kind)
      const { verification, challenge } = await start({ agentId, method: 'CHALLENGE' })
      expect(challenge.place).toBeNull()
      expect(challenge.text).toMatch(new RegExp(`^muster/key-proof/v1\\n${agentId}\\n${verification.id}\\n[\\w-]{43}$`))
      const answer = await complete(verification.id, signed(key, challenge.text))
      expect(answer).toMatchObject({ verification: { type: 'KEY_PROOF', status: 'VERIFIED' } })
      const [receipt] = (await world.receipts(company, 'identity.key_verified')).slice(-1)
      const shown = (answer as unknown as { verification: { evidenceHash: string; receiptId: string } }).verification
      expect(receipt).toMatchObject({ id: shown.receiptId, data: { agent: agentId, evidence: shown.evidenceHash } })
    },
  )

  test('is met once: a wrong signature spends it, and so does a right one', async () => {
    const { agentId, key } = await keyed()
    const other = await keyed()
    const first = await start({ agentId, method: 'CHALLENGE' })
    const wrong = await complete(first.verification.id, signed(other.key, first.challenge.text))
    expect(wrong).toMatchObject({ verification: { status: 'FAILED' } })
    expect((await world.receipts(company, 'verification.failed')).at(-1)!.subject.id).toBe(first.verification.id)
    const right = signed(key, first.challenge.text)
    expect(await complete(first.verification.id, right)).toMatchObject({ code: 'ALREADY_SETTLED' })

    const second = await start({ agentId, method: 'CHALLENGE' })
    const both = await Promise.all(
      [1, 2].map(() => complete(second.verification.id, signed(key, second.challenge.text))),
    )
    expect(both.map(({ __typename, code }) => code ?? __typename).toSorted()).toEqual([
      'ALREADY_SETTLED',
      'VerificationSettled',
    ])
    // An answer to another challenge is none to this one.
    const third = await start({ agentId, method: 'CHALLENGE' })
    const replayed = await complete(third.verification.id, signed(key, second.challenge.text))
    expect(replayed).toMatchObject({ verification: { status: 'FAILED' } })
    expect(await statuses(agentId)).toEqual(['FAILED', 'VERIFIED', 'FAILED'])
  })

  test('runs out after five minutes, and shows it', async () => {
    const { agentId, key } = await keyed()
    const { verification, challenge } = await start({ agentId, method: 'CHALLENGE' })
    const [row] = await world.database.asSuperuser<{ minutes: string }>(
      'SELECT extract(epoch FROM expires_at - requested_at) / 60 AS minutes FROM identity.verification_artifact WHERE id = $1',
      [verification.id],
    )
    expect(Number(row!.minutes)).toBe(5)
    await world.database.asSuperuser(
      'UPDATE identity.verification_artifact SET expires_at = muster.now() WHERE id = $1',
      [verification.id],
    )
    expect(await complete(verification.id, signed(key, challenge.text))).toMatchObject({ code: 'EXPIRED' })
    expect(await statuses(agentId)).toEqual(['EXPIRED'])
  })

  test('holds for the key it was for: another registered key voids what was proved and what is asked', async () => {
    const { agentId, key } = await keyed()
    const proved = await start({ agentId, method: 'CHALLENGE' })
    await complete(proved.verification.id, signed(key, proved.challenge.text))
    const open = await start({ agentId, method: 'CHALLENGE' })
    const pem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' })
    await world.mutate(ada.scope, 'changeAgent', { agentId, publicKey: pem })
    expect(await complete(open.verification.id, signed(key, open.challenge.text))).toMatchObject({
      code: 'KEY_CHANGED',
    })
    expect(await statuses(agentId)).toEqual(['PENDING', 'REVOKED'])
  })

  test('needs a key that can sign', async () => {
    const { id: agentId } = await world.agent(company, `agent-${++count}`, company.units.payments, ada.email)
    const ask = () => world.mutate(ada.scope, 'startVerification', { agentId, method: 'CHALLENGE' })
    expect(await ask()).toMatchObject({ code: 'NO_KEY' })
    await world.mutate(ada.scope, 'changeAgent', { agentId, publicKey: 'no key at all' })
    expect(await ask()).toMatchObject({ code: 'NO_KEY' })
  })
})

describe('a domain', () => {
  test('is proved by its TXT record, once the record is there', async () => {
    const { agentId } = await keyed()
    const { verification, challenge } = await start({ agentId, method: 'DNS_TXT', domain: 'Bots.Example.' })
    expect(challenge.place).toBe('_muster-agent.bots.example')
    expect(await complete(verification.id)).toMatchObject({ code: 'PROOF_NOT_FOUND' })
    dns.put('TXT', challenge.place!, `${challenge.text}x`)
    expect(await complete(verification.id)).toMatchObject({ code: 'PROOF_NOT_FOUND' })
    dns.put('TXT', challenge.place!, challenge.text)
    expect(await complete(verification.id)).toMatchObject({
      verification: { type: 'DOMAIN_PROOF', method: 'DNS_TXT', status: 'VERIFIED', domain: 'bots.example' },
    })
    const [receipt] = (await world.receipts(company, 'identity.domain_verified')).slice(-1)
    expect(JSON.stringify(receipt)).not.toContain('bots.example')
  })

  test('is proved by its well-known file, for the agents whose tokens it lists', async () => {
    const [one, two] = [await keyed(), await keyed()]
    const [first, second] = [
      await start({ agentId: one.agentId, method: 'WELL_KNOWN', domain: 'file.example' }),
      await start({ agentId: two.agentId, method: 'WELL_KNOWN', domain: 'file.example' }),
    ]
    web.answer((_, response) => response.end(first.challenge.text))
    expect(first.challenge.place).toBe('https://file.example/.well-known/muster-agent.json')
    expect(await complete(second.verification.id)).toMatchObject({ code: 'PROOF_NOT_FOUND' })
    expect(await complete(first.verification.id)).toMatchObject({ verification: { status: 'VERIFIED' } })
  })

  test.each([
    'localhost',
    '127.0.0.1',
    '[::1]',
    '10.0.0.1',
    'a b.example',
    'x/../y.example',
    'a@b.example',
    'bots.example/x',
    'bots.example:53',
    '2130706433',
    '',
  ])('is not `%s`', async (domain) => {
    const { id: agentId } = await world.agent(company, `agent-${++count}`, company.units.payments, ada.email)
    for (const method of ['DNS_TXT', 'WELL_KNOWN'])
      expect(await world.mutate(ada.scope, 'startVerification', { agentId, method, domain })).toMatchObject({
        code: 'INVALID_INPUT',
      })
  })

  test('is the same in whatever way it is written, and never anything but a host', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string(), fc.ipV4(), fc.ipV6()), (text) => {
        const domain = domainOf(text)
        if (domain === null) return
        const url = new URL(`https://${domain}:8443/x`)
        expect([url.hostname, url.username, url.pathname, domainOf(domain.toUpperCase())]).toEqual([
          domain,
          '',
          '/x',
          domain,
        ])
        expect(domain).not.toMatch(/^[\d.]+$/)
      }),
    )
  })
})

describe('who may', () => {
  test('an agent proves itself with its own key, and no other agent', async () => {
    const [me, other] = [await keyed(), await keyed()]
    const own = world.scope(company, { kind: 'agent', sub: me.agentId, agent: me.agentId, caps: ['agents:read'] })
    const { verification, challenge } = await start({ agentId: me.agentId, method: 'CHALLENGE' }, own)
    const foreign = await start({ agentId: other.agentId, method: 'CHALLENGE' })
    expect(await world.mutate(own, 'startVerification', { agentId: other.agentId, method: 'CHALLENGE' })).toMatchObject(
      {
        code: 'UNKNOWN_AGENT',
      },
    )
    const theirs = signed(other.key, foreign.challenge.text)
    expect(await complete(foreign.verification.id, theirs, own)).toMatchObject({ code: 'UNKNOWN_VERIFICATION' })
    expect(await complete(verification.id, signed(me.key, challenge.text), own)).toMatchObject({
      verification: { status: 'VERIFIED' },
    })
  })

  test('nothing is proved about a revoked agent, and nobody outside dials for an agent out of reach', async () => {
    const { agentId } = await keyed()
    const { verification, challenge } = await start({ agentId, method: 'DNS_TXT', domain: 'late.example' })
    dns.put('TXT', challenge.place!, challenge.text)
    const lead = await world.person(company, `lead-${++count}`, [{ role: 'org-admin', unit: company.units.support }])
    expect(await complete(verification.id, undefined, lead.scope)).toMatchObject({ code: 'UNKNOWN_VERIFICATION' })
    await world.mutate(ada.scope, 'revokeAgent', { agentId, reason: 'gone' })
    expect(await complete(verification.id)).toMatchObject({ code: 'AGENT_REVOKED' })
    expect(dns.asked(challenge.place!)).toBe(0)
  })

  test('an agent has twenty proofs under way at most', async () => {
    const { agentId } = await keyed()
    const ask = () => world.mutate(ada.scope, 'startVerification', { agentId, method: 'CHALLENGE' })
    const answers = await Promise.all(Array.from({ length: 21 }, ask))
    expect(answers.filter(({ code }) => code === 'TOO_MANY')).toHaveLength(1)
  })
})
