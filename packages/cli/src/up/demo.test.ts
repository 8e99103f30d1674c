/**
 * The demo company after its thirty days: the picture it shows, and that its
 * past is as true as anybody's. Seeded once, through the same start as a
 * person's.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { offsetClock } from '@muster/kernel'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { companiesOf } from '../../../../prisma/seed/demo.ts'
import { writeDemo } from './demo.ts'
import { startPlatform, type Platform } from './platform.ts'

const home = mkdtempSync(join(tmpdir(), 'muster-demo-'))
const dayMs = 86_400_000
/** Another clock than the machine's: what is asked for is what it ends with. */
const clock = offsetClock(-3 * dayMs - 4 * 3_600_000)
const startedAtMs = clock.nowMs()
let platform: Platform
let admin: pg.Client

beforeAll(async () => {
  platform = await startPlatform({ home, port: 0, clock, companies: companiesOf.full, onProgress: () => {} })
  admin = new pg.Client({ connectionString: platform.inside.superuserUrl })
  await admin.connect()
}, 600_000)
afterAll(async () => {
  await admin?.end()
  await platform?.stop()
  rmSync(home, { recursive: true, force: true })
})

const rows = async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> =>
  (await admin.query<Row>(sql, values)).rows

/** One number about northwind; `$1` is its id. */
async function count(sql: string): Promise<number> {
  const [row] = await rows<{ n: string }>(sql, [platform.demo.tenants[0]!.id])
  return Number(row!.n)
}

async function ask<Data>(query: string): Promise<Data> {
  const answer = await fetch(`${platform.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${platform.demo.tenants[0]!.apiKeys.readonly}`,
    },
    body: JSON.stringify({ query }),
  })
  const { data, errors } = (await answer.json()) as { data: Data; errors?: unknown }
  expect(errors).toBeUndefined()
  return data
}

test('the workforce is the one of the design: 312 agents, and each number falls out of what happened', async () => {
  const { workforceSummary } = await ask<{ workforceSummary: Record<string, unknown> }>(
    '{ workforceSummary { agents active highRisk frozen openIncidents pendingApprovals byTeam { team { name } agents } approvalSla { p50Seconds p95Seconds } mttcSeconds } }',
  )
  expect(workforceSummary).toMatchObject({
    agents: 312,
    active: 287,
    highRisk: 24,
    frozen: 3,
    openIncidents: 2,
    pendingApprovals: 9,
  })
  const teams = workforceSummary['byTeam'] as { team: { name: string }; agents: number }[]
  const sizes = Object.fromEntries(teams.map(({ team, agents }) => [team.name, agents]))
  expect(sizes).toMatchObject({ 'payments-platform': 42, 'support-desk': 88, 'data-eng': 31 })
  expect(teams).toHaveLength(12)
  const { p50Seconds, p95Seconds } = workforceSummary['approvalSla'] as Record<string, number>
  expect(p50Seconds).toBeGreaterThan(60)
  expect(p95Seconds).toBeLessThan(86_400)
  expect(workforceSummary['mttcSeconds']).toBeGreaterThan(60)
})

test('scores are there, with values, trends and a top three', async () => {
  const { workforceSummary } = await ask<{
    workforceSummary: { topRisk: { agent: { slug: string }; risk: number }[] }
  }>('{ workforceSummary { topRisk(first: 3) { agent { slug } risk } } }')
  const slugs = workforceSummary.topRisk.map(({ agent }) => agent.slug)
  expect(slugs.toSorted()).toEqual(['coding-agent-prod', 'deploy-agent-prod', 'refund-bot'])
  expect(Math.min(...workforceSummary.topRisk.map(({ risk }) => risk))).toBeGreaterThan(65)
  expect(await count('SELECT count(*) AS n FROM scoring.standing WHERE tenant_id = $1')).toBe(312)
  const days = 'count(DISTINCT created_at::date) AS n FROM scoring.snapshot s WHERE s.tenant_id = $1'
  expect(await count(`SELECT ${days}`)).toBeGreaterThanOrEqual(30)
})

test('decisions, executions, approvals and findings are of every kind', async () => {
  const kinds = async (sql: string): Promise<string[]> =>
    (await rows<{ kind: string }>(sql, [platform.demo.tenants[0]!.id])).map(({ kind }) => kind).toSorted()
  expect(await count('SELECT count(*) AS n FROM guard.decision WHERE tenant_id = $1')).toBeGreaterThan(5_000)
  expect(await count('SELECT count(*) AS n FROM scoring.event WHERE tenant_id = $1')).toBeGreaterThan(18_000)
  expect(await kinds('SELECT DISTINCT outcome AS kind FROM guard.decision WHERE tenant_id = $1')).toEqual([
    'ALLOW',
    'DENY',
    'REVIEW',
  ])
  expect(await kinds('SELECT DISTINCT outcome AS kind FROM guard.execution WHERE tenant_id = $1')).toEqual([
    'FAILED',
    'SUCCEEDED',
  ])
  expect(await kinds('SELECT DISTINCT status AS kind FROM guard.approval WHERE tenant_id = $1')).toEqual([
    'APPROVED',
    'EXPIRED',
    'PENDING',
    'REJECTED',
  ])
  expect(await kinds('SELECT DISTINCT finding_type AS kind FROM guard.finding WHERE tenant_id = $1')).toEqual(
    expect.arrayContaining(['isolation.foreign_reach', 'manifest.mismatch', 'provenance.untrusted_mutation']),
  )
  expect(await kinds('SELECT DISTINCT status AS kind FROM identity.agent WHERE tenant_id = $1')).toHaveLength(5)
})

test('one access review is sealed, and one is due soon and half done', async () => {
  const { accessReviews } = await ask<{ accessReviews: { nodes: { name: string; status: string; dueAt: string }[] } }>(
    '{ accessReviews { nodes { name status dueAt } } }',
  )
  expect(accessReviews.nodes.map(({ status }) => status)).toEqual(['OPEN', 'SIGNED_OFF'])
  const daysLeft = (Date.parse(accessReviews.nodes[0]!.dueAt) - clock.nowMs()) / dayMs
  expect(daysLeft).toBeGreaterThan(0)
  expect(daysLeft).toBeLessThan(7)
})

test('the past is thirty days long, in order, and ends now', async () => {
  const [span] = await rows<{ first: Date; last: Date; days: string; backwards: string }>(
    `SELECT min(occurred_at) AS first, max(occurred_at) AS last, count(DISTINCT occurred_at::date) AS days,
            count(*) FILTER (WHERE occurred_at < before) AS backwards
       FROM (SELECT occurred_at, lag(occurred_at) OVER (ORDER BY seq) AS before FROM ledger.receipt WHERE tenant_id = $1) AS r`,
    [platform.demo.tenants[0]!.id],
  )
  expect(span!.backwards).toBe('0')
  expect(Number(span!.days)).toBeGreaterThanOrEqual(31)
  expect(startedAtMs - span!.first.getTime()).toBeGreaterThan(29.5 * dayMs)
  expect(span!.last.getTime()).toBeLessThanOrEqual(clock.nowMs())
  expect(await count('SELECT count(*) AS n FROM guard.approval WHERE tenant_id = $1 AND settled_at < created_at')).toBe(
    0,
  )
})

test('the ledger of that past is intact', async () => {
  const { verifyLedger } = await ask<{ verifyLedger: { intact: boolean; checked: number } }>(
    '{ verifyLedger { intact checked } }',
  )
  expect(verifyLedger.intact).toBe(true)
  expect(Number(verifyLedger.checked)).toBeGreaterThan(10_000)
})

test('the clock is the one that was asked for, on connections that were open in the past as well', async () => {
  const [sql] = await rows<{ behind: number }>(
    'SELECT extract(epoch FROM clock_timestamp() - muster.now())::float8 AS behind',
  )
  expect(sql!.behind * 1_000).toBeCloseTo(-clock.offsetMs, -2)
  expect(
    await count("SELECT count(*) AS n FROM pg_class WHERE relname = 'moving_clock' AND $1::text IS NOT NULL"),
  ).toBe(0)
  const key = platform.demo.tenants[0]!.agents.find(({ slug }) => slug === 'invoice-reader')!.apiKey
  const decided = await Promise.all(
    Array.from({ length: 24 }, async (_, n) => {
      const answer = await fetch(`${platform.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({
          query:
            'mutation ($input: AuthorizeActionInput!) { authorizeAction(input: $input) { ... on ActionDecided { decision { outcome decidedAt } } } }',
          variables: {
            input: { tool: 'payments.read', action: 'get', resource: `${n}`, sourceTrust: 'TRUSTED_INTERNAL' },
          },
        }),
      })
      const { data } = (await answer.json()) as {
        data: { authorizeAction: { decision: { outcome: string; decidedAt: string } } }
      }
      return data.authorizeAction.decision
    }),
  )
  for (const { outcome, decidedAt } of decided) {
    expect(outcome).toBe('ALLOW')
    expect(Math.abs(Date.parse(decidedAt) - clock.nowMs())).toBeLessThan(60_000)
  }
})

test('`demo.json` names everybody and every agent, for its owner alone', () => {
  writeDemo(platform.home, platform.url, platform.demo)
  const { mode } = statSync(platform.home.demo)
  expect(mode & 0o777).toBe(0o600)
  const { tenants } = JSON.parse(readFileSync(platform.home.demo, 'utf8')) as {
    tenants: { slug: string; users: { password: string }[]; agents: { slug: string; apiKey: string }[] }[]
  }
  expect(tenants.map(({ slug }) => slug)).toEqual(['northwind', 'tailspin'])
  expect(tenants[0]!.agents).toHaveLength(312)
  expect(tenants[0]!.agents[0]!.slug).toBe('refund-bot')
  expect(tenants[0]!.users.length).toBeGreaterThanOrEqual(40)
  expect(tenants[0]!.users.every(({ password }) => password.length >= 16)).toBe(true)
})
