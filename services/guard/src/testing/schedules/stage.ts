/**
 * Where a schedule is played: agents of several risk tiers in two teams, people
 * who may approve, callers of different scopes, and two instances of the guard
 * over one database.
 *
 * The house stands for the whole test; every schedule gets a fresh stage in it.
 */
import { openPool, type RequestScope, type RolePool } from '@muster/db'
import { defaultBundle } from '@muster/policy'
import type { Guard } from '../../subgraph.ts'
import { makeWorld, type World } from '../world.ts'
import {
  agentTiers,
  instanceCount,
  peopleCount,
  sessionCount,
  tools,
  type CallerName,
  type PolicyName,
  type Tool,
} from './acts.ts'

export interface House {
  world: World
  instances: readonly Guard[]
  administrator: RequestScope
  bundles: Readonly<Record<PolicyName, { id: string; hash: string }>>
  /** Other services' roles, to change what is theirs as they do. */
  identity: RolePool
  workforce: RolePool
  close(): Promise<void>
}

export interface StagedAgent {
  id: string
  tier: (typeof agentTiers)[number]
  grants: Readonly<Record<Tool, string>>
}

export interface Stage {
  house: House
  /** Where the ledger stood when the stage was ready. */
  startSeq: number
  startPolicy: PolicyName
  agents: readonly StagedAgent[]
  /** Those who may approve, and last the owner of all agents, who may not. */
  people: readonly string[]
  voters: readonly RequestScope[]
  sessions: readonly string[]
  callers: Readonly<Record<CallerName, RequestScope>>
}

/** The second agent belongs to the other team; the rest to the first. */
export const teamOf = (agent: number): 0 | 1 => (agent === 1 ? 1 : 0)
/** Session n is a run of this agent. */
export const agentOfSession = (session: number): number => session * 2

export function reaches(caller: CallerName, agent: number): boolean {
  switch (caller) {
    case 'wide':
      return true
    case 'team':
      return teamOf(agent) === 0
    case 'other':
      return teamOf(agent) === 1
    case 'own':
      return agent === 0
    default:
      return caller satisfies never
  }
}

const grants = `@id("test.grants") permit (principal, action, resource) when { context.granted };`
const holds = `@id("test.hold") @outcome("review") @quorum("2") @reason("APPROVAL_REQUIRED_POLICY") forbid (principal, action, resource) when { context.mutates };`
const closes = `@id("test.close") forbid (principal, action, resource) when { context.mutates };`

export async function buildHouse(): Promise<House> {
  const world = await makeWorld()
  const instances = [world.guard]
  while (instances.length < instanceCount) instances.push(await world.openInstance())
  // Outlives any test: a hand-over of a real request lives a minute.
  const administrator = world.key({ exp: Math.floor(Date.now() / 1000) + 3_600 })
  const draft = async (name: string, text: string): Promise<{ id: string; hash: string }> => {
    const { draftPolicyBundle } = await world.run<{ draftPolicyBundle: { bundle: { id: string; hash: string } } }>(
      administrator,
      'mutation ($input: DraftPolicyBundleInput!) { draftPolicyBundle(input: $input) { ... on PolicyBundleDrafted { bundle { id hash } } } }',
      { input: { name, sources: [{ id: name, text }] } },
    )
    return draftPolicyBundle.bundle
  }
  const [standard] = await world.database.asSuperuser<{ id: string; hash: string }>(
    `SELECT id, hash FROM guard.policy_bundle WHERE tenant_id = $1 AND name = 'default'`,
    [world.tenantId],
  )
  if (standard === undefined || defaultBundle.length === 0) throw new Error('the tenant has no default policies')
  const identity = openPool({ url: world.database.url('muster_identity'), role: 'muster_identity' })
  const workforce = openPool({ url: world.database.url('muster_workforce'), role: 'muster_workforce' })
  return {
    world,
    instances,
    administrator,
    bundles: {
      default: standard,
      hold: await draft('hold', grants + holds),
      closed: await draft('close', grants + closes),
    },
    identity,
    workforce,
    async close() {
      await Promise.all([identity.end(), workforce.end()])
      await world.stop()
    },
  }
}

export async function setStage(house: House): Promise<Stage> {
  const { world } = house
  const owner = await world.addPerson([{ role: 'owner', unit: null }])
  const people: string[] = []
  for (let n = 0; n < peopleCount; n++) {
    people.push(await world.addPerson([{ role: 'approver', unit: n === peopleCount - 1 ? null : world.teams[0] }]))
  }
  people.push(owner)
  const agents = await Promise.all(
    agentTiers.map(async (tier, n) =>
      stageAgent(world, await world.addAgent({ tier, owner, team: world.teams[teamOf(n)] }), tier),
    ),
  )
  const wide = world.key()
  const sessions: string[] = []
  for (let n = 0; n < sessionCount; n++) {
    const { startSession } = await world.run<{ startSession: { sessionId: string } }>(
      wide,
      'mutation ($input: StartSessionInput!) { startSession(input: $input) { ... on SessionStarted { sessionId } } }',
      { input: { agentId: agents[agentOfSession(n)]!.id } },
    )
    sessions.push(startSession.sessionId)
  }
  const [head] = await world.database.asSuperuser<{ seq: string; hash: string }>(
    `SELECT h.seq, p.hash FROM ledger.head h JOIN guard.policy_bundle p ON p.tenant_id = h.tenant_id AND p.state = 'active' WHERE h.tenant_id = $1`,
    [world.tenantId],
  )
  return {
    house,
    startSeq: Number(head!.seq),
    startPolicy: policyNamed(house, head!.hash),
    agents,
    people,
    voters: people.map((person) => world.person(person)),
    sessions,
    callers: {
      wide,
      team: world.key({ all: false, units: [world.teams[0]] }),
      other: world.key({ all: false, units: [world.teams[1]] }),
      own: world.key({ kind: 'agent', sub: agents[0]!.id, agent: agents[0]!.id, all: false }),
    },
  }
}

export function policyNamed(house: House, hash: string | null): PolicyName {
  const found = Object.entries(house.bundles).find(([, bundle]) => bundle.hash === hash)
  if (found === undefined) throw new Error(`no policy of the test has the hash \`${hash}\``)
  return found[0] as PolicyName
}

async function stageAgent(world: World, id: string, tier: StagedAgent['tier']): Promise<StagedAgent> {
  const rows = await world.database.asSuperuser<{ id: string; tool: string }>(
    'SELECT id, tool FROM workforce.agent_grant WHERE agent_id = $1',
    [id],
  )
  const grantOf = (tool: Tool): string => rows.find((row) => row.tool === tool)!.id
  return { id, tier, grants: Object.fromEntries(tools.map((tool) => [tool, grantOf(tool)])) as Record<Tool, string> }
}
