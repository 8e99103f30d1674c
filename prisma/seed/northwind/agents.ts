/**
 * The 312 agents of northwind, from its teams' jobs: owners take turns, models
 * and the days on which the later ones joined fall by seeded chance.
 */
import { chanceOf } from '../chance.ts'
import { smallNorthwind, type SeedAgent } from '../company.ts'
import { jobs, type Job } from './jobs.ts'
import { ownersOf } from './people.ts'

/** So many joined during the month; the others were there. */
const joinersMax = 38
/** What happens to these is told from the first day on. */
const models = ['gpt-5.6-luna', 'gpt-5.6-luna', 'gpt-5.6-sol', 'mistral-large-3'] as const

const codingAgent: SeedAgent = {
  slug: 'coding-agent-prod',
  displayName: 'Coding agent',
  team: 'delivery',
  owner: 'lena.owner@northwind.example',
  purpose: 'Writes and merges small changes',
  model: 'gpt-5.6-sol',
  environment: 'production',
  riskTier: 'HIGH',
  tools: ['repo.read', 'review.read', 'review.comment', 'code.merge'],
}

const first: readonly SeedAgent[] = [...smallNorthwind.agents, codingAgent]

function agentOf({ slug, purpose, tools, riskTier, environment }: Job, place: string | null, team: string): SeedAgent {
  const name = place === null ? slug : `${slug}-${place}`
  const chance = chanceOf(name)
  return {
    slug: name,
    displayName: displayNameOf(slug, place),
    team,
    owner: chance.pick(ownersOf(team)),
    purpose,
    model: chance.pick(models),
    environment: place === 'staging' ? 'staging' : environment,
    riskTier,
    tools,
  }
}

function displayNameOf(slug: string, place: string | null): string {
  const words = slug.replaceAll('-', ' ').replace('kyc', 'KYC').replace('faq', 'FAQ').replace('vat', 'VAT')
  const name = words.charAt(0).toUpperCase() + words.slice(1)
  if (place === null) return name
  return `${name} ${place.length <= 3 ? place.toUpperCase() : place}`
}

function agentsOf({ team, size, places, jobs: list }: (typeof jobs)[number]): SeedAgent[] {
  const there = first.filter((agent) => agent.team === team)
  const more =
    places.length === 0
      ? list.map((each) => agentOf(each, null, team))
      : list.flatMap((each) => places.map((place) => agentOf(each, place, team)))
  const agents = [...there, ...more].slice(0, size)
  if (agents.length !== size) throw new Error(`\`${team}\` has ${agents.length} agents, not ${size}`)
  return agents
}

/** @param named slugs that something is told about: these are there from the beginning. */
export function northwindAgents(named: ReadonlySet<string>): SeedAgent[] {
  const all = jobs.flatMap(agentsOf)
  const known = new Set(first.map(({ slug }) => slug))
  const chance = chanceOf('northwind joiners')
  const later = chance
    .shuffled(all.filter(({ slug }) => !known.has(slug) && !named.has(slug)))
    .slice(0, joinersMax)
    .map(({ slug }) => slug)
  const joined = new Map(later.map((slug, index) => [slug, 29 - Math.floor((index * 28) / joinersMax)]))
  const rest = all.filter(({ slug }) => !known.has(slug))
  return [...first, ...rest].map((agent) => {
    const joinedDaysAgo = joined.get(agent.slug)
    return joinedDaysAgo === undefined ? agent : { ...agent, joinedDaysAgo }
  })
}
