/**
 * What the platform around the agents reports each evening: tasks and tool
 * calls of the day, and what the story says of single agents.
 */
import { asIntegrator } from './actors.ts'
import { chanceOf, type Chance } from '../chance.ts'
import type { Company, SeededAgent } from '../parts.ts'
import type { ReportAct } from './story.ts'

type EventInput = Parameters<Company['parts']['scoring']['ingestEvents']>[1][number]

/** The most the door takes at once. */
const batchMax = 1_000
const shareFailed = 0.035
const shareOverridden = 0.012
const shareLimited = 0.006
const workdayMs = 9 * 3_600_000

export interface Reporting {
  chance: Chance
  /** Begins every event's own id, so that none is reported twice. */
  prefix: string
  nowMs: number
}

/** Identity checks of agents that are new: the key they came with, and where they run. */
export function verificationsOf(agents: readonly SeededAgent[], { prefix, nowMs }: Reporting): EventInput[] {
  return agents.flatMap((agent) => {
    const chance = chanceOf(`${agent.seed.slug} verified`)
    const event = (eventType: string): EventInput => ({
      eventId: `${prefix}-${agent.seed.slug}-${eventType}`,
      agentId: agent.id,
      sourceType: 'PLATFORM',
      eventType,
      occurredAt: new Date(nowMs).toISOString(),
      payload: null,
    })
    const events = [event('agent.registered')]
    if (chance.happens(0.85)) events.push(event('identity.key_verified'))
    if (chance.happens(0.6)) events.push(event('identity.domain_verified'))
    if (chance.happens(0.4)) events.push(event('identity.runtime_attested'))
    return events
  })
}

/** `count` events of ordinary work, spread over the day that ends now. */
export function workEvents(company: Company, { chance, prefix, nowMs }: Reporting, count: number): EventInput[] {
  const shaky = company.seed.history?.shaky ?? {}
  const working = [...company.agents.values()].filter(({ status }) => status === 'ACTIVE' || status === 'RESTRICTED')
  const events: EventInput[] = []
  while (events.length < count) {
    const agent = chance.pick(working)
    const failing = shaky[agent.seed.slug] ?? shareFailed
    const eventType = typeOf(chance, failing)
    events.push({
      eventId: `${prefix}-${events.length}`,
      agentId: agent.id,
      sourceType: 'PLATFORM',
      eventType,
      occurredAt: new Date(nowMs - Math.floor(chance.next() * workdayMs)).toISOString(),
      payload: { durationMs: chance.between(80, 9_000) },
    })
  }
  return events
}

function typeOf(chance: Chance, failing: number): string {
  if (chance.happens(0.62)) return 'tool.called'
  if (chance.happens(shareOverridden)) return 'human.override'
  if (chance.happens(shareLimited)) return 'rate.limit_hit'
  return chance.happens(failing) ? 'task.failed' : 'task.completed'
}

/** What the story reports about one agent. */
export function reportedEvents(agent: SeededAgent, act: ReportAct, { prefix, nowMs }: Reporting): EventInput[] {
  return Array.from({ length: act.times }, (_, index) => ({
    eventId: `${prefix}-${agent.seed.slug}-${act.type}-${act.severity}-${index}`,
    agentId: agent.id,
    sourceType: act.type === 'human.override' ? 'MODERATOR' : 'PLATFORM',
    eventType: act.type,
    severity: act.severity,
    occurredAt: new Date(nowMs - index * 60_000).toISOString(),
    payload: null,
  }))
}

/** Reports events in batches; answers how many were new. */
export async function report(company: Company, events: readonly EventInput[]): Promise<number> {
  let accepted = 0
  for (let from = 0; from < events.length; from += batchMax) {
    const answer = await company.parts.scoring.ingestEvents(asIntegrator(company), events.slice(from, from + batchMax))
    const [refused] = answer.rejected
    if (refused !== undefined) throw new Error(`an event was rejected: ${refused.code} ${refused.message}`)
    accepted += answer.accepted
  }
  return accepted
}
