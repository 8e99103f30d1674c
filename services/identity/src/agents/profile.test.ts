/** The claimed part of an agent's profile: kept in one form, changed on record, and never anything but what it says. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startWorld, type Actor, type World } from '../testing/world.ts'

let world: World
let ada: Actor

beforeAll(async () => {
  world = await startWorld()
  ada = await world.person(world.northwind, 'ada', [{ role: 'tenant-admin', unit: null }])
})
afterAll(() => world?.stop())

const fields = 'ownerType sponsorDomain runtimeName runtimeVersion homepageUrl'
const profile = {
  ownerType: 'ORGANIZATION',
  sponsorDomain: 'B\u00fccher.Example.',
  runtimeName: 'node',
  runtimeVersion: '24.1',
  homepageUrl: 'https://Bots.Example/about',
}
const kept = { ...profile, sponsorDomain: 'xn--bcher-kva.example', homepageUrl: 'https://bots.example/about' }
const register = (slug: string, part: object) =>
  world.mutate(
    ada.scope,
    'registerAgent',
    { slug, displayName: slug, ownerEmail: ada.email, teamId: world.northwind.units.payments, ...part },
    `... on AgentRegistered { agent { id ${fields} } }`,
  )

test('is registered, kept in one form, changed part by part and taken away', async () => {
  const answer = (await register('profiled', profile)) as unknown as { agent: { id: string } }
  expect(answer.agent).toMatchObject(kept)
  const change = (part: object) =>
    world.mutate(
      ada.scope,
      'changeAgent',
      { agentId: answer.agent.id, ...part },
      `... on AgentChanged { agent { ${fields} } }`,
    )
  expect(await change({ runtimeVersion: '24.2' })).toMatchObject({ agent: { ...kept, runtimeVersion: '24.2' } })
  expect(await change({ homepageUrl: '', sponsorDomain: ' ' })).toMatchObject({
    agent: { ...kept, runtimeVersion: '24.2', homepageUrl: '', sponsorDomain: '' },
  })
  const changes = await world.receipts(world.northwind, 'agent.changed')
  expect(changes.map(({ data }) => data['changed'])).toEqual([['runtimeVersion'], ['homepageUrl', 'sponsorDomain']])
  expect(JSON.stringify(changes)).not.toContain('bots.example')
})

test('says nothing that nobody said', async () => {
  expect(await register('plain', {})).toMatchObject({
    agent: { ownerType: 'UNKNOWN', sponsorDomain: '', runtimeName: '', runtimeVersion: '', homepageUrl: '' },
  })
})

test.each([
  ['a page without encryption', { homepageUrl: 'http://bots.example' }],
  ['a script', { homepageUrl: 'javascript:alert(1)' }],
  ['credentials in an address', { homepageUrl: 'https://a:b@bots.example' }],
  ['an address that is a number', { homepageUrl: 'https://127.0.0.1/' }],
  ['a page with a long name', { homepageUrl: `https://bots.example/${'a'.repeat(500)}` }],
  ['a domain with a path', { sponsorDomain: 'bots.example/x' }],
  ['a single label', { sponsorDomain: 'localhost' }],
  ['a runtime with controls', { runtimeName: 'no\u0000de' }],
])('refuses %s', async (_, part) => {
  expect(await register('refused', part)).toMatchObject({ code: 'INVALID_INPUT' })
})
