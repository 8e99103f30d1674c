/** Signing in and out as the gateway does it, and the password behind it. */
import { createHash } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inScope } from '@muster/db'
import { newId } from '@muster/kernel'
import { startWorld, type Actor, type Company, type World } from '../testing/world.ts'
import { sessionTtlMs } from './sessions.ts'

let world: World
let company: Company
let ada: Actor
let bob: Actor
const password = 'ada and a long passphrase'

beforeAll(async () => {
  world = await startWorld()
  company = world.northwind
  ada = await world.person(company, 'ada', [{ role: 'tenant-admin', unit: null }])
  bob = await world.person(company, 'bob', [{ role: 'viewer', unit: null }])
})
afterAll(() => world?.stop())

describe('the password', () => {
  test('is the person’s own, through the door that found them by address', async () => {
    const [door] = await world.database.asSuperuser<{ tenant_id: string; ref_id: string }>(
      "SELECT * FROM identity.door_lookup('email', $1)",
      [world.identity.emailIndex(ada.email.toUpperCase())],
    )
    expect(door).toMatchObject({ tenant_id: company.tenantId, ref_id: ada.id })
    expect(await world.signInAs(company, ada.id, password)).toBe(true)
    expect(await world.signInAs(company, ada.id, 'ada and a wrong passphrase')).toBe(false)
  })

  test('is nobody else’s to check: another person’s claims, another tenant’s, none', async () => {
    const account = { tenantId: company.tenantId, personId: ada.id }
    const others = [bob.scope, company.service, world.scope(world.contoso, { sub: ada.id })]
    for (const scope of others)
      expect(await inScope(scope, () => world.identity.verifyPassword(account, password))).toBe(false)
    await expect(world.identity.verifyPassword(account, password)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await world.identity.verifyPassword(null, password)).toBe(false)
  })

  test('of any length and form is answered, never thrown at', async () => {
    for (const odd of ['', '\ud800', 'x'.repeat(100_000), '\0'])
      expect(await world.signInAs(company, ada.id, odd)).toBe(false)
  })

  test('made with former parameters is renewed at the next sign-in', async () => {
    const old = await hash(password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 })
    await world.database.asSuperuser('UPDATE identity.password SET hash = $2 WHERE person_id = $1', [ada.id, old])
    expect(await world.signInAs(company, ada.id, password)).toBe(true)
    const [row] = await world.database.asSuperuser<{ hash: string }>(
      'SELECT hash FROM identity.password WHERE person_id = $1',
      [ada.id],
    )
    expect(row!.hash).toContain('m=19456,t=2,p=1')
    expect(await world.signInAs(company, ada.id, password)).toBe(true)
  })
})

describe('a session', () => {
  test('is opened with a token that is kept as its hash alone, and recorded', async () => {
    const opened = await world.openSessionAs(company, ada.id)
    expect(Buffer.from(opened.token, 'base64url')).toHaveLength(32)
    const [row] = await world.database.asSuperuser<{ token_hash: Buffer; expires_at: Date; created_at: Date }>(
      'SELECT token_hash, expires_at, created_at FROM identity.session WHERE id = $1',
      [opened.sessionId],
    )
    expect(row!.token_hash).toEqual(createHash('sha256').update(opened.token).digest())
    expect(Math.abs(row!.expires_at.getTime() - row!.created_at.getTime() - sessionTtlMs)).toBeLessThan(5_000)
    const [receipt] = (await world.receipts(company)).slice(-1)
    expect(receipt).toMatchObject({
      type: 'session.opened',
      subject: { id: opened.sessionId },
      data: { loginMethod: 'password', person: ada.id },
    })
    expect(JSON.stringify(receipt)).not.toContain(opened.token)
  })

  test('is opened for oneself alone', async () => {
    await expect(
      inScope(bob.scope, () => world.identity.openSession({ personId: ada.id, loginMethod: 'password' })),
    ).rejects.toMatchObject({ code: 'NOT_ACTIVE' })
  })

  test('closes once, by its own person or by who may, and not by others', async () => {
    const close = (actor: { scope: Actor['scope'] }, id: string) =>
      inScope(actor.scope, () => world.identity.closeSession(id))
    const first = await world.openSessionAs(company, ada.id)
    expect(await close(bob, first.sessionId)).toBe(false)
    expect(await close({ scope: world.contoso.service }, first.sessionId)).toBe(false)
    expect(await close(ada, 'garbled')).toBe(false)
    expect(await close(ada, newId())).toBe(false)
    expect(await close(ada, first.sessionId)).toBe(true)
    expect(await close(ada, first.sessionId)).toBe(false)
    const second = await world.openSessionAs(company, bob.id)
    expect(await close(ada, second.sessionId)).toBe(true)
    const recorded = (await world.receipts(company, 'session.closed')).slice(-2)
    expect(recorded.map(({ data }) => data)).toEqual([
      { because: 'SIGNED_OUT', person: ada.id },
      { because: 'CLOSED_BY_ADMIN', person: bob.id },
    ])
  })

  test('is listed to its own person, with the current one marked', async () => {
    const opened = await world.openSessionAs(company, bob.id)
    const scope = world.scope(company, { ...bob.scope.claims, cred: opened.sessionId })
    const data = await world.run<{ signInSessions: { id: string; isCurrent: boolean }[] }>(
      scope,
      '{ signInSessions { id isCurrent } }',
    )
    expect(data.signInSessions.filter(({ isCurrent }) => isCurrent)).toEqual([
      { id: opened.sessionId, isCurrent: true },
    ])
    const closed = await world.mutate(
      scope,
      'closeSignInSession',
      { sessionId: opened.sessionId },
      '... on SignInSessionClosed { receipt { seq } }',
    )
    expect(closed.__typename).toBe('SignInSessionClosed')
  })
})

test('a refused sign-in is on record with its reason, and without the password', async () => {
  await inScope(world.actingAs(company, ada.id), () =>
    world.identity.recordRefusedSignIn({ personId: ada.id, loginMethod: 'password', reason: 'BAD_PASSWORD' }),
  )
  const [receipt] = (await world.receipts(company)).slice(-1)
  expect(receipt).toMatchObject({
    type: 'session.refused',
    subject: { type: 'person', id: ada.id },
    data: { loginMethod: 'password', reason: 'BAD_PASSWORD' },
  })
})

describe('changePassword', () => {
  const change = (scope: Actor['scope'], currentPassword: string, newPassword: string) =>
    world.mutate(
      scope,
      'changePassword',
      { currentPassword, newPassword },
      '... on PasswordChanged { closedSessions receipt { seq } }',
    )

  test('wants the current one, closes the other sessions, and is recorded', async () => {
    const eve = await world.person(company, 'eve', [{ role: 'viewer', unit: null }])
    const [here] = [await world.openSessionAs(company, eve.id), await world.openSessionAs(company, eve.id)]
    const scope = world.scope(company, { ...eve.scope.claims, cred: here.sessionId })
    expect(await change(scope, 'not it, whatever it was', 'a new long passphrase')).toMatchObject({
      code: 'WRONG_PASSWORD',
    })
    expect(await change(scope, 'eve and a long passphrase', 'short')).toMatchObject({ code: 'WEAK_PASSWORD' })
    expect(await change(scope, 'eve and a long passphrase', 'a new long passphrase')).toMatchObject({
      closedSessions: 1,
    })
    expect(await world.signInAs(company, eve.id, 'eve and a long passphrase')).toBe(false)
    expect(await world.signInAs(company, eve.id, 'a new long passphrase')).toBe(true)
    const recorded = (await world.receipts(company)).slice(-2).map(({ type }) => type)
    expect(recorded).toEqual(['person.password_changed', 'session.closed'])
  })

  test('is for people', async () => {
    expect(await change(company.service, 'x', 'a new long passphrase')).toMatchObject({ code: 'NOT_A_PERSON' })
  })
})
