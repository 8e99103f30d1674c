/** Signatures over events, in every form the spec names, on a real database. */
import { generateKeyPairSync, sign } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hashCanonical } from '@muster/canonical-json'
import { newId } from '@muster/kernel'
import { event, makeWorld, type Answer, type Company, type World } from '../testing/world.ts'
import { eventDomain } from './checkEvent.ts'

let world: World
let north: Company

const rowsOf = (agentId: string): Promise<Answer[]> =>
  world.database.asSuperuser('SELECT * FROM scoring.event WHERE agent_id = $1 ORDER BY id', [agentId])

beforeAll(async () => {
  world = await makeWorld()
  north = await world.company('northwind')
})
afterAll(() => world?.stop())

describe('a signature', () => {
  const hashOf = (one: Record<string, unknown>, severity: string): Buffer => {
    const { agentId, eventId, eventType, occurredAt, payload = null } = one
    return Buffer.from(
      hashCanonical(eventDomain, { agentId, eventId, eventType, occurredAt, payload, severity, sourceType: 'agent' }),
    )
  }
  const ed = generateKeyPairSync('ed25519')
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jws = (alg: string, message: Buffer, signer: (input: Buffer) => Buffer): string => {
    const header = Buffer.from(JSON.stringify({ alg })).toString('base64url')
    return `${header}..${signer(Buffer.from(`${header}.${message.toString('base64url')}`)).toString('base64url')}`
  }
  const signEd = (message: Buffer): Buffer => sign(null, message, ed.privateKey)
  const signEc = (message: Buffer): Buffer => sign('sha256', message, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' })
  const forms: [string, string, (message: Buffer) => string][] = [
    [
      'raw Ed25519, JWK',
      JSON.stringify(ed.publicKey.export({ format: 'jwk' })),
      (m) => signEd(m).toString('base64url'),
    ],
    [
      'raw Ed25519, 32 bytes',
      Buffer.from(ed.publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('base64'),
      (m) => signEd(m).toString('base64url'),
    ],
    [
      'detached JWS EdDSA, PEM',
      ed.publicKey.export({ format: 'pem', type: 'spki' }) as string,
      (m) => jws('EdDSA', m, signEd),
    ],
    ['raw ES256, JWK', JSON.stringify(ec.publicKey.export({ format: 'jwk' })), (m) => signEc(m).toString('base64url')],
    [
      'detached JWS ES256, PEM',
      ec.publicKey.export({ format: 'pem', type: 'spki' }) as string,
      (m) => jws('ES256', m, signEc),
    ],
  ]
  test.each(forms)('%s: is valid over what was sent and over nothing else', async (_, publicKey, signing) => {
    const worker = await north.agent({ publicKey })
    const one = event(worker, 'secret.exposed', { sourceType: 'AGENT', payload: { b: 1, a: 'ä' } })
    const good = { ...one, signature: signing(hashOf(one, 'high')) }
    const changed = { ...one, eventId: newId(), signature: good.signature }
    const nonsense = { ...one, eventId: newId(), signature: 'nonsense' }
    const unsigned = { ...one, eventId: newId() }
    const sent: Answer[] = [good, changed, nonsense, unsigned]
    await world.ingest(north.scope(), sent)
    const kept = new Map((await rowsOf(worker)).map((row) => [row.event_id, row.signature_valid]))
    expect(sent.map(({ eventId }): unknown => kept.get(eventId))).toEqual([true, false, false, null])
  })

  test('of an agent without a key, or with one that is none, is not valid', async () => {
    for (const publicKey of [
      undefined,
      'nonsense',
      '{"kty":"RSA"}',
      '{',
      JSON.stringify(ec.publicKey.export({ format: 'jwk' })),
    ]) {
      const worker = await north.agent(publicKey === undefined ? {} : { publicKey })
      const one = event(worker, 'tool.called', { sourceType: 'AGENT' })
      await world.ingest(north.scope(), [{ ...one, signature: signEd(hashOf(one, 'info')).toString('base64url') }])
      expect((await rowsOf(worker))[0].signature_valid).toBe(false)
    }
  })
})
