/**
 * The security acceptance criteria of spec/003 on the real policies, the real
 * database and the real verifier. The fifth, that nothing sensitive lies in
 * the open, is `canary.test.ts`.
 */
import { randomBytes } from 'node:crypto'
import { newId, type Claims } from '@muster/kernel'
import {
  leafHash,
  linkHash,
  merkleRoot,
  signCheckpoint,
  toHex,
  utf8,
  verifyLedger,
  type LedgerEntry,
} from '@muster/ledger'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bodiesOf, Company } from './company.ts'
import { makeWorld, type World } from './world.ts'

let world: World
let company: Company
beforeAll(async () => {
  world = await makeWorld()
  company = await Company.open(world, world.a)
})
afterAll(() => world?.stop())

const countDecisions = async (): Promise<string> =>
  (await world.database.asSuperuser<{ count: string }>('SELECT count(*) FROM guard.decision'))[0]!.count

test('acceptance 1: an unauthorized action attempt is denied and receipted', async () => {
  const cred = newId()
  const { decision, id, seq } = await company.attempt('payments', 'refund', { cred })
  expect(decision).toMatchObject({ outcome: 'DENY', reasonCode: 'NO_GRANT' })
  const rows = await world.database.asSuperuser(
    'SELECT outcome, reason_code, permit_expires_at, seq::text FROM guard.decision WHERE id = $1',
    [id],
  )
  expect(rows).toEqual([{ outcome: 'DENY', reason_code: 'NO_GRANT', permit_expires_at: null, seq }])
  const receipts = bodiesOf((await company.ledger()).filter((entry) => String(entry.seq) === seq))
  expect(receipts).toMatchObject([
    {
      type: 'action.decided',
      subject: { type: 'decision', id },
      actor: { kind: 'agent', agent: world.a.teams[0].agent, credential: cred },
      policyHash: company.policies.hash,
      data: { outcome: 'DENY', reasonCode: 'NO_GRANT' },
    },
  ])
  // And the denial is no permit by another name.
  const handover = world.handover('muster_decider', world.a, { cred })
  const redeemed = await world.as('muster_decider', handover, (session) =>
    session.query("SELECT code FROM guard.redeem($1, $2, NULL, NULL, $3, $4, NULL, $3, $4, $5, '{}')", [
      handover,
      id,
      randomBytes(32),
      newId(),
      randomBytes(16).toString('hex'),
    ]),
  )
  expect(redeemed.rows).toEqual([{ code: 'UNKNOWN_PERMIT' }])
})

test('acceptance 1: an attempt that could not be recorded is no decision, whole or half', async () => {
  const before = [await company.ledger(), await countDecisions()]
  await world.database.asSuperuser('ALTER TABLE ledger.receipt ADD CONSTRAINT no_more CHECK (false) NOT VALID')
  try {
    await expect(company.attempt('payments', 'refund')).rejects.toMatchObject({ code: '23514' })
  } finally {
    await world.database.asSuperuser('ALTER TABLE ledger.receipt DROP CONSTRAINT no_more')
  }
  expect([await company.ledger(), await countDecisions()]).toEqual(before)
})

test('acceptance 2: signed receipts fail verification after tampering', async () => {
  const { tenantId, origin } = world.a
  for (const name of ['one', 'two', 'three']) {
    await company.record('muster_guard', {
      type: 'session.started',
      subject: { type: 'session', id: name },
      data: { name },
    })
  }
  const honest = await company.ledger()
  const rootHash = toHex(merkleRoot(honest.map((entry) => Buffer.from(entry.leafHash, 'hex'))))
  const { signer, verifier } = await company.signing()
  const note = await signCheckpoint({ origin, size: honest.length, rootHash }, signer)
  const verify = async (entries?: LedgerEntry[], checkpoint = note): ReturnType<typeof verifyLedger> =>
    verifyLedger(entries ?? (await company.ledger()), {
      origin,
      tenant: tenantId,
      checkpoints: [checkpoint],
      verifiers: [verifier],
    })
  expect(await verify()).toMatchObject({
    intact: true,
    checked: honest.length,
    bodiesChecked: honest.length,
    checkpointsVerified: 1,
  })

  const victim = honest.length - 1
  const forged = honest[victim - 1]!.body!.replace('"type":"session"', '"type":"another"')
  expect(forged).not.toBe(honest[victim - 1]!.body)
  const where = `WHERE tenant_id = '${tenantId}' AND seq =`
  const forge = (): Promise<void> =>
    company.tamper(`UPDATE ledger.receipt SET body = $1 ${where} ${victim}`, [utf8(forged)])
  const tamperings: Record<string, () => Promise<void>> = {
    'a body changed': forge,
    'a leaf changed': () => company.tamper(`UPDATE ledger.entry SET leaf = sha256('x') ${where} ${victim}`),
    'a link changed': () => company.tamper(`UPDATE ledger.entry SET link = sha256('x') ${where} ${victim}`),
    'an entry taken away': () => company.tamper(`DELETE FROM ledger.entry ${where} ${victim}`),
    'the end cut off': () =>
      company.tamper(`DELETE FROM ledger.entry WHERE tenant_id = '${tenantId}' AND seq >= ${victim}`),
    // Whoever can write everything can chain anew; the signed checkpoint is what catches it.
    'a body changed and everything after it chained anew': async () => {
      await forge()
      let link: Uint8Array = Buffer.from(honest[victim - 2]!.link, 'hex')
      for (const { seq, body } of honest.slice(victim - 1)) {
        const leaf = leafHash(utf8(Number(seq) === victim ? forged : body!))
        link = linkHash(Number(seq), link, leaf)
        await company.tamper(`UPDATE ledger.entry SET leaf = $1, link = $2 ${where} ${seq}`, [leaf, link])
      }
    },
  }
  for (const [what, tamper] of Object.entries(tamperings)) {
    await company.undone(async () => {
      await tamper()
      const verdict = await verify()
      expect(verdict, what).toMatchObject({ intact: false })
      const [first, last] = verdict.brokenRange!
      expect(first, what).toBeLessThanOrEqual(victim)
      expect(last, what).toBeGreaterThanOrEqual(victim)
    })
  }
  expect(await verify()).toMatchObject({ intact: true })
  const stranger = await company.signing()
  const foreignNote = await signCheckpoint({ origin, size: honest.length, rootHash }, stranger.signer)
  expect(await verify(honest, foreignNote)).toMatchObject({ checkpointsVerified: 0 })
})

test('acceptance 3: a reach for another tenant is answered like an unknown id, and raises one alert', async () => {
  const foreign = world.b.teams[0].agent
  const caller: Partial<Claims> = { ...world.leadOf(world.a.teams[0]), cred: newId() }
  const asGuard = async (sql: string, values: unknown[] = [], part = caller): Promise<unknown[]> =>
    world.as(
      'muster_guard',
      world.handover('muster_guard', world.a, part),
      async (session) => (await session.query(sql, values)).rows,
    )
  const look = (id: string): Promise<unknown[]> => asGuard('SELECT * FROM identity.published_agent WHERE id = $1', [id])
  expect(await look(foreign)).toEqual(await look(newId()))
  expect(await world.database.asSuperuser('SELECT 1 FROM identity.agent WHERE id = $1', [foreign])).toHaveLength(1)

  const before = (await company.ledger()).length
  const handover = world.handover('muster_decider', world.a, caller)
  const report = (id: string): Promise<unknown> =>
    world.as(
      'muster_decider',
      handover,
      async (session) => {
        const nonces = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
        const values = [handover, [id], newId(), newId(), [newId(), newId()], nonces]
        return (await session.query('SELECT guard.report_reach($1, $2, $3, $4, $5, $6) AS reached', values)).rows[0]
      },
      'keep',
    )
  expect(await report(newId())).toEqual({ reached: false })
  expect(await report(world.a.teams[1].agent)).toEqual({ reached: false }) // out of scope, and nobody else's
  expect(await report(foreign)).toEqual({ reached: true })
  expect(await report(foreign)).toEqual({ reached: true })

  const alert = "SELECT id, severity, count, status FROM guard.finding WHERE finding_type = 'isolation.foreign_reach'"
  const [finding, ...more] = (await asGuard(alert, [], {})) as { id: string }[]
  expect(finding).toMatchObject({ severity: 'high', count: 2, status: 'OPEN' })
  expect(more).toEqual([])
  expect(await asGuard(alert)).toEqual([]) // not told to the one who reached
  const receipts = bodiesOf((await company.ledger()).slice(before))
  expect(receipts).toMatchObject([
    { type: 'finding.opened', subject: { type: 'finding', id: finding!.id }, actor: { credential: caller.cred } },
    { type: 'incident.opened', data: { severity: 'high' } },
  ])
})

test('acceptance 4: an incident can be told again from receipts alone', async () => {
  const [team, otherTeam] = world.a.teams
  const analyst = newId()
  const [session, finding] = [newId(), newId()]
  const start = (await company.ledger()).length
  const byAgent: Partial<Claims> = { kind: 'agent', agent: team.agent, sub: team.agent, all: false, rid: 'req-agent-1' }
  const about = { agentId: team.agent }
  const inSession = { subject: { type: 'session', id: session }, ...about }
  await company.record('muster_guard', { type: 'session.started', ...inSession, data: {} }, byAgent)
  await company.record(
    'muster_guard',
    { type: 'session.tainted', ...inSession, data: { taint: 'UNTRUSTED_EXTERNAL' } },
    byAgent,
  )
  const { seq } = await company.attempt('payments', 'refund', { rid: 'req-agent-2' })
  await company.record(
    'muster_guard',
    { type: 'finding.opened', subject: { type: 'finding', id: finding }, ...about, data: { evidence: seq } },
    { kind: 'service', rid: 'req-agent-2' },
  )
  await company.record(
    'muster_identity',
    { type: 'agent.frozen', subject: { type: 'agent', id: team.agent }, ...about, data: {} },
    { sub: analyst, rid: 'req-analyst-1' },
  )

  const told = bodiesOf((await company.ledger({ sub: analyst })).slice(start))
  expect(told.map(({ type, service, actor, request }) => [type, service, actor.kind, actor.id, request])).toEqual([
    ['session.started', 'guard', 'agent', team.agent, 'req-agent-1'],
    ['session.tainted', 'guard', 'agent', team.agent, 'req-agent-1'],
    ['action.decided', 'guard', 'agent', team.agent, 'req-agent-2'],
    ['finding.opened', 'guard', 'service', expect.any(String), 'req-agent-2'],
    ['agent.frozen', 'identity', 'person', analyst, 'req-analyst-1'],
  ])
  expect(told[2]).toMatchObject({ data: { outcome: 'DENY' }, policyHash: company.policies.hash })
  const times = told.map(({ occurredAt }) => occurredAt)
  expect(times).toEqual(times.toSorted())
  // The agent's own lead tells the same story; another team's lead verifies the chain and reads none of it.
  expect(bodiesOf((await company.ledger(world.leadOf(team))).slice(start))).toEqual(told)
  const elsewhere = await company.ledger(world.leadOf(otherTeam))
  expect(bodiesOf(elsewhere.slice(start))).toEqual([])
  expect(await verifyLedger(elsewhere, { origin: world.a.origin })).toMatchObject({
    intact: true,
    checked: start + told.length,
  })
})
