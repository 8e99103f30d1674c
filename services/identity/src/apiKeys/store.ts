/** API keys in the database. The hash goes in and never comes out of this file. */
import type { Capability, Trust } from '@muster/kernel'
import type { ApiKey } from '../generated/prisma/client.ts'
import { query, type Tx } from '../database.ts'

export type ApiKeyRow = Omit<ApiKey, 'keyHash' | 'trustCeiling' | 'capabilities' | 'tokensAfter'> & {
  trustCeiling: Trust
  capabilities: Capability[]
}

/** The columns of a key by the names of `ApiKeyRow`. Alias `k`. No hash. */
export const keyColumns = `k.tenant_id AS "tenantId", k.id, k.label, k.key_prefix AS "keyPrefix", k.agent_id AS "agentId", k.unit_id AS "unitId",
  k.capabilities, k.trust_ceiling AS "trustCeiling", k.is_active AS "isActive", k.created_by AS "createdBy",
  k.created_at AS "createdAt", k.expires_at AS "expiresAt", k.last_used_at AS "lastUsedAt"`

export interface KeyInsert {
  tenantId: string
  id: string
  label: string
  keyPrefix: string
  keyHash: Buffer
  agentId: string | null
  unitId: string | null
  capabilities: readonly Capability[]
  trustCeiling: Trust
  createdBy: string
  expiresAt: Date | null
}

export async function insertKey(tx: Tx, key: KeyInsert): Promise<void> {
  await tx.apiKey.createMany({
    data: [{ ...key, keyHash: new Uint8Array(key.keyHash), capabilities: [...key.capabilities] }],
  })
}

const byIdSql = `SELECT ${keyColumns} FROM identity.api_key k WHERE k.id = $1::uuid`

export async function keyById(tx: Tx, id: string): Promise<ApiKeyRow | null> {
  return (await query<ApiKeyRow>(tx, byIdSql, [id]))[0] ?? null
}

/** Locks a key until commit; null when it is not visible. */
export async function holdKey(tx: Tx, id: string): Promise<ApiKeyRow | null> {
  return (await query<ApiKeyRow>(tx, `${byIdSql} FOR UPDATE`, [id]))[0] ?? null
}

/** Locks the live keys of agents in id order. */
export async function holdLiveKeysOf(tx: Tx, agentIds: readonly string[]): Promise<{ id: string; agentId: string }[]> {
  return query<{ id: string; agentId: string }>(
    tx,
    `SELECT k.id, k.agent_id AS "agentId" FROM identity.api_key k
      WHERE k.agent_id = ANY ($1::uuid[]) AND k.is_active ORDER BY k.id FOR UPDATE`,
    [agentIds],
  )
}

export async function deactivateKeys(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.apiKey.updateMany({ where: { id: { in: [...ids] } }, data: { isActive: false } })
}

/** Brings a key's end nearer. The engine refuses to put one off. */
export async function endKeyAt(tx: Tx, id: string, expiresAt: Date): Promise<void> {
  await tx.apiKey.updateMany({ where: { id }, data: { expiresAt } })
}

export async function keysOfAgents(tx: Tx, agentIds: readonly string[]): Promise<ApiKeyRow[]> {
  return query<ApiKeyRow>(
    tx,
    `SELECT ${keyColumns} FROM identity.api_key k WHERE k.agent_id = ANY ($1::uuid[]) ORDER BY k.id DESC`,
    [agentIds],
  )
}
