/** Keys in sight, newest first. */
import { isUuid } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { query } from '../database.ts'
import type { Room } from '../room.ts'
import { keyColumns, type ApiKeyRow } from './store.ts'

export interface ApiKeyFilter {
  agentId?: string | null | undefined
  isActive?: boolean | null | undefined
}

export interface ApiKeyPage extends Page<ApiKeyRow> {
  filter: ApiKeyFilter | null | undefined
}

const matching = `($1::uuid IS NULL OR k.agent_id = $1::uuid) AND ($2::boolean IS NULL OR k.is_active = $2::boolean)`
const pageSql = `SELECT ${keyColumns} FROM identity.api_key k
   WHERE ${matching} AND ($3::uuid IS NULL OR k.id < $3::uuid) ORDER BY k.id DESC LIMIT $4::int`
const countSql = `SELECT count(*)::int AS total FROM identity.api_key k WHERE ${matching}`

/** A page of keys, without their hashes. */
export async function listKeys(
  room: Room,
  asked: {
    first?: number | null | undefined
    after?: string | null | undefined
    filter?: ApiKeyFilter | null | undefined
  },
): Promise<ApiKeyPage> {
  const size = pageSize(asked.first)
  const after = decodeCursor(asked.after, 1)
  const where = matchValues(asked.filter)
  const rows =
    where === null || (after !== null && !isUuid(after[0]))
      ? []
      : await room.database.run((tx) => query<ApiKeyRow>(tx, pageSql, [...where, after?.[0] ?? null, size + 1]))
  return {
    ...pageOf(
      rows,
      size,
      (row) => row,
      (row) => [row.id],
    ),
    filter: asked.filter,
  }
}

export async function countKeys(room: Room, filter: ApiKeyFilter | null | undefined): Promise<number> {
  const where = matchValues(filter)
  if (where === null) return 0
  const rows = await room.database.run((tx) => query<{ total: number }>(tx, countSql, where))
  return rows[0]?.total ?? 0
}

function matchValues(filter: ApiKeyFilter | null | undefined): (string | boolean | null)[] | null {
  const agentId = filter?.agentId ?? null
  if (agentId !== null && !isUuid(agentId)) return null
  return [agentId, filter?.isActive ?? null]
}
