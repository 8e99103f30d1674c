/** The summary on a real database: every number equals a recount, for every caller. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RequestScope } from '@muster/db'
import { newId } from '@muster/kernel'
import { makeWorld, type Answer, type Company, type World } from '../testing/world.ts'

let world: World
let north: Company
const units: Record<string, string> = {}
const agents: { id: string; team: string; owner: string; status: string; tier: string; risk: number | null }[] = []
const incidents: { id: string; agent: string | null; path: string[]; opened: number; closed: number | null }[] = []
const approvals: {
  agent: string
  path: string[]
  status: string
  created: number
  expires: number
  settled: number | null
}[] = []
const contained: { agent: string; path: string[]; at: number; type: string; subject: string }[] = []

const hour = 3_600_000
const day = 24 * hour
const start = Date.now()
const statuses = ['ACTIVE', 'ACTIVE', 'ACTIVE', 'RESTRICTED', 'FROZEN', 'QUARANTINED', 'REVOKED']
const tiers = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']
const fields = `previous { openIncidents } from agents active highRisk frozen openIncidents pendingApprovals byTeam { team { id name } agents highRisk incidents }
  topRisk { agent { id } risk } approvalSla { p50Seconds p95Seconds breached } mttcSeconds asOf`
const summary = async (scope: RequestScope, orgUnit?: string, window?: string): Promise<Answer> =>
  (
    await world.run(
      scope,
      `query ($orgUnit: ID${window ? ', $window: String!' : ''}) { workforceSummary(orgUnit: $orgUnit${window ? ', window: $window' : ''}) { ${fields} } }`,
      { orgUnit, window },
    )
  ).workforceSummary

/** A number from 0 to n-1 that is the same in every run. */
let state = 1
const pick = (n: number): number => {
  state = (state * 48_271) % 2_147_483_647
  return state % n
}
const pathOf = (team: string): string[] => (team === units['data'] ? [team] : [team, units['finance']!])

beforeAll(async () => {
  world = await makeWorld()
  north = await world.company('northwind')
  const other = await world.company('elsewhere')
  units['finance'] = await north.unit('Finance', 'DEPARTMENT')
  units['payments'] = await north.unit('payments', 'TEAM', units['finance'])
  units['refunds'] = await north.unit('refunds', 'TEAM', units['finance'])
  units['data'] = await north.unit('data', 'TEAM')
  units['empty'] = await north.unit('empty', 'TEAM')
  const owners = [await north.person(), await north.person(), await north.person()]
  for (let n = 0; n < 60; n++) {
    const team = units[['payments', 'refunds', 'data'][pick(3)]!]!
    const one = {
      team,
      owner: owners[pick(3)]!,
      status: statuses[pick(7)]!,
      tier: tiers[pick(4)]!,
      risk: pick(3) === 0 ? null : pick(10_000) / 100,
    }
    const id = await north.agent(one)
    agents.push({ id, ...one })
    await world.database.asSuperuser(
      `INSERT INTO scoring.standing (tenant_id, agent_id, policy_tier, risk_score, snapshot_id) VALUES ($1, $2, 'standard', $3, $2)`,
      [north.tenantId, id, one.risk],
    )
  }
  for (let n = 0; n < 80; n++) {
    const { id: agent, team } = agents[pick(60)]!
    // Some happened in a team the agent has left since, some to no agent at all.
    const path = pathOf(pick(5) === 0 ? (units['data'] ?? '') : team)
    const opened = start - pick(60) * day
    const one = {
      id: newId(),
      agent: pick(8) === 0 ? null : agent,
      path,
      opened,
      // Some were closed before anything was contained: that time is nobody's.
      closed: pick(3) === 0 ? Math.min(start, opened + pick(20) * 12 * hour) : null,
    }
    incidents.push(one)
    await world.database.asSuperuser(
      `INSERT INTO guard.incident (tenant_id, id, number, agent_id, group_key, severity, status, unit_path, opened_at, closed_at)
       VALUES ($1, $2::uuid, $3, $4, $2::uuid::text, 'high', $5, $6::uuid[], $7, $8)`,
      [
        north.tenantId,
        one.id,
        n + 1,
        one.agent,
        one.closed === null ? 'OPEN' : 'CLOSED',
        one.path,
        new Date(opened),
        one.closed === null ? null : new Date(one.closed),
      ],
    )
  }
  for (let n = 0; n < 80; n++) {
    const { id: agent, team } = agents[pick(60)]!
    const created = start - pick(60) * day - hour
    const status = ['PENDING', 'APPROVED', 'REJECTED', 'EXPIRED'][pick(4)]!
    const settled = status === 'APPROVED' || status === 'REJECTED' ? created + (1 + pick(500)) * 1_000 : null
    const one = {
      agent,
      path: pathOf(team),
      status,
      created,
      expires: created + (pick(2) === 0 ? hour : 90 * day),
      settled,
    }
    approvals.push(one)
    await layApproval(one)
  }
  for (let n = 0; n < 40; n++) {
    const { id: agent, team } = agents[pick(60)]!
    const one = {
      agent,
      path: pathOf(team),
      at: start - pick(60) * day - pick(20) * hour,
      type: ['agent.frozen', 'agent.quarantined', 'agent.revoked', 'agent.reinstated'][pick(4)]!,
      subject: agent,
    }
    contained.push(one)
  }
  for (const [n, one] of contained.entries()) await layReceipt(n, one)
  const stranger = await other.agent({ team: await other.unit('team', 'TEAM') })
  await world.database.asSuperuser(
    `INSERT INTO guard.incident (tenant_id, id, number, agent_id, group_key, severity, unit_path) VALUES ($1, $2, 1, $3, 'x', 'high', '{}')`,
    [other.tenantId, newId(), stranger],
  )
}, 60_000)
afterAll(() => world?.stop())

async function layApproval(one: (typeof approvals)[number]): Promise<void> {
  const [decision, id] = [newId(), newId()]
  await world.database.asSuperuser(
    `INSERT INTO guard.decision (tenant_id, id, agent_id, requester_id, credential, request_hash, tool, action, outcome, reason_code, determining,
       claimed_trust, effective_trust, mutates, payload_hash, action_hash, policy_hash, owner_id, team_id, unit_path, sealed, decided_at, seq, receipt_id)
     VALUES ($1, $2, $3, $2, 'test', $4, 't', 'a', 'REVIEW', 'TEST', '{}', 'UNKNOWN', 'UNKNOWN', true, $4, $4, '', $2, $2, $5::uuid[], '', now(), 1, $2)`,
    [north.tenantId, decision, one.agent, randomBytes(32), one.path],
  )
  await world.database.asSuperuser(
    `INSERT INTO guard.approval (tenant_id, id, decision_id, agent_id, requester_id, credential, owner_id, action_hash, payload_hash, status, required,
       approvals, unit_path, created_at, expires_at, settled_at)
     VALUES ($1, $2, $3, $4, $2, 'test', $2, $5, $5, $6, 1, 1, $7::uuid[], $8, $9, $10)`,
    [
      north.tenantId,
      id,
      decision,
      one.agent,
      randomBytes(32),
      one.status,
      one.path,
      new Date(one.created),
      new Date(one.expires),
      one.settled === null ? null : new Date(one.settled),
    ],
  )
}

async function layReceipt(n: number, one: (typeof contained)[number]): Promise<void> {
  await world.database.asSuperuser(
    `INSERT INTO ledger.receipt (tenant_id, seq, id, type, subject_type, subject_id, agent_id, actor_id, unit_path, occurred_at, body)
     VALUES ($1, $2, $3, $4, 'x', $5, $6, $3, $7::uuid[], $8, '')`,
    [north.tenantId, 1_000 + n, newId(), one.type, one.subject, one.agent, one.path, new Date(one.at)],
  )
}

/** The same numbers from the rows as they were laid down, in another way. */
function recount(seesTeam: (team: string) => boolean, windowDays: number): Answer {
  const mine = agents.filter(({ team }) => seesTeam(team))
  const ids = new Set(mine.map(({ id }) => id))
  const inside = (one: { agent: string | null; path: string[] }): boolean =>
    one.path.some(seesTeam) || (one.agent !== null && ids.has(one.agent))
  const open = incidents.filter((one) => inside(one) && one.closed === null)
  const since = start - windowDays * day
  const waits = approvals
    .filter((one) => inside(one) && one.settled !== null && one.settled >= since)
    .map((one) => (one.settled! - one.created) / 1_000)
    .toSorted((a, b) => a - b)
  const times: number[] = []
  for (const incident of incidents.filter((one) => one.agent !== null && ids.has(one.agent))) {
    const acts = contained.filter(
      (act) => act.agent === incident.agent && act.at >= incident.opened && /frozen|quarantined|revoked/.test(act.type),
    )
    const at = Math.min(...acts.map((act) => act.at))
    if (acts.length > 0 && at >= since && (incident.closed === null || incident.closed >= at))
      times.push((at - incident.opened) / 1_000)
  }
  const teams = [...new Set(mine.map(({ team }) => team))].map((team) => ({
    id: team,
    agents: mine.filter((one) => one.team === team).length,
    highRisk: mine.filter((one) => one.team === team && /HIGH|CRITICAL/.test(one.tier)).length,
    incidents: open.filter((one) => one.path.includes(team) || agents.find(({ id }) => id === one.agent)?.team === team)
      .length,
  }))
  return {
    agents: mine.length,
    active: mine.filter(({ status }) => status === 'ACTIVE').length,
    highRisk: mine.filter(({ tier }) => /HIGH|CRITICAL/.test(tier)).length,
    frozen: mine.filter(({ status }) => status === 'FROZEN').length,
    openIncidents: open.length,
    openAt: (at: number) =>
      incidents.filter((one) => inside(one) && one.opened <= at && (one.closed === null || one.closed > at)).length,
    pendingApprovals: approvals.filter((one) => inside(one) && one.status === 'PENDING' && one.expires > Date.now())
      .length,
    byTeam: teams.toSorted((a, b) => b.agents - a.agents || (a.id < b.id ? -1 : 1)),
    topRisk: mine
      .filter(({ risk, status }) => risk !== null && status !== 'REVOKED')
      .toSorted((a, b) => b.risk! - a.risk! || (a.id < b.id ? -1 : 1))
      .slice(0, 10)
      .map(({ id, risk }) => ({ agent: { id }, risk })),
    p50: quantile(waits, 0.5),
    p95: quantile(waits, 0.95),
    breached: approvals.filter(
      (one) => inside(one) && /PENDING|EXPIRED/.test(one.status) && one.expires >= since && one.expires <= Date.now(),
    ).length,
    mttc: times.length === 0 ? null : times.reduce((sum, time) => sum + time, 0) / times.length,
  }
}

function quantile(sorted: number[], q: number): number | null {
  if (sorted.length === 0) return null
  const at = (sorted.length - 1) * q
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!]
  return low + (high - low) * (at - Math.floor(at))
}

function expectEqual(shown: Answer, counted: Answer): void {
  expect(shown.previous.openIncidents).toBe(counted.openAt(Date.parse(shown.from)))
  for (const field of ['agents', 'active', 'highRisk', 'frozen', 'openIncidents', 'pendingApprovals', 'topRisk'])
    expect({ [field]: shown[field] }).toEqual({ [field]: counted[field] })
  expect(shown.byTeam.map(({ team, ...row }: Answer) => ({ id: team.id, ...row }))).toEqual(counted.byTeam)
  const near = (a: number | null, b: number | null): void =>
    b === null ? expect(a).toBeNull() : expect(a).toBeCloseTo(b, 3)
  near(shown.approvalSla.p50Seconds, counted.p50)
  near(shown.approvalSla.p95Seconds, counted.p95)
  expect(shown.approvalSla.breached).toBe(counted.breached)
  near(shown.mttcSeconds, counted.mttc)
}

describe('every number equals a recount', () => {
  const teamsOf: Record<string, string[]> = {
    finance: ['payments', 'refunds', 'finance'],
    payments: ['payments'],
    refunds: ['refunds'],
    data: ['data'],
    empty: ['empty'],
  }
  const sees = (unit: string) => (team: string) => teamsOf[unit]!.some((name) => units[name] === team)

  test.each([30, 7, 90])('for the whole company over %i days', async (days) => {
    const shown = await summary(north.scope(), undefined, `now-${days}d`)
    expect(shown.agents).toBe(60)
    expectEqual(
      shown,
      recount(() => true, days),
    )
  })
  test.each(Object.keys(teamsOf))('for `%s`, to who sees the company and to who leads it', async (name) => {
    const counted = recount(sees(name), 30)
    expectEqual(await summary(north.scope(), units[name]), counted)
    expectEqual(await summary(north.lead(units[name]!)), counted)
    expectEqual(await summary(north.lead(units[name]!), units[name]), counted)
  })
  test('for an owner: their agents, of teams they do not see', async () => {
    const { owner } = agents[0]!
    const shown = await summary(north.scope({ all: false, sub: owner }))
    const mine = agents.filter((one) => one.owner === owner)
    expect(shown.agents).toBe(mine.length)
    expect(shown.byTeam.every(({ team }: Answer) => team === null)).toBe(true)
    expect(shown.byTeam.reduce((sum: number, team: Answer) => sum + team.agents, 0)).toBe(mine.length)
  })
})

describe('what cannot be summed up', () => {
  test('a hidden, a foreign, an unknown and a garbled unit are null alike', async () => {
    const foreign = await (await world.company('third')).unit('x', 'TEAM')
    for (const unit of [units['data']!, foreign, newId(), 'garbled'])
      expect(await summary(north.lead(units['payments']!), unit)).toBeNull()
    expect((await summary(north.scope(), units['data'])).agents).toBeGreaterThan(0)
  })
  test('a window that is none, and a caller without the capability, are told so', async () => {
    const query = 'query ($window: String!) { workforceSummary(window: $window) { agents } }'
    for (const window of ['yesterday', 'now+1d', "now-30d'; --"])
      expect(await world.faults(north.scope(), query, { window })).toEqual(['BAD_REQUEST'])
    expect(await world.faults(north.scope({ caps: [] }), query, { window: 'now-1d' })).toEqual(['FORBIDDEN'])
  })
})
