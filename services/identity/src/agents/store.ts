/**
 * Agents in the database. Row-level security decides which rows are there at
 * all; nothing here filters by tenant or scope a second time.
 */
import type { AgentStatus, RiskTier } from '@muster/kernel'
import type { Agent } from '../generated/prisma/client.ts'
import { query, type Tx } from '../database.ts'
import type { OwnerType } from './input.ts'

export type AgentRow = Omit<Agent, 'status' | 'riskTier' | 'ownerType'> & {
  status: AgentStatus
  riskTier: RiskTier
  ownerType: OwnerType
}

/** The columns of an agent by the names of `AgentRow`, for statements Prisma cannot say. Alias `a`. */
export const agentColumns = `a.tenant_id AS "tenantId", a.id, a.slug, a.display_name AS "displayName", a.description,
  a.owner_id AS "ownerId", a.team_id AS "teamId", a.environment, a.purpose, a.model, a.risk_tier AS "riskTier", a.status,
  a.status_since AS "statusSince", a.public_key AS "publicKey",
  a.owner_type AS "ownerType", a.sponsor_domain AS "sponsorDomain", a.runtime_name AS "runtimeName",
  a.runtime_version AS "runtimeVersion", a.homepage_url AS "homepageUrl", a.created_at AS "createdAt", a.updated_at AS "updatedAt", a.version`

/** The visible ones among `ids`. A CHECK in the database keeps both enums closed. */
export async function agentsByIds(tx: Tx, ids: readonly string[]): Promise<AgentRow[]> {
  return (await tx.agent.findMany({ where: { id: { in: [...ids] } } })) as AgentRow[]
}

export async function agentById(tx: Tx, id: string): Promise<AgentRow | null> {
  return (await agentsByIds(tx, [id]))[0] ?? null
}

/** An agent held for change, and whether the caller's scope reaches its team (seeing it is not enough). */
export type HeldAgent = AgentRow & { inReach: boolean }

// Owners and the agent itself see the row as well; the policy's WITH CHECK wants the team in scope.
export const reach = '((SELECT muster.scope_all()) OR a.team_id = ANY ((SELECT muster.scope_units())::uuid[]))'
const holdSql = `SELECT ${agentColumns}, ${reach} AS "inReach" FROM identity.agent a
  WHERE a.id = ANY ($1::uuid[]) ORDER BY a.id FOR UPDATE OF a`
const inReachSql = `SELECT a.id FROM identity.agent a WHERE a.id = ANY ($1::uuid[]) AND ${reach}`

/** Locks an agent until commit; null when it is not visible. */
export async function holdAgent(tx: Tx, id: string): Promise<HeldAgent | null> {
  return (await holdAgents(tx, [id]))[0] ?? null
}

/** Locks the visible ones among `ids` until commit, in id order. */
export async function holdAgents(tx: Tx, ids: readonly string[]): Promise<HeldAgent[]> {
  return query<HeldAgent>(tx, holdSql, [ids])
}

/** Which of `ids` the caller's scope reaches for change. */
export async function agentsInReach(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await query<{ id: string }>(tx, inReachSql, [ids])
  return new Set(rows.map((row) => row.id))
}

/** When each of `ids` was last active; those that never were, or not in sight, are missing. */
export async function lastSeenOf(tx: Tx, ids: readonly string[]): Promise<Map<string, Date>> {
  const rows = await query<{ id: string; at: Date }>(
    tx,
    `SELECT d.agent_id AS id, greatest(d.decided_at, e.occurred_at) AS at
       FROM guard.last_decided($1::uuid[]) d JOIN scoring.last_reported($1::uuid[]) e USING (agent_id)
      WHERE d.decided_at IS NOT NULL OR e.occurred_at IS NOT NULL`,
    [ids],
  )
  return new Map(rows.map(({ id, at }) => [id, at]))
}

/** More words than this are no help to whoever completes one. */
const wordsMax = 200

/** The environments and models of the agents in sight. */
export async function wordsInUse(tx: Tx): Promise<{ environments: string[]; models: string[] }> {
  const rows = await query<{ kind: string; word: string }>(
    tx,
    `(SELECT DISTINCT 'environment' AS kind, a.environment AS word FROM identity.agent a ORDER BY 2 LIMIT ${wordsMax})
     UNION ALL
     (SELECT DISTINCT 'model', a.model FROM identity.agent a WHERE a.model <> '' ORDER BY 2 LIMIT ${wordsMax})`,
  )
  const of = (kind: string): string[] => rows.filter((row) => row.kind === kind).map(({ word }) => word)
  return { environments: of('environment'), models: of('model') }
}

export interface AgentInsert {
  tenantId: string
  id: string
  slug: string
  displayName: string
  description: string
  ownerId: string
  teamId: string
  environment: string
  purpose: string
  model: string
  riskTier: RiskTier
  publicKey: string | null
  ownerType: OwnerType
  sponsorDomain: string
  runtimeName: string
  runtimeVersion: string
  homepageUrl: string
}

/** Inserts an agent; false when the slug is taken, perhaps by an agent the caller does not see. */
export async function insertAgent(tx: Tx, agent: AgentInsert): Promise<boolean> {
  const { count } = await tx.agent.createMany({ data: [agent], skipDuplicates: true })
  return count === 1
}

/** True when the unit is in the caller's scope: unit rows are visible exactly there. */
export async function unitInScope(tx: Tx, unitId: string): Promise<boolean> {
  return (await query(tx, 'SELECT u.id FROM workforce.published_unit u WHERE u.id = $1::uuid', [unitId])).length === 1
}

/** The id of the active, visible person with this address; null when there is none. */
export async function activePersonByEmail(tx: Tx, emailIndex: Buffer): Promise<string | null> {
  const person = await tx.person.findFirst({
    where: { emailIndex: new Uint8Array(emailIndex), status: 'ACTIVE' },
    select: { id: true },
  })
  return person?.id ?? null
}

export interface InitialGrant {
  id: string
  tool: string
  action: string | null
  expiresAt: Date | null
}

/** Gives an agent of this very transaction its first grants, through workforce's one door for that. */
export async function insertInitialGrants(tx: Tx, agentId: string, grants: readonly InitialGrant[]): Promise<void> {
  if (grants.length === 0) return
  await query(
    tx,
    'SELECT workforce.grant_initial($1::uuid, $2::uuid[], $3::text[], $4::text[], $5::timestamptz[])::text',
    [
      agentId,
      grants.map((grant) => grant.id),
      grants.map((grant) => grant.tool),
      grants.map((grant) => grant.action),
      grants.map((grant) => grant.expiresAt?.toISOString() ?? null),
    ],
  )
}
