/** Groups and who is in them, in the database. */
import { query, type Tx } from '../database.ts'
import type { Attributes, FilterSql } from './filter.ts'

export interface GroupRow {
  id: string
  displayName: string
  externalId: string | null
  role: string | null
  unitId: string | null
  createdAt: Date
  changedAt: Date
  version: number
}

const columns = `g.id, g.display_name AS "displayName", g.external_id AS "externalId", g.role, g.unit_id AS "unitId",
  g.created_at AS "createdAt", g.changed_at AS "changedAt", g.version`

export const groupAttributes: Attributes = {
  id: { kind: 'id', sql: 'g.id' },
  displayname: { kind: 'text', sql: 'g.display_name' },
  externalid: { kind: 'text', sql: 'g.external_id', exact: true },
  role: { kind: 'text', sql: 'g.role' },
  'members.value': {
    kind: 'member',
    has: 'g.id IN (SELECT m.group_id FROM identity.scim_group_member m WHERE m.person_id = $)',
    present: 'g.id IN (SELECT m.group_id FROM identity.scim_group_member m)',
  },
  members: {
    kind: 'member',
    has: 'g.id IN (SELECT m.group_id FROM identity.scim_group_member m WHERE m.person_id = $)',
    present: 'g.id IN (SELECT m.group_id FROM identity.scim_group_member m)',
  },
  'meta.created': { kind: 'time', sql: 'g.created_at' },
  'meta.lastmodified': { kind: 'time', sql: 'g.changed_at' },
}

const all: FilterSql = { sql: 'true', values: [] }

export async function countGroups(tx: Tx, filter: FilterSql | null): Promise<number> {
  const { sql, values } = filter ?? all
  const [row] = await query<{ total: number }>(
    tx,
    `SELECT count(*)::int AS total FROM identity.scim_group g WHERE ${sql}`,
    values,
  )
  return row?.total ?? 0
}

export async function pageOfGroups(
  tx: Tx,
  filter: FilterSql | null,
  { order, offset, limit }: { order: string; offset: number; limit: number },
): Promise<GroupRow[]> {
  const { sql, values } = filter ?? all
  const [at, size] = [values.length + 1, values.length + 2]
  return query<GroupRow>(
    tx,
    `SELECT ${columns} FROM identity.scim_group g WHERE ${sql} ORDER BY ${order} OFFSET $${at}::int LIMIT $${size}::int`,
    [...values, offset, limit],
  )
}

export async function groupById(tx: Tx, id: string): Promise<GroupRow | null> {
  return (
    (await query<GroupRow>(tx, `SELECT ${columns} FROM identity.scim_group g WHERE g.id = $1::uuid`, [id]))[0] ?? null
  )
}

/** Inserts a group, or writes over the one with this id; its row afterwards. Throws SQLSTATE 23505 for a taken name. */
export async function saveGroup(
  tx: Tx,
  group: Pick<GroupRow, 'id' | 'displayName' | 'externalId' | 'role' | 'unitId'>,
): Promise<GroupRow> {
  const [row] = await query<GroupRow>(
    tx,
    `INSERT INTO identity.scim_group AS g (tenant_id, id, display_name, external_id, role, unit_id)
     VALUES ((SELECT muster.tenant()), $1::uuid, $2, $3, $4, $5::uuid)
     ON CONFLICT (tenant_id, id) DO UPDATE SET display_name = EXCLUDED.display_name, external_id = EXCLUDED.external_id,
       role = EXCLUDED.role, unit_id = EXCLUDED.unit_id, changed_at = muster.now(), version = g.version + 1
     RETURNING ${columns}`,
    [group.id, group.displayName, group.externalId, group.role, group.unitId],
  )
  return row!
}

export async function deleteGroupRow(tx: Tx, id: string): Promise<void> {
  await query(tx, 'DELETE FROM identity.scim_group WHERE id = $1::uuid RETURNING id', [id])
}

/** Members of groups, in the order of their ids. */
export async function membersOf(tx: Tx, groupIds: readonly string[]): Promise<{ groupId: string; personId: string }[]> {
  return query(
    tx,
    `SELECT m.group_id AS "groupId", m.person_id AS "personId" FROM identity.scim_group_member m
      WHERE m.group_id = ANY ($1::uuid[]) ORDER BY m.person_id`,
    [groupIds],
  )
}

/** Puts people into a group; those who were not in it. */
export async function addMembers(tx: Tx, groupId: string, personIds: readonly string[]): Promise<string[]> {
  if (personIds.length === 0) return []
  const rows = await query<{ id: string }>(
    tx,
    `INSERT INTO identity.scim_group_member AS m (tenant_id, group_id, person_id)
     SELECT (SELECT muster.tenant()), $1::uuid, n.id FROM unnest($2::uuid[]) AS n (id)
     ON CONFLICT DO NOTHING RETURNING m.person_id AS id`,
    [groupId, personIds],
  )
  return rows.map(({ id }) => id)
}

/** Takes people out of a group; those who were in it. */
export async function removeMembers(tx: Tx, groupId: string, personIds: readonly string[]): Promise<string[]> {
  if (personIds.length === 0) return []
  const rows = await query<{ id: string }>(
    tx,
    'DELETE FROM identity.scim_group_member m WHERE m.group_id = $1::uuid AND m.person_id = ANY ($2::uuid[]) RETURNING m.person_id AS id',
    [groupId, personIds],
  )
  return rows.map(({ id }) => id)
}

/** Org units by id or name. */
export async function unitsNamed(tx: Tx, text: string): Promise<string[]> {
  const rows = await query<{ id: string }>(
    tx,
    'SELECT u.id FROM workforce.published_unit u WHERE u.id::text = lower($1) OR lower(u.name) = lower($1) LIMIT 2',
    [text],
  )
  return rows.map(({ id }) => id)
}
