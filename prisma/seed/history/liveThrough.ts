/**
 * Thirty days, lived through moment by moment: the clock goes to the moment,
 * everything that happens then happens, timers do their work, and only then
 * the clock goes on.
 */
import { inScope } from '@muster/db'
import { chanceOf } from '../chance.ts'
import type { Company, SeedParts } from '../parts.ts'
import { registerAgents } from '../registerAgents.ts'
import { leadsOf } from './leads.ts'
import { Desk } from './actors.ts'
import { momentsUntil, historyDays, type Moment } from './calendar.ts'
import { callsOf } from './calls.ts'
import { perform, type Stage } from './perform.ts'
import { report, verificationsOf, workEvents } from './reports.ts'
import { giveVerdicts } from './verdicts.ts'
import { work, type Held, type Tally } from './work.ts'

/** Of held actions nobody finds time for; they expire after a day. */
const shareForgotten = 0.02
/** Of held actions left for the next morning. */
const shareLeftOver = 0.1
const shareOfWeekend = 1 / 6
const eventShareOfWeekend = 1 / 3
/** A held action waits for a day; nobody decides it in its last minutes. */
const waitsMs = 23.5 * 3_600_000
/** From an attack to what is done about it. */
const seenWithinMs = 11 * 60_000
/** Days between lines of progress. */
const tellEvery = 3

interface Life extends Stage {
  tally: Tally & { events: number }
  waiting: Held[]
}

/** Lives through the days of all companies that have a history. */
export async function liveThrough(parts: SeedParts, companies: readonly Company[]): Promise<void> {
  const lives = companies
    .filter(({ seed }) => seed.history !== undefined)
    .map((company): Life => {
      const tally = { decisions: 0, executions: 0, events: 0 }
      return { company, all: companies, desk: new Desk(company), tally, waiting: [] }
    })
  for (const moment of momentsUntil(parts.time.endMs)) {
    await parts.time.advanceTo(moment.atMs)
    for (const life of lives) await live(life, moment)
    const [first] = lives
    if (moment.kind === 'evening' && moment.daysAgo % tellEvery === 0 && first !== undefined) {
      const day = historyDays - moment.daysAgo
      parts.onProgress(
        `${first.company.tenant.slug}: day ${day} of ${historyDays}, ${first.tally.decisions.toLocaleString('en')} decisions, ${first.tally.events.toLocaleString('en')} events`,
      )
    }
  }
}

async function live(life: Life, moment: Moment): Promise<void> {
  switch (moment.kind) {
    case 'opening':
      return opening(life, moment)
    case 'work':
      return working(life, moment)
    case 'verdicts':
      return deciding(life, moment)
    case 'evening':
      return evening(life, moment)
  }
}

/** Timers run, newcomers join, and what the story tells of this day is done. */
async function opening(life: Life, moment: Moment): Promise<void> {
  const { company } = life
  const { parts, tenant, seed } = company
  await parts.guard.maintain(parts.scope(tenant.id))
  await parts.scoring.maintain(parts.scope(tenant.id))
  const known = new Set(company.agents.keys())
  const leads = leadsOf(company)
  const joining = seed.agents.filter(({ joinedDaysAgo }) => joinedDaysAgo === moment.daysAgo)
  const scopes = new Map<string, Awaited<ReturnType<Desk['as']>>>()
  for (const { team } of joining) scopes.set(team, await life.desk.as(leads.get(team)!))
  await registerAgents(company, joining, ({ team }) => scopes.get(team)!)
  const isFirst = moment.daysAgo === historyDays
  const fresh = [...company.agents.values()].filter((agent) => isFirst || !known.has(agent.seed.slug))
  const reporting = { ...reportingOf(life, moment), prefix: `joined-${moment.daysAgo}` }
  life.tally.events += await report(company, verificationsOf(fresh, reporting))
  for (const act of seed.history!.acts.filter(({ daysAgo }) => daysAgo === moment.daysAgo)) {
    await perform(life, act)
    // People need a while to see it and to stop it.
    if (act.kind === 'attack') await parts.time.advanceTo(parts.time.nowMs() + seenWithinMs)
  }
}

async function working(life: Life, moment: Moment): Promise<void> {
  const { company } = life
  const { callsADay, heldADay, pendingAtEnd } = company.seed.history!
  const chance = chanceOf(`${company.tenant.slug} calls ${moment.daysAgo} ${moment.kind} ${life.tally.decisions}`)
  // Two moments of work a working day, one at weekends.
  const count = Math.round(moment.isWeekend ? callsADay * shareOfWeekend : callsADay / 2)
  const usual = moment.isWeekend ? 0 : Math.round(heldADay / 2)
  const held = moment.daysAgo === 0 ? Math.max(usual, pendingAtEnd) : usual
  life.waiting.push(...(await work(company, callsOf(company, chance, count, held), life.tally)))
}

async function deciding(life: Life, moment: Moment): Promise<void> {
  const { company, desk, tally } = life
  const chance = chanceOf(`${company.tenant.slug} verdicts ${moment.daysAgo} ${tally.decisions}`)
  const now: Held[] = []
  const later: Held[] = []
  for (const held of life.waiting) {
    if (chance.happens(shareForgotten)) continue
    if (isStopped(held) || moment.atMs - held.heldAtMs > waitsMs) continue
    const isOld = held.heldAtMs < moment.atMs - 3 * 3_600_000
    ;(!isOld && chance.happens(shareLeftOver) ? later : now).push(held)
  }
  life.waiting = later
  await giveVerdicts(company, desk, now, chance, tally)
}

/** A stopped agent's wish is not decided: it expires. */
function isStopped({ call }: Held): boolean {
  return call.agent.status !== 'ACTIVE' && call.agent.status !== 'RESTRICTED'
}

/** The day's events, a signed checkpoint, and everybody goes home. */
async function evening(life: Life, moment: Moment): Promise<void> {
  const { company, desk, tally } = life
  const { parts, tenant, seed } = company
  const { eventsADay, pendingAtEnd } = seed.history!
  if (moment.daysAgo === 0) {
    const chance = chanceOf(`${tenant.slug} last verdicts`)
    const open = life.waiting.filter((held) => !isStopped(held))
    await giveVerdicts(company, desk, open.slice(0, Math.max(0, open.length - pendingAtEnd)), chance, tally)
  }
  const count = Math.round(moment.isWeekend ? eventsADay * eventShareOfWeekend : eventsADay)
  tally.events += await report(company, workEvents(company, reportingOf(life, moment), count))
  await desk.goHome()
  const scope = parts.scope(tenant.id)
  await inScope(scope, () => parts.passport.maintain(scope))
}

function reportingOf({ company }: Life, { daysAgo, kind }: Moment) {
  return {
    chance: chanceOf(`${company.tenant.slug} events ${daysAgo} ${kind}`),
    prefix: `day-${daysAgo}`,
    nowMs: company.parts.time.nowMs(),
  }
}
