/**
 * One clock for everything: what ran out while nobody looked has run out, and
 * a clock set back does not make the ledger run backwards.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SeededTenant } from '../../../../prisma/seed/seedCompany.ts'
import { startMuster, type Running } from '../faults/running.ts'
import { act, ask, read, signIn, signInAs } from './door.ts'

const hourMs = 3_600_000
/** Far more than a start takes; far less than what is told apart here. */
const toleranceMs = 120_000
const home = mkdtempSync(join(tmpdir(), 'muster-clock-'))
const startMs = Date.now()
const at = (hours: number): string => new Date(startMs + hours * hourMs).toISOString()

let muster: Running | undefined
let tenant: SeededTenant
const agentOf = (slug: string): string => tenant.agents.find((agent) => agent.slug === slug)!.id

/** Ends the running platform, if any, and starts it on the same home with another clock. */
async function startAt(hours: number): Promise<Running> {
  await muster?.stop()
  muster = await startMuster(home, { MUSTER_CLOCK: at(hours) })
  tenant = muster.tenants[0]!
  return muster
}

afterAll(async () => {
  expect(await muster?.stop()).toBe(0)
  rmSync(home, { recursive: true, force: true })
})

interface Decided {
  decision: { outcome: string; reasonCode: string }
  permit: { token: string } | null
  approval: { id: string; status: string; actionHash: string } | null
}
const authorize = (running: Running, slug: string, tool: string): Promise<Decided> =>
  act<Decided>(
    running,
    tenant.apiKeys.admin,
    'authorizeAction',
    '... on ActionDecided { decision { outcome reasonCode } permit { token } approval { id status actionHash } }',
    { agentId: agentOf(slug), tool, action: 'run', parameters: {}, sourceTrust: 'TRUSTED_INTERNAL' },
  )

const redeem = (running: Running, { permit }: Decided): Promise<object> =>
  act(running, tenant.apiKeys.admin, 'redeemPermit', '... on PermitRedeemed { execution { id } }', {
    permit: permit!.token,
    tool: 'crm.write',
    action: 'run',
    parameters: {},
  })

/** `muster.now()` as SQL itself says it. */
async function sqlNow(): Promise<number> {
  const port = readFileSync(join(home, 'pg', 'data', 'postmaster.pid'), 'utf8').split('\n')[3]!
  const password = readFileSync(join(home, 'secrets', 'postgres-postgres'), 'utf8').trim()
  const client = new pg.Client(`postgres://postgres:${password}@127.0.0.1:${port}/muster`)
  await client.connect()
  try {
    const { rows } = await client.query<{ now: Date }>('SELECT muster.now() AS now')
    return rows[0]!.now.getTime()
  } finally {
    await client.end()
  }
}

interface Entry {
  seq: string
  occurredAt: string
}
async function ledger(running: Running): Promise<Entry[]> {
  const { ledger: page } = await read<{ ledger: { nodes: Entry[]; pageInfo: { hasNextPage: boolean } } }>(
    running,
    tenant.apiKeys.admin,
    '{ ledger(first: 1000) { nodes { seq occurredAt } pageInfo { hasNextPage } } }',
  )
  expect(page.pageInfo.hasNextPage).toBe(false)
  return page.nodes
}

async function expectSound(running: Running): Promise<Entry[]> {
  const entries = await ledger(running)
  const times = entries.map(({ occurredAt }) => Date.parse(occurredAt))
  expect(times).toEqual(times.toSorted((a, b) => a - b))
  const { verifyLedger } = await read<{ verifyLedger: object }>(
    running,
    tenant.apiKeys.admin,
    '{ verifyLedger { intact checked reason } }',
  )
  expect(verifyLedger).toEqual({ intact: true, checked: String(entries.length), reason: null })
  return entries
}

let held: Decided
let allowed: Decided
let used: Decided
let tokens: string[]

const engaged = { email: 'hour.auditor@northwind.example', password: 'an hour and no minute longer' }
const asAuditor = async (running: Running): Promise<string> =>
  ask(running, await signIn(running, engaged.email, engaged.password), '{ agents(first: 1) { nodes { id } } }')

beforeAll(async () => {
  const running = await startAt(0)
  await act(running, tenant.apiKeys.admin, 'addPerson', '... on PersonAdded { person { id } }', {
    ...engaged,
    displayName: 'Engaged for an hour',
    roles: [{ role: 'auditor', expiresAt: at(1) }],
  })
  expect(await asAuditor(running)).toContain('"nodes":[{')
  held = await authorize(running, 'deploy-agent-prod', 'deploy.start')
  allowed = await authorize(running, 'invoice-reader', 'crm.write')
  used = await authorize(running, 'invoice-reader', 'crm.write')
  await redeem(running, used)
  await act(running, tenant.apiKeys.admin, 'grantAccess', '... on AccessGranted { grant { id } }', {
    agentId: agentOf('invoice-reader'),
    tool: 'payments.refund',
    expiresAt: at(1),
  })
  expect(held).toMatchObject({ decision: { outcome: 'REVIEW' }, approval: { status: 'PENDING' } })
  expect(allowed).toMatchObject({ decision: { outcome: 'ALLOW' } })
  expect(await authorize(running, 'invoice-reader', 'payments.refund')).toMatchObject({
    decision: { outcome: 'ALLOW' },
  })

  const key = tenant.apiKeys.integrator
  const client = await running.post(
    '/oauth/token',
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: key.split('_')[2]!,
      client_secret: key,
    }).toString(),
    { 'content-type': 'application/x-www-form-urlencoded' },
  )
  tokens = [
    (JSON.parse(client.text) as { access_token: string }).access_token,
    await signInAs(running, tenant, 'ada.admin@northwind.example'),
  ]
  for (const token of tokens) expect(await ask(running, token, '{ me { id } }')).toMatch(/^200 /)
}, 60_000)

describe('twenty-five hours later', () => {
  let running: Running
  beforeAll(async () => {
    running = await startAt(25)
  }, 60_000)

  test('SQL and the services are at the same instant', async () => {
    const expected = startMs + 25 * hourMs
    expect(Math.abs((await sqlNow()) - expected)).toBeLessThan(toleranceMs)
    const { workforceSummary } = await read<{ workforceSummary: { asOf: string } }>(
      running,
      tenant.apiKeys.admin,
      '{ workforceSummary { asOf } }',
    )
    expect(Math.abs(Date.parse(workforceSummary.asOf) - expected)).toBeLessThan(toleranceMs)
  })

  test('a held action nobody answered is expired, to its reader and to its approver', async () => {
    const { id, actionHash } = held.approval!
    const { approval } = await read<{ approval: object }>(
      running,
      tenant.apiKeys.admin,
      'query ($id: ID!) { approval(id: $id) { status viewerCanDecide permit { token } } }',
      { id },
    )
    expect(approval).toEqual({ status: 'EXPIRED', viewerCanDecide: false, permit: null })
    const person = await signInAs(running, tenant, 'piet.approver@northwind.example')
    await expect(
      act(running, person, 'decideApproval', '', { approvalId: id, actionHash, verdict: 'APPROVE' }),
    ).rejects.toThrow('EXPIRED')
  })

  test('a permit nobody redeemed is expired', async () => {
    await expect(redeem(running, allowed)).rejects.toThrow('EXPIRED')
  })

  test('a grant that ran out in between denies, and one without an end allows', async () => {
    expect((await authorize(running, 'invoice-reader', 'payments.refund')).decision).toEqual({
      outcome: 'DENY',
      reasonCode: 'GRANT_EXPIRED',
    })
    expect((await authorize(running, 'invoice-reader', 'crm.write')).decision.outcome).toBe('ALLOW')
  })

  test('an auditor engaged for an hour sees nothing any more', async () => {
    expect(await asAuditor(running)).toContain('"FORBIDDEN"')
  })

  test('access tokens issued before are refused', async () => {
    for (const token of tokens) expect(await ask(running, token, '{ me { id } }')).toMatch(/^401 /)
  })

  test('the ledger is sound', () => expectSound(running))
})

describe('with the clock set back behind what is on record', () => {
  let running: Running
  let before: Entry[]
  beforeAll(async () => {
    before = await ledger(muster!)
    running = await startAt(-1)
  }, 60_000)

  test('decisions go on, and no receipt is older than the one before it', async () => {
    expect(Math.abs((await sqlNow()) - (startMs - hourMs))).toBeLessThan(toleranceMs)
    expect((await authorize(running, 'invoice-reader', 'crm.write')).decision.outcome).toBe('ALLOW')
    const entries = await expectSound(running)
    expect(entries.length).toBeGreaterThan(before.length)
    expect(entries.slice(0, before.length)).toEqual(before)
  })

  test('a permit that was used stays used', async () => {
    await expect(redeem(running, used)).rejects.toThrow('ALREADY_USED')
  })

  test('access tokens from the future of this clock are refused', async () => {
    const token = tokens[0]!
    expect(await ask(running, token, '{ me { id } }')).toMatch(/^401 /)
  })
})
