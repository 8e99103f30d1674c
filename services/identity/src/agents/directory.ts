/**
 * The directory: every agent in sight, by slug, in keyset pages.
 *
 * One constant statement whatever the filter: a part that was not given is
 * NULL and matches everything. The text filter is a plain scan of the tenant's
 * visible agents, because ILIKE is not leakproof and no index serves it behind
 * row-level security; ten thousand agents are a few milliseconds.
 */
import { isUuid, type AgentStatus, type RiskTier } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { query } from '../database.ts'
import type { Room } from '../room.ts'
import { agentColumns, type AgentRow } from './store.ts'

export interface AgentFilter {
  orgUnit?: string | null | undefined
  /** E-mail address or id. */
  owner?: string | null | undefined
  riskTier?: RiskTier | null | undefined
  status?: AgentStatus | null | undefined
  text?: string | null | undefined
}

export interface AgentPage extends Page<AgentRow> {
  /** Kept for `totalCount`, which is counted only when it is asked for. */
  filter: AgentFilter | null | undefined
}

// $1 unit, $2 owner id, $3 owner's e-mail index (hex), $4 risk tier, $5 status, $6 pattern.
// The unit itself must be visible: a path may name ancestors outside the caller's scope.
const matching = `($1::uuid IS NULL OR a.team_id IN (
         SELECT u.id FROM workforce.published_unit u
          WHERE $1::uuid = ANY (u.path) AND EXISTS (SELECT FROM workforce.published_unit r WHERE r.id = $1::uuid)))
     AND ($2::uuid IS NULL OR a.owner_id = $2::uuid)
     AND ($3::text IS NULL OR a.owner_id = (SELECT p.id FROM identity.person p WHERE p.email_index = decode($3::text, 'hex')))
     AND ($4::text IS NULL OR a.risk_tier = $4::text)
     AND ($5::text IS NULL OR a.status = $5::text)
     AND ($6::text IS NULL OR a.slug ILIKE $6::text OR a.display_name ILIKE $6::text)`

const pageSql = `SELECT ${agentColumns} FROM identity.agent a
   WHERE ${matching} AND ($7::text IS NULL OR (a.slug, a.id) > ($7::text, $8::uuid))
   ORDER BY a.slug, a.id LIMIT $9::int`
const countSql = `SELECT count(*)::int AS total FROM identity.agent a WHERE ${matching}`

/** A page of agents. A garbled cursor is a `BAD_REQUEST`; a garbled id in the filter matches nothing. */
export async function listAgents(
  room: Room,
  asked: {
    first?: number | null | undefined
    after?: string | null | undefined
    filter?: AgentFilter | null | undefined
  },
): Promise<AgentPage> {
  const size = pageSize(asked.first)
  const after = decodeCursor(asked.after, 2)
  const where = matchValues(room, asked.filter)
  const rows =
    where === null || (after !== null && !isUuid(after[1]))
      ? []
      : await room.database.run((tx) =>
          query<AgentRow>(tx, pageSql, [...where, after?.[0] ?? null, after?.[1] ?? null, size + 1]),
        )
  return {
    ...pageOf(
      rows,
      size,
      (row) => row,
      (row) => [row.slug, row.id],
    ),
    filter: asked.filter,
  }
}

/** How many agents match, in the caller's scope. */
export async function countAgents(room: Room, filter: AgentFilter | null | undefined): Promise<number> {
  const where = matchValues(room, filter)
  if (where === null) return 0
  const rows = await room.database.run((tx) => query<{ total: number }>(tx, countSql, where))
  return rows[0]?.total ?? 0
}

/** The six values of `matching`; null when nothing can match. */
function matchValues(room: Room, filter: AgentFilter | null | undefined): (string | null)[] | null {
  const orgUnit = filter?.orgUnit ?? null
  const owner = filter?.owner ?? null
  const text = filter?.text?.trim() ?? ''
  if (orgUnit !== null && !isUuid(orgUnit)) return null
  const ownerId = owner !== null && isUuid(owner) ? owner : null
  const ownerIndex = owner !== null && ownerId === null ? room.emailIndex(owner).toString('hex') : null
  const pattern = text === '' ? null : containing(text)
  if (pattern !== null && !isStorable(pattern)) return null
  return [orgUnit, ownerId, ownerIndex, filter?.riskTier ?? null, filter?.status ?? null, pattern]
}

/** An ILIKE pattern for "contains `text`", every wildcard of the text taken literally. */
export function containing(text: string): string {
  return `%${text.normalize('NFC').replace(/[\\%_]/g, (character) => `\\${character}`)}%`
}

/** PostgreSQL stores neither NUL nor half a surrogate pair, so nothing there contains one. */
function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}
