/** Verifications as evidence: taken once, believed, and seen by no other tenant. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '@muster/kernel'
import { makeWorld, type Company, type World } from '../testing/world.ts'

let world: World
let north: Company
let other: Company

beforeAll(async () => {
  world = await makeWorld()
  north = await world.company('northwind')
  other = await world.company('elsewhere')
})
afterAll(() => world?.stop())

/** Laid down as identity lays it down. */
async function verified(company: Company, agent: string, type: 'key_proof' | 'domain_proof'): Promise<void> {
  const isKey = type === 'key_proof'
  await world.database.asSuperuser(
    `INSERT INTO identity.verification_artifact (tenant_id, id, agent_id, artifact_type, method, status, domain, token, key_hash,
         evidence_hash, requested_by, expires_at, settled_at, receipt_id)
     VALUES ($1, $2, $3, $4, $5, 'verified', $6, $7, $8, $9, $2, muster.now() + interval '1 day', muster.now(), $10)`,
    [
      company.tenantId,
      newId(),
      agent,
      type,
      isKey ? 'challenge' : 'dns_txt',
      isKey ? null : 'bots.example',
      randomBytes(32).toString('base64url'),
      isKey ? randomBytes(32) : null,
      randomBytes(32),
      newId(),
    ],
  )
}

const identityScore = async (company: Company, agent: string): Promise<{ value: number | null; confidence: number }> =>
  (
    await world.run(
      company.scope(),
      'query ($refs: [_Any!]!) { _entities(representations: $refs) { ... on Agent { score { identity { value confidence } } } } }',
      { refs: [{ __typename: 'Agent', id: agent }] },
    )
  )._entities[0].score?.identity ?? { value: null, confidence: 0 }

test('each verification moves the identity score once, by report of the system', async () => {
  const agent = await north.agent()
  expect(await identityScore(north, agent)).toEqual({ value: null, confidence: 0 })
  await verified(north, agent, 'key_proof')
  expect(await world.scoring.takeVerifications(north.scope())).toBe(1)
  const first = await identityScore(north, agent)
  expect(first.value).toBeGreaterThan(0)
  expect(await world.scoring.takeVerifications(north.scope())).toBe(0)
  await verified(north, agent, 'domain_proof')
  // Two timers at once: one of them takes it.
  const both = await Promise.all([1, 2].map(() => world.scoring.takeVerifications(north.scope())))
  expect(both.toSorted((a, b) => a - b)).toEqual([0, 1])
  expect((await identityScore(north, agent)).value).toBeGreaterThan(first.value!)
  const rows = await world.database.asSuperuser(
    'SELECT source_type, event_type FROM scoring.event WHERE agent_id = $1 ORDER BY event_type',
    [agent],
  )
  expect(rows).toEqual([
    { source_type: 'system', event_type: 'identity.domain_verified' },
    { source_type: 'system', event_type: 'identity.key_verified' },
  ])
})

test('what is pending or failed is no evidence, and another tenant takes nothing', async () => {
  const agent = await north.agent()
  for (const status of ['pending', 'failed']) {
    await world.database.asSuperuser(
      `INSERT INTO identity.verification_artifact (tenant_id, id, agent_id, artifact_type, method, status, token, key_hash, requested_by,
           expires_at, evidence_hash, settled_at, receipt_id)
       SELECT $1, $2, $3, 'key_proof', 'challenge', $4, $5, $6, $2, muster.now() + interval '1 day',
              CASE WHEN $4 = 'failed' THEN $6::bytea END, CASE WHEN $4 = 'failed' THEN muster.now() END,
              CASE WHEN $4 = 'failed' THEN $2::uuid END`,
      [north.tenantId, newId(), agent, status, randomBytes(32).toString('base64url'), randomBytes(32)],
    )
  }
  expect(await world.scoring.takeVerifications(north.scope())).toBe(0)
  await verified(north, agent, 'key_proof')
  expect(await world.scoring.takeVerifications(other.scope())).toBe(0)
  expect(await world.scoring.takeVerifications(north.scope())).toBe(1)
})
