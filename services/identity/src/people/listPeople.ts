/** People in sight, in the order they came: ids grow with time, so the id is the key of the page. */
import { isUuid } from '@muster/kernel'
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { query } from '../database.ts'
import type { Room } from '../room.ts'
import { personColumns, type PersonRow } from './store.ts'

export interface PersonFilter {
  orgUnit?: string | null | undefined
  status?: 'ACTIVE' | 'LEFT' | null | undefined
  email?: string | null | undefined
}

export interface PersonPage extends Page<PersonRow> {
  filter: PersonFilter | null | undefined
}

// $1 unit, $2 status, $3 e-mail index (hex).
const matching = `($1::uuid IS NULL OR p.unit_id IN (
         SELECT u.id FROM workforce.published_unit u
          WHERE $1::uuid = ANY (u.path) AND EXISTS (SELECT FROM workforce.published_unit r WHERE r.id = $1::uuid)))
     AND ($2::text IS NULL OR p.status = $2::text)
     AND ($3::text IS NULL OR p.email_index = decode($3::text, 'hex'))`
const pageSql = `SELECT ${personColumns} FROM identity.person p
   WHERE ${matching} AND ($4::uuid IS NULL OR p.id > $4::uuid) ORDER BY p.id LIMIT $5::int`
const countSql = `SELECT count(*)::int AS total FROM identity.person p WHERE ${matching}`

/** A page of people. A garbled id in the filter matches nothing. */
export async function listPeople(
  room: Room,
  asked: {
    first?: number | null | undefined
    after?: string | null | undefined
    filter?: PersonFilter | null | undefined
  },
): Promise<PersonPage> {
  const size = pageSize(asked.first)
  const after = decodeCursor(asked.after, 1)
  const where = matchValues(room, asked.filter)
  const rows =
    where === null || (after !== null && !isUuid(after[0]))
      ? []
      : await room.database.run((tx) => query<PersonRow>(tx, pageSql, [...where, after?.[0] ?? null, size + 1]))
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

export async function countPeople(room: Room, filter: PersonFilter | null | undefined): Promise<number> {
  const where = matchValues(room, filter)
  if (where === null) return 0
  const rows = await room.database.run((tx) => query<{ total: number }>(tx, countSql, where))
  return rows[0]?.total ?? 0
}

function matchValues(room: Room, filter: PersonFilter | null | undefined): (string | null)[] | null {
  const orgUnit = filter?.orgUnit ?? null
  const email = filter?.email ?? null
  if (orgUnit !== null && !isUuid(orgUnit)) return null
  return [orgUnit, filter?.status ?? null, email === null ? null : room.emailIndex(email).toString('hex')]
}
