/**
 * A company that was lived in, laid down row by row: agents that changed their
 * standing, decisions, approvals, moves, events and scores of three months, the
 * same in every run, with what was laid kept here for a recount.
 */
import { randomBytes } from 'node:crypto'
import { newId } from '@muster/kernel'
import { makeWorld, type Company, type World } from './world.ts'

const hour = 3_600_000
const day = 24 * hour
const start = Date.now()

export interface Laid {
  id: string
  team: string
  owner: string
  status: string
  tier: string
  created: number
  /** What it was until `at`, which a receipt tells. */
  turned: { at: number; from: string; tierFrom: string | null }[]
}
export let world: World
export let north: Company
export const units: Record<string, string> = {}
export const owners: string[] = []
export const agents: Laid[] = []
export const decisions: { agent: string; path: string[]; at: number; outcome: string }[] = []
export const approvals: { agent: string; path: string[]; created: number; expires: number; settled: number | null }[] =
  []
export const moves: { from: string; to: string; at: number }[] = []
export const events: { agent: string; at: number }[] = []
export const risks: { agent: string; at: number; risk: number }[] = []
let seq = 1_000

/** A number from 0 to n-1 that is the same in every run. */
let state = 7
const pick = (n: number): number => {
  state = (state * 48_271) % 2_147_483_647
  return state % n
}
const one = <T>(of: readonly T[]): T => of[pick(of.length)]!
const pathOf = (team: string): string[] =>
  team === units['data']
    ? [team]
    : team === units['cards']
      ? [team, units['payments']!, units['finance']!]
      : [team, units['finance']!]

const lay = (sql: string, values: unknown[]): Promise<unknown> => world.database.asSuperuser(sql, values)

async function layReceipt(type: string, agent: string, at: number, data: object): Promise<void> {
  await lay(
    `INSERT INTO ledger.receipt (tenant_id, seq, id, type, subject_type, subject_id, agent_id, actor_id, unit_path, occurred_at, body)
     VALUES ($1, $2, $3, $4, 'agent', $5::text, $6, $3, '{}', $7, $8)`,
    [north.tenantId, seq++, newId(), type, agent, agent, new Date(at), Buffer.from(JSON.stringify({ data }))],
  )
}

export async function layCompany(): Promise<void> {
  world = await makeWorld()
  north = await world.company('northwind')
  units['finance'] = await north.unit('Finance', 'DEPARTMENT')
  units['payments'] = await north.unit('Payments', 'DEPARTMENT', units['finance'])
  units['cards'] = await north.unit('cards', 'TEAM', units['payments'])
  units['refunds'] = await north.unit('refunds', 'TEAM', units['finance'])
  units['data'] = await north.unit('data', 'TEAM')
  for (let n = 0; n < 4; n++) owners.push(await north.person())
  const teams = [units['cards'], units['refunds'], units['data']]
  for (let n = 0; n < 40; n++) {
    const laid = {
      team: one(teams),
      owner: one(owners),
      status: one(['ACTIVE', 'ACTIVE', 'FROZEN', 'RESTRICTED', 'REVOKED']),
      tier: one(['LOW', 'MEDIUM', 'HIGH', 'CRITICAL']),
      created: start - pick(90) * day - hour,
      turned: [] as Laid['turned'],
    }
    const id = await north.agent(laid)
    await lay('UPDATE identity.agent SET created_at = $2 WHERE id = $1', [id, new Date(laid.created)])
    agents.push({ id, ...laid })
    await layReceipt('agent.registered', id, laid.created, { status: 'ACTIVE' })
  }
  // Receipts lie in the order of their times, as the ledger writes them.
  const acts = { FROZEN: 'agent.frozen', RESTRICTED: 'agent.restricted', REVOKED: 'agent.revoked' }
  const turns = agents
    .flatMap((agent) =>
      Array.from({ length: pick(3) }, () => ({ agent, at: start - pick(60) * day - pick(20) * hour })),
    )
    .toSorted((a, b) => a.at - b.at)
  for (const { agent, at } of turns) {
    if (at < agent.created) continue
    const from = one(['ACTIVE', 'FROZEN', 'RESTRICTED'])
    const tierFrom = pick(2) === 0 ? one(['LOW', 'HIGH']) : null
    agent.turned.push({ at, from, tierFrom })
    await layReceipt(acts[agent.status as keyof typeof acts] ?? 'agent.reinstated', agent.id, at, { from })
    await layReceipt('agent.changed', agent.id, at, tierFrom === null ? {} : { riskTier: { from: tierFrom } })
  }
  for (let n = 0; n < 150; n++) {
    const agent = one(agents)
    // Some were decided in a team the agent has left since.
    const path = pathOf(pick(6) === 0 ? units['data'] : agent.team)
    decisions.push({
      agent: agent.id,
      path,
      at: start - pick(80) * day - pick(24) * hour - 1_000,
      outcome: one(['ALLOW', 'DENY', 'REVIEW']),
    })
  }
  for (const each of decisions) {
    const id = newId()
    await lay(
      `INSERT INTO guard.decision (tenant_id, id, agent_id, requester_id, credential, request_hash, tool, action, outcome, reason_code, determining,
         claimed_trust, effective_trust, mutates, payload_hash, action_hash, policy_hash, owner_id, team_id, unit_path, sealed, decided_at, seq, receipt_id)
       VALUES ($1, $2, $3, $2, 'test', $4, 't', 'a', $5, 'TEST', '{}', 'UNKNOWN', 'UNKNOWN', true, $4, $4, '', $2, $2, $6::uuid[], '', $7, 1, $2)`,
      [north.tenantId, id, each.agent, randomBytes(32), each.outcome, each.path, new Date(each.at)],
    )
    if (each.outcome !== 'REVIEW') continue
    const approval = {
      agent: each.agent,
      path: each.path,
      created: each.at,
      expires: each.at + one([hour, 20 * day, 90 * day]),
      settled: pick(2) === 0 ? null : each.at + one([hour / 2, 10 * day]),
    }
    if (approval.settled !== null && approval.settled > Math.min(start, approval.expires)) approval.settled = null
    approvals.push(approval)
    await lay(
      `INSERT INTO guard.approval (tenant_id, id, decision_id, agent_id, requester_id, credential, owner_id, action_hash, payload_hash, status, required,
         approvals, unit_path, created_at, expires_at, settled_at)
       VALUES ($1, $2, $2, $3, $2, 'test', $2, $4, $4, $5, 1, 1, $6::uuid[], $7, $8, $9)`,
      [
        north.tenantId,
        id,
        each.agent,
        randomBytes(32),
        approval.settled === null ? 'PENDING' : 'APPROVED',
        each.path,
        new Date(approval.created),
        new Date(approval.expires),
        approval.settled === null ? null : new Date(approval.settled),
      ],
    )
  }
  for (let n = 0; n < 30; n++) {
    const from = one(teams)
    const to = one(teams.filter((team) => team !== from))
    const move = { from, to, at: start - pick(60) * day - hour }
    moves.push(move)
    await lay(
      `INSERT INTO workforce.transfer_offer (tenant_id, id, agent_id, from_team_id, to_team_id, offered_by, offered_at, expires_at, status, settled_at, settled_by)
       VALUES ($1, $2, $3, $4, $5, $2, $6, $6, 'ACCEPTED', $6, $2)`,
      [north.tenantId, newId(), one(agents).id, from, to, new Date(move.at)],
    )
  }
  for (let n = 0; n < 20; n++) {
    const told = { agent: one(agents).id, at: start - pick(80) * day - hour }
    events.push(told)
    await lay(
      `INSERT INTO scoring.event (tenant_id, agent_id, event_id, id, source_type, event_type, occurred_at, unit_path, receipt_id)
       VALUES ($1, $2, $3::text, $3::uuid, 'platform', 'x', $4, '{}', $3::uuid)`,
      [north.tenantId, told.agent, newId(), new Date(told.at)],
    )
  }
  for (let n = 0; n < 80; n++)
    risks.push({ agent: one(agents).id, at: start - pick(60) * day - n * 1_000, risk: pick(10_000) / 100 })
  for (const { agent, at, risk } of risks)
    await lay(
      `INSERT INTO scoring.snapshot (tenant_id, id, agent_id, identity_confidence, risk_score, risk_confidence, reliability_confidence,
         autonomy_label, autonomy_confidence, policy_tier, formula, explanation, unit_path, created_at)
       VALUES ($1, $2, $3, 0, $4, 1, 0, 'none', 0, 'standard', 'x', '[]', '{}', $5)`,
      [north.tenantId, newId(), agent, risk, new Date(at)],
    )
  for (const { id } of agents) {
    const last = risks.filter(({ agent }) => agent === id).toSorted((a, b) => b.at - a.at)[0]
    if (last !== undefined)
      await lay(
        `INSERT INTO scoring.standing (tenant_id, agent_id, policy_tier, risk_score, snapshot_id) VALUES ($1, $2, 'standard', $3, $2)`,
        [north.tenantId, id, last.risk],
      )
  }
}
