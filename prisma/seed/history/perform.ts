/**
 * Performs what the story tells: one function for each kind of act, each
 * through the mutation a person or program would use.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { chanceOf } from '../chance.ts'
import { mutate, type Company, type SeededAgent } from '../parts.ts'
import { asAgent, asIntegrator, type Desk } from './actors.ts'
import { toolsOf, useOf, type Call } from './calls.ts'
import { report, reportedEvents } from './reports.ts'
import { review } from './review.ts'
import { ask, type Tally } from './work.ts'
import type {
  Act,
  AttackAct,
  ChangeAct,
  DriftAct,
  GrantAct,
  ReachAct,
  ReportAct,
  RevokeGrantAct,
  StandingAct,
  TransferAct,
  TriageAct,
} from './story.ts'

export interface Stage {
  company: Company
  /** All companies that live through the same days. */
  all: readonly Company[]
  desk: Desk
  tally: Tally
}

const dayMs = 86_400_000
/** What is noticed after an answer is on record a moment later. */
const noticedWithinMs = 5_000
const lookEveryMs = 10

const refused = '... on Refusal { code message }'
const statusAfter = {
  freeze: 'FROZEN',
  reinstate: 'ACTIVE',
  restrict: 'RESTRICTED',
  quarantine: 'QUARANTINED',
  revoke: 'REVOKED',
} as const

export function perform(stage: Stage, act: Act): Promise<void> {
  switch (act.kind) {
    case 'grant':
      return grant(stage, act)
    case 'revokeGrant':
      return revokeGrant(stage, act)
    case 'transfer':
      return transfer(stage, act)
    case 'change':
      return change(stage, act)
    case 'attack':
      return attack(stage, act)
    case 'drift':
      return drift(stage, act)
    case 'reach':
      return reach(stage, act)
    case 'report':
      return tell(stage, act)
    case 'review':
      return review(stage.company, stage.desk, act)
    case 'triage':
      return triage(stage, act)
    default:
      return standing(stage, act)
  }
}

function agentOf({ company }: Stage, slug: string): SeededAgent {
  const agent = company.agents.get(slug)
  if (agent === undefined) throw new Error(`\`${slug}\` is no agent of ${company.tenant.slug}`)
  return agent
}

async function standing(stage: Stage, { kind, by, agent: slug, reason }: StandingAct): Promise<void> {
  const agent = agentOf(stage, slug)
  const name = `${kind}Agent`
  const query = `mutation ($input: ${kind[0]!.toUpperCase()}${kind.slice(1)}AgentInput!) { result: ${name}(input: $input) { __typename ${refused} } }`
  await mutate(stage.company.parts.identity, await stage.desk.as(by), query, { agentId: agent.id, reason })
  agent.status = statusAfter[kind]
}

async function grant({ company, desk, ...stage }: Stage, act: GrantAct): Promise<void> {
  const { workforce, time } = company.parts
  const expiresAt = act.forDays === undefined ? null : new Date(time.nowMs() + act.forDays * dayMs)
  const agentId = agentOf({ company, desk, ...stage }, act.agent).id
  await workforce.grantAccess(await desk.as(act.by), { agentId, tool: act.tool, expiresAt })
}

async function revokeGrant(stage: Stage, act: RevokeGrantAct): Promise<void> {
  const { workforce } = stage.company.parts
  const agent = agentOf(stage, act.agent)
  const scope = await stage.desk.as(act.by)
  const { data } = await workforce.execute({
    query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Agent { grants { id tool } } } }',
    variables: { of: [{ __typename: 'Agent', id: agent.id }] },
    handovers: scope.handovers,
  })
  const [found] = (data?.['_entities'] ?? []) as { grants: { id: string; tool: string }[] }[]
  const grantId = found?.grants.find(({ tool }) => tool === act.tool)?.id
  await mutate(
    workforce,
    scope,
    `mutation ($input: RevokeGrantInput!) { result: revokeGrant(input: $input) { __typename ${refused} } }`,
    { grantId },
  )
}

async function transfer(stage: Stage, act: TransferAct): Promise<void> {
  const { parts, units, tenant } = stage.company
  const agent = agentOf(stage, act.agent)
  const { offer } = await mutate<{ offer: { id: string } }>(
    parts.workforce,
    await stage.desk.as(act.by),
    `mutation ($input: OfferTransferInput!) { result: offerTransfer(input: $input) { __typename ... on TransferOffered { offer { id } } ${refused} } }`,
    { agentId: agent.id, toTeamId: units.get(act.to) },
  )
  if (act.accept === undefined) return
  await mutate(
    parts.workforce,
    await stage.desk.as(act.accept),
    `mutation ($input: AcceptTransferInput!) { result: acceptTransfer(input: $input) { __typename ${refused} } }`,
    { offerId: offer.id },
  )
  agent.team = act.to
  tenant.agents.find(({ id }) => id === agent.id)!.team = act.to
}

async function change(stage: Stage, act: ChangeAct): Promise<void> {
  const { by, agent: slug, ownerEmail, riskTier, model, reason } = act
  const { parts, tenant } = stage.company
  const agent = agentOf(stage, slug)
  await mutate(
    parts.identity,
    await stage.desk.as(by),
    `mutation ($input: ChangeAgentInput!) { result: changeAgent(input: $input) { __typename ${refused} } }`,
    { agentId: agent.id, ownerEmail, riskTier, model, reason },
  )
  if (ownerEmail === undefined) return
  agent.owner = ownerEmail
  tenant.agents.find(({ id }) => id === agent.id)!.owner = ownerEmail
}

function callOf(stage: Stage, { agent: slug, tool, action }: Pick<AttackAct, 'agent' | 'tool' | 'action'>): Call {
  const known = toolsOf(stage.company.seed).get(tool)
  if (known === undefined) throw new Error(`\`${tool}\` is no tool of ${stage.company.tenant.slug}`)
  const drawn = useOf({ ...known, uses: known.uses?.filter((use) => use.action === action) ?? [] }, chanceOf(slug))
  return { agent: agentOf(stage, slug), ...drawn, sourceTrust: 'TRUSTED_INTERNAL', ending: 'nothing' }
}

async function attack(stage: Stage, act: AttackAct): Promise<void> {
  const { guard } = stage.company.parts
  const call = callOf(stage, act)
  const session = async <T>(name: string, selection: string, input: object): Promise<T> =>
    mutate<T>(
      guard,
      asAgent(stage.company, call.agent),
      `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { result: ${name}(input: $input) { __typename ${selection} ${refused} } }`,
      input,
    )
  const started = '... on SessionStarted { sessionId }'
  const { sessionId } = await session<{ sessionId: string }>('startSession', started, {})
  await session('taintSession', '', { sessionId, trust: act.trust })
  for (let n = 0; n < act.times; n++) {
    const before = await sightings(stage, call.agent.id)
    await ask(stage.company, call, sessionId)
    stage.tally.decisions += 1
    await noticed(stage, call.agent.id, before)
  }
  await session('endSession', '', { sessionId })
}

async function drift(stage: Stage, act: DriftAct): Promise<void> {
  const { agent, sourceTrust, tool, action, parameters } = callOf(stage, act)
  const before = await sightings(stage, agent.id)
  await mutate(
    stage.company.parts.guard,
    asAgent(stage.company, agent),
    `mutation ($input: AuthorizeActionInput!) { result: authorizeAction(input: $input) { __typename ${refused} } }`,
    { tool, action, parameters, sourceTrust, manifestHash: '0'.repeat(64) },
  )
  stage.tally.decisions += 1
  await noticed(stage, agent.id, before)
}

async function reach(stage: Stage, act: ReachAct): Promise<void> {
  const other = stage.all.find(({ tenant }) => tenant.slug === act.tenant)?.agents.get(act.agent)
  if (other === undefined) return
  const before = await sightings(stage, null)
  // Answered like an unknown id, hence a refusal: what matters is what is noticed afterwards.
  await stage.company.parts.guard.execute({
    query: `mutation ($input: AuthorizeActionInput!) { result: authorizeAction(input: $input) { __typename } }`,
    variables: { input: { agentId: other.id, tool: 'tickets.read', action: 'read' } },
    handovers: asIntegrator(stage.company).handovers,
  })
  await noticed(stage, null, before)
}

async function tell(stage: Stage, act: ReportAct): Promise<void> {
  const { parts } = stage.company
  const nowMs = parts.time.nowMs()
  const reporting = { chance: chanceOf(act.agent), prefix: `story-${act.daysAgo}`, nowMs }
  await report(stage.company, reportedEvents(agentOf(stage, act.agent), act, reporting))
}

interface FoundFinding {
  id: string
  status: 'OPEN' | 'ACKNOWLEDGED' | 'CLOSED'
  count: number
  agent: { id: string } | null
}

async function findingsOf({ company }: Stage, agentId: string | null): Promise<FoundFinding[]> {
  const { data } = await company.parts.guard.execute({
    query:
      'query ($filter: FindingFilter) { findings(first: 200, filter: $filter) { nodes { id status count agent { id } } } }',
    variables: { filter: agentId === null ? {} : { agentId } },
    handovers: company.parts.scope(company.tenant.id).handovers,
  })
  const { nodes } = data!['findings'] as { nodes: FoundFinding[] }
  return nodes.filter(({ agent }) => (agent?.id ?? null) === agentId)
}

async function sightings(stage: Stage, agentId: string | null): Promise<number> {
  return (await findingsOf(stage, agentId)).reduce((sum, { count }) => sum + count, 0)
}

/** Waits until what was just done is on record as seen: the clock must not move while it is under way. */
async function noticed(stage: Stage, agentId: string | null, before: number): Promise<void> {
  const until = performance.now() + noticedWithinMs
  while ((await sightings(stage, agentId)) === before) {
    if (performance.now() > until) throw new Error('nobody noticed an attack')
    await pause(lookEveryMs)
  }
}

async function triage(stage: Stage, act: TriageAct): Promise<void> {
  const { guard } = stage.company.parts
  const agentId = act.agent === null ? null : agentOf(stage, act.agent).id
  const scope = await stage.desk.as(act.by)
  const take = `mutation ($input: AcknowledgeFindingInput!) { result: acknowledgeFinding(input: $input) { __typename ${refused} } }`
  const close = `mutation ($input: CloseFindingInput!) { result: closeFinding(input: $input) { __typename ${refused} } }`
  for (const { id, status } of await findingsOf(stage, agentId)) {
    if (status === 'OPEN') await mutate(guard, scope, take, { findingId: id })
    if (status !== 'CLOSED' && act.close !== null)
      await mutate(guard, scope, close, { findingId: id, reason: act.close })
  }
  if (act.close === null) return
  const { data } = await guard.execute({
    query: 'query { incidents(first: 100, filter: { statuses: [OPEN, CONTAINED] }) { nodes { id agents { id } } } }',
    handovers: scope.handovers,
  })
  const { nodes } = data!['incidents'] as { nodes: { id: string; agents: { id: string }[] }[] }
  for (const { id } of nodes.filter(({ agents }) => (agents[0]?.id ?? null) === agentId))
    await mutate(
      guard,
      scope,
      `mutation ($input: CloseIncidentInput!) { result: closeIncident(input: $input) { __typename ${refused} } }`,
      { incidentId: id, reason: act.close },
    )
}
