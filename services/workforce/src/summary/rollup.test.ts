/**
 * The roll-up beyond the six numbers, on a real database: groups, decisions,
 * changes, coverage and the window before, each equal to a recount from the
 * rows as they were laid down.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RequestScope } from '@muster/db'
import {
  agents,
  approvals,
  decisions,
  events,
  layCompany,
  moves,
  north,
  owners,
  risks,
  units,
  world,
  type Laid,
} from '../testing/livedIn.ts'
import type { Answer } from '../testing/world.ts'

const day = 24 * 3_600_000

beforeAll(layCompany, 60_000)
afterAll(() => world?.stop())

const flows = `decisions { total allowed held denied stepSeconds series { at allowed held denied } }
  lifecycle { registered movedIn movedOut movedWithin restricted frozen quarantined reinstated revoked }
  coverage { active withEvents withDecisions covered share } approvalSla { decided }`
const counted = ['agents', 'highRisk', 'incidents', 'pendingApprovals', 'denials']
const countsOf = (row: Answer): Answer => Object.fromEntries(counted.map((name) => [name, row[name]]))
const group = counted.join(' ')
async function summary(scope: RequestScope, orgUnit: string | null, window: string): Promise<Answer> {
  const query = `query ($orgUnit: ID, $window: String!) { workforceSummary(orgUnit: $orgUnit, window: $window) {
    agents active pendingApprovals ${flows} byDepartment { department { id } depth ${group} } byTeam { team { id } ${group} } byOwner { owner { id } ${group} }
    topRisk(first: 100) { agent { id } risk previous } previous { agents active highRisk frozen openIncidents pendingApprovals ${flows} from until } from until orgUnit { id } } }`
  return (await world.run(scope, query, { orgUnit, window })).workforceSummary
}

/** What a unit holds, and who sees it: every team below, by name. */
const teamsOf: Record<string, string[]> = {
  finance: ['cards', 'refunds'],
  payments: ['cards'],
  cards: ['cards'],
  refunds: ['refunds'],
  data: ['data'],
}
const sees = (unit: string | null) => (team: string) =>
  unit === null || teamsOf[unit]!.some((name) => units[name] === team)

interface Within {
  mine: Laid[]
  happened: (it: { agent: string; path: string[] }) => boolean
  inUnit: (team: string) => boolean
}
function within(unit: string | null): Within {
  const inUnit = sees(unit)
  const mine = agents.filter(({ team }) => inUnit(team))
  const ids = new Set(mine.map(({ id }) => id))
  const roots = unit === null ? null : units[unit]!
  return { mine, inUnit, happened: ({ agent, path }) => roots === null || path.includes(roots) || ids.has(agent) }
}

function recountFlows({ mine, happened, inUnit }: Within, from: number, until: number, active: Laid[]): Answer {
  const during = ({ at }: { at: number }): boolean => at >= from && at <= until
  const decided = decisions.filter((each) => happened(each) && during(each))
  const count = (outcome: string): number => decided.filter((each) => each.outcome === outcome).length
  const acts = (status: string): number =>
    mine.filter((agent) => agent.status === status).flatMap(({ turned }) => turned.filter(during)).length
  const settled = approvals.filter((each) => happened(each) && each.settled !== null && during({ at: each.settled }))
  const told = active.filter(({ id }) => events.some((each) => each.agent === id && during(each)))
  const acted = active.filter(({ id }) => decisions.some((each) => each.agent === id && during(each)))
  const covered = new Set([...told, ...acted]).size
  return {
    decisions: { total: decided.length, allowed: count('ALLOW'), held: count('REVIEW'), denied: count('DENY') },
    lifecycle: {
      registered: mine.filter(({ created }) => during({ at: created })).length,
      movedIn: moves.filter((move) => during(move) && inUnit(move.to) && !inUnit(move.from)).length,
      movedOut: moves.filter((move) => during(move) && inUnit(move.from) && !inUnit(move.to)).length,
      movedWithin: moves.filter((move) => during(move) && inUnit(move.from) && inUnit(move.to)).length,
      restricted: acts('RESTRICTED'),
      frozen: acts('FROZEN'),
      quarantined: 0,
      reinstated: acts('ACTIVE'),
      revoked: acts('REVOKED'),
    },
    coverage: {
      active: active.length,
      withEvents: told.length,
      withDecisions: acted.length,
      covered,
      share: active.length === 0 ? null : covered / active.length,
    },
    approvalSla: { decided: settled.length },
  }
}

/** An agent's standing at an instant, replayed from its first turn on. */
function standingAt(agent: Laid, at: number): { status: string; tier: string } {
  const later = agent.turned.filter((turn) => turn.at > at)
  return {
    status: later[0]?.from ?? agent.status,
    tier: later.find(({ tierFrom }) => tierFrom !== null)?.tierFrom ?? agent.tier,
  }
}

function expectFlows(shown: Answer, counted: Answer, from: number, until: number): void {
  const { series, stepSeconds, ...decided } = shown.decisions
  expect({
    decisions: decided,
    lifecycle: shown.lifecycle,
    coverage: shown.coverage,
    approvalSla: shown.approvalSla,
  }).toEqual(counted)
  for (const outcome of ['allowed', 'held', 'denied'])
    expect(series.reduce((sum: number, bucket: Answer) => sum + bucket[outcome], 0)).toBe(decided[outcome])
  const starts = series.map(({ at }: Answer) => Date.parse(at))
  expect(starts[0]).toBeLessThanOrEqual(from)
  expect(starts[0]).toBeGreaterThan(from - stepSeconds * 1_000)
  expect(starts.at(-1)).toBeLessThanOrEqual(until)
  expect(starts.at(-1) + stepSeconds * 1_000).toBeGreaterThan(until)
}

function recountGroup(here: Within, members: Laid[], ofUnit: string | null, from: number, until: number): Answer {
  const ids = new Set(members.map(({ id }) => id))
  const ours = (each: { agent: string; path: string[] }): boolean =>
    here.happened(each) && (ids.has(each.agent) || (ofUnit !== null && each.path.includes(ofUnit)))
  return {
    agents: members.length,
    highRisk: members.filter(({ tier }) => /HIGH|CRITICAL/.test(tier)).length,
    incidents: 0,
    pendingApprovals: approvals.filter((each) => ours(each) && each.settled === null && each.expires > Date.now())
      .length,
    denials: decisions.filter((each) => ours(each) && each.outcome === 'DENY' && each.at >= from && each.at <= until)
      .length,
  }
}

describe('every number equals a recount', () => {
  const cases = [null, ...Object.keys(teamsOf)].flatMap((unit) => [7, 30].map((days) => [unit, days] as const))
  test.each(cases)('for `%s` over %i days, to who sees the company and to who leads it', async (unit, days) => {
    const here = within(unit)
    const asked: [RequestScope, string | null][] = [[north.scope(), unit === null ? null : units[unit]!]]
    if (unit !== null) asked.push([north.lead(units[unit]!), null], [north.lead(units[unit]!), units[unit]!])
    for (const [scope, orgUnit] of asked) {
      const shown = await summary(scope, orgUnit, `now-${days}d`)
      const [from, until] = [Date.parse(shown.from), Date.parse(shown.until)]
      expect(shown.orgUnit?.id ?? null).toBe(orgUnit)
      expectFlows(
        shown,
        recountFlows(
          here,
          from,
          until,
          here.mine.filter(({ status }) => status === 'ACTIVE'),
        ),
        from,
        until,
      )
      const then = here.mine
        .filter(({ created }) => created <= from)
        .map((agent) => ({ ...agent, ...standingAt(agent, from) }))
      const { previous } = shown
      expect([Date.parse(previous.from), Date.parse(previous.until)]).toEqual([from - days * day, from])
      expectFlows(
        previous,
        recountFlows(
          here,
          from - days * day,
          from,
          here.mine.filter((agent) => agent.created <= from && standingAt(agent, from).status === 'ACTIVE'),
        ),
        from - days * day,
        from,
      )
      expect(previous).toMatchObject({
        agents: then.length,
        active: then.filter(({ status }) => status === 'ACTIVE').length,
        highRisk: then.filter(({ tier }) => /HIGH|CRITICAL/.test(tier)).length,
        frozen: then.filter(({ status }) => status === 'FROZEN').length,
        pendingApprovals: approvals.filter(
          (each) =>
            here.happened(each) &&
            each.created <= from &&
            each.expires > from &&
            (each.settled === null || each.settled > from),
        ).length,
      })
      const rows = (found: Answer[], of: string): Answer =>
        Object.fromEntries(found.map((row) => [row[of]?.id, countsOf(row)]))
      expect(rows(shown.byTeam, 'team')).toEqual(
        Object.fromEntries(
          [...new Set(here.mine.map(({ team }) => team))].map((team) => [
            team,
            recountGroup(
              here,
              here.mine.filter((agent) => agent.team === team),
              team,
              from,
              until,
            ),
          ]),
        ),
      )
      expect(rows(shown.byDepartment, 'department')).toEqual(
        Object.fromEntries(
          ['finance', 'payments']
            .filter((name) => unit === null || unit === name || (unit === 'finance' && name === 'payments'))
            .map((name) => [
              units[name],
              recountGroup(
                here,
                here.mine.filter(({ team }) => sees(name)(team)),
                units[name]!,
                from,
                until,
              ),
            ]),
        ),
      )
      expect(shown.byDepartment.map(({ depth }: Answer) => depth)).toEqual(
        unit === null || unit === 'finance' ? [0, 1] : unit === 'payments' ? [0] : [],
      )
      const owned = [...new Set(here.mine.map(({ owner }) => owner))].map((owner) =>
        recountGroup(
          here,
          here.mine.filter((agent) => agent.owner === owner),
          null,
          from,
          until,
        ),
      )
      expect(shown.byOwner.map((row: Answer) => JSON.stringify(countsOf(row))).toSorted()).toEqual(
        owned.map((row) => JSON.stringify(row)).toSorted(),
      )
      for (const { agent, previous: was } of shown.topRisk)
        expect(was).toBe(
          risks.filter((each) => each.agent === agent.id && each.at <= from).toSorted((a, b) => b.at - a.at)[0]?.risk ??
            null,
        )
      expect(shown.topRisk.length).toBeGreaterThan(0)
    }
  })
})

test('an owner reads their own name beside their own agents, and whoever sees agents reads who answers for them', async () => {
  const mine = await summary(north.scope({ all: false, sub: owners[0]! }), null, 'now-7d')
  expect(mine.byOwner.map(({ owner }: Answer) => owner?.id)).toEqual([owners[0]])
  expect(mine.byTeam.every(({ team }: Answer) => team === null)).toBe(true)
  for (const scope of [north.scope(), north.lead(units['cards']!)]) {
    const { byOwner } = await summary(scope, null, 'now-7d')
    expect(byOwner.length).toBeGreaterThan(0)
    expect(byOwner.every(({ owner }: Answer) => owner !== null)).toBe(true)
  }
})

test('the series is of hours, days or weeks, by the length of the window', async () => {
  const steps = []
  for (const window of ['now-2d', 'now-90d', 'now-3y']) {
    const { decisions: counted } = await summary(north.scope(), null, window)
    steps.push(counted.stepSeconds)
    expect(
      counted.series.every(({ at }: Answer) => (Date.parse(at) / 1_000 - 4 * 86_400) % counted.stepSeconds === 0),
    ).toBe(true)
  }
  expect(steps).toEqual([3_600, 86_400, 604_800])
})
