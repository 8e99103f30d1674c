/** Agents as SCIM sees them, in the database. Those registered in Muster are there like any other. */
import type { AgentStatus } from '@muster/kernel'
import { query, type Tx } from '../database.ts'
import type { Attributes, FilterSql } from './filter.ts'

export interface ScimAgentRow {
  id: string
  slug: string
  displayName: string
  description: string
  ownerId: string
  teamId: string
  environment: string
  purpose: string
  model: string
  riskTier: string
  status: AgentStatus
  createdAt: Date
  changedAt: Date
  version: number
  externalId: string | null
  agentType: string | null
  /** Frozen by the provider. */
  frozen: boolean
}

const columns = `a.id, a.slug, a.display_name AS "displayName", a.description, a.owner_id AS "ownerId", a.team_id AS "teamId",
  a.environment, a.purpose, a.model, a.risk_tier AS "riskTier", a.status, a.created_at AS "createdAt", a.updated_at AS "changedAt", a.version,
  s.external_id AS "externalId", s.agent_type AS "agentType", coalesce(s.frozen, false) AS frozen`
const from = 'identity.agent a LEFT JOIN identity.scim_agent s ON s.tenant_id = a.tenant_id AND s.agent_id = a.id'

export const agentAttributes: Attributes = {
  id: { kind: 'id', sql: 'a.id' },
  name: { kind: 'text', sql: 'a.slug', exact: true },
  displayname: { kind: 'text', sql: 'a.display_name' },
  description: { kind: 'text', sql: 'a.description' },
  externalid: { kind: 'text', sql: 's.external_id', exact: true },
  agenttype: { kind: 'text', sql: 's.agent_type' },
  active: { kind: 'boolean', sql: `(a.status IN ('ACTIVE', 'RESTRICTED'))` },
  'owners.value': { kind: 'id', sql: 'a.owner_id' },
  owners: { kind: 'id', sql: 'a.owner_id' },
  risktier: { kind: 'text', sql: 'a.risk_tier' },
  environment: { kind: 'text', sql: 'a.environment' },
  status: { kind: 'text', sql: 'a.status' },
  team: { kind: 'id', sql: 'a.team_id' },
  'meta.created': { kind: 'time', sql: 'a.created_at' },
  'meta.lastmodified': { kind: 'time', sql: 'a.updated_at' },
}

const all: FilterSql = { sql: 'true', values: [] }

export async function countAgents(tx: Tx, filter: FilterSql | null): Promise<number> {
  const { sql, values } = filter ?? all
  const [row] = await query<{ total: number }>(
    tx,
    `SELECT count(*)::int AS total FROM ${from} WHERE s.deleted_at IS NULL AND ${sql}`,
    values,
  )
  return row?.total ?? 0
}

export async function pageOfAgents(
  tx: Tx,
  filter: FilterSql | null,
  { order, offset, limit }: { order: string; offset: number; limit: number },
): Promise<ScimAgentRow[]> {
  const { sql, values } = filter ?? all
  const [at, size] = [values.length + 1, values.length + 2]
  return query<ScimAgentRow>(
    tx,
    `SELECT ${columns} FROM ${from} WHERE s.deleted_at IS NULL AND ${sql} ORDER BY ${order} OFFSET $${at}::int LIMIT $${size}::int`,
    [...values, offset, limit],
  )
}

/** One agent the provider sees. @param hold locks it until commit. */
export async function scimAgentById(tx: Tx, id: string, hold = false): Promise<ScimAgentRow | null> {
  if (hold) await query(tx, 'SELECT a.id FROM identity.agent a WHERE a.id = $1::uuid FOR UPDATE', [id])
  const rows = await query<ScimAgentRow>(
    tx,
    `SELECT ${columns} FROM ${from} WHERE a.id = $1::uuid AND s.deleted_at IS NULL`,
    [id],
  )
  return rows[0] ?? null
}

export interface AgentValues {
  id: string
  name: string
  displayName: string
  description: string
  ownerId: string
  teamId: string
  environment: string
  purpose: string
  model: string
  riskTier: string
  externalId: string | null
  agentType: string | null
}

/** Inserts agents whose name is free; the ids of those that were. */
export async function insertAgents(tx: Tx, agents: readonly AgentValues[]): Promise<Set<string>> {
  if (agents.length === 0) return new Set()
  const list = <Key extends keyof AgentValues>(key: Key) => agents.map((agent) => agent[key])
  const rows = await query<{ id: string }>(
    tx,
    `INSERT INTO identity.agent (tenant_id, id, slug, display_name, description, owner_id, team_id, environment, purpose, model, risk_tier)
     SELECT (SELECT muster.tenant()), n.* FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],
       $9::text[], $10::text[]) AS n
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      list('id'),
      list('name'),
      list('displayName'),
      list('description'),
      list('ownerId'),
      list('teamId'),
      list('environment'),
      list('purpose'),
      list('model'),
      list('riskTier'),
    ],
  )
  const there = new Set(rows.map(({ id }) => id))
  await saveScimAgents(
    tx,
    agents.filter(({ id }) => there.has(id)).map((agent) => ({ ...agent, frozen: false })),
  )
  return there
}

/** Writes what the provider says beside the profile. */
export async function saveScimAgents(
  tx: Tx,
  agents: readonly { id: string; externalId: string | null; agentType: string | null; frozen: boolean }[],
): Promise<void> {
  if (agents.length === 0) return
  await query(
    tx,
    `INSERT INTO identity.scim_agent AS s (tenant_id, agent_id, external_id, agent_type, frozen)
     SELECT (SELECT muster.tenant()), n.* FROM unnest($1::uuid[], $2::text[], $3::text[], $4::boolean[]) AS n
     ON CONFLICT (tenant_id, agent_id) DO UPDATE SET external_id = EXCLUDED.external_id, agent_type = EXCLUDED.agent_type, frozen = EXCLUDED.frozen
     RETURNING s.agent_id`,
    [
      agents.map(({ id }) => id),
      agents.map(({ externalId }) => externalId),
      agents.map(({ agentType }) => agentType),
      agents.map(({ frozen }) => frozen),
    ],
  )
}

export async function updateAgentRow(tx: Tx, agent: Omit<AgentValues, 'name' | 'teamId'>): Promise<number> {
  const [row] = await query<{ version: number }>(
    tx,
    `UPDATE identity.agent SET display_name = $2, description = $3, owner_id = $4::uuid, environment = $5, purpose = $6, model = $7, risk_tier = $8,
            updated_at = muster.now(), version = version + 1 WHERE id = $1::uuid RETURNING version`,
    [
      agent.id,
      agent.displayName,
      agent.description,
      agent.ownerId,
      agent.environment,
      agent.purpose,
      agent.model,
      agent.riskTier,
    ],
  )
  return row?.version ?? 0
}

export async function markAgentDeleted(tx: Tx, id: string): Promise<void> {
  await query(
    tx,
    'UPDATE identity.scim_agent SET deleted_at = muster.now(), external_id = NULL WHERE agent_id = $1::uuid RETURNING agent_id',
    [id],
  )
}

/** External ids among these that an agent has. */
export async function externalIdsTaken(tx: Tx, externalIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await query<{ externalId: string; id: string }>(
    tx,
    'SELECT s.external_id AS "externalId", s.agent_id AS id FROM identity.scim_agent s WHERE s.external_id = ANY ($1::text[])',
    [externalIds],
  )
  return new Map(rows.map(({ externalId, id }) => [externalId, id]))
}

/** Home units of active people the provider sees. */
export async function ownersAmong(tx: Tx, ids: readonly string[]): Promise<Map<string, string | null>> {
  const rows = await query<{ id: string; unitId: string | null }>(
    tx,
    `SELECT p.id, p.unit_id AS "unitId" FROM identity.person p WHERE p.id = ANY ($1::uuid[]) AND p.status = 'ACTIVE' ORDER BY p.id FOR SHARE`,
    [ids],
  )
  return new Map(rows.map(({ id, unitId }) => [id, unitId]))
}

/** Org units by lower-case id and name; null where a name is not one unit's alone. */
export async function unitsAmong(tx: Tx, texts: readonly string[]): Promise<Map<string, string | null>> {
  const rows = await query<{ text: string; id: string }>(
    tx,
    `SELECT w.text, u.id FROM unnest($1::text[]) AS w (text) JOIN workforce.published_unit u ON u.id::text = w.text OR lower(u.name) = w.text`,
    [texts.map((text) => text.toLowerCase())],
  )
  const found = new Map<string, string | null>()
  for (const { text, id } of rows) found.set(text, found.has(text) && found.get(text) !== id ? null : id)
  return found
}
