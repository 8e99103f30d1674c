/** People as SCIM sees them, in the database. Those nobody provisioned yet are there by their address. */
import { query, type Tx } from '../database.ts'
import type { Attributes, FilterSql } from './filter.ts'
import type { SealedPerson } from '../sealing/personalData.ts'

export interface UserRow {
  tenantId: string
  id: string
  emailSealed: Buffer
  nameSealed: Buffer
  unitId: string | null
  status: 'ACTIVE' | 'LEFT'
  createdAt: Date
  changedAt: Date
  version: number
  /** Null: nobody provisioned them yet. */
  profileSealed: Buffer | null
  managerId: string | null
  deleted: boolean
}

const columns = `p.tenant_id AS "tenantId", p.id, p.email_sealed AS "emailSealed", p.name_sealed AS "nameSealed", p.unit_id AS "unitId",
  p.status, p.created_at AS "createdAt", coalesce(s.changed_at, p.created_at) AS "changedAt", p.version,
  s.profile_sealed AS "profileSealed", s.manager_id AS "managerId", s.deleted_at IS NOT NULL AS deleted`
const from = `identity.person p LEFT JOIN identity.scim_person s ON s.tenant_id = p.tenant_id AND s.person_id = p.id`

/** What a filter may name. Parameters stand where `$` is. */
export const userAttributes: Attributes = {
  id: { kind: 'id', sql: 'p.id' },
  username: {
    kind: 'hash',
    has: `p.id IN (SELECT n.person_id FROM identity.scim_person n WHERE n.user_name_index = decode($, 'hex')
      UNION ALL SELECT e.id FROM identity.person e WHERE e.email_index = decode($, 'hex')
        AND NOT EXISTS (SELECT FROM identity.scim_person n WHERE n.tenant_id = e.tenant_id AND n.person_id = e.id))`,
    present: 'true',
  },
  externalid: {
    kind: 'hash',
    has: `p.id IN (SELECT n.person_id FROM identity.scim_person n WHERE n.external_id_index = decode($, 'hex'))`,
    present: '(s.external_id_index IS NOT NULL)',
  },
  emails: { kind: 'hash', has: `p.email_index = decode($, 'hex')`, present: 'true' },
  'emails.value': { kind: 'hash', has: `p.email_index = decode($, 'hex')`, present: 'true' },
  'emails.type': { kind: 'word', word: 'work' },
  'emails.primary': { kind: 'word', word: 'true' },
  active: { kind: 'boolean', sql: `(p.status = 'ACTIVE')` },
  'manager.value': { kind: 'id', sql: 's.manager_id' },
  manager: { kind: 'id', sql: 's.manager_id' },
  'groups.value': {
    kind: 'member',
    has: 'p.id IN (SELECT m.person_id FROM identity.scim_group_member m WHERE m.group_id = $)',
    present: 'p.id IN (SELECT m.person_id FROM identity.scim_group_member m)',
  },
  'meta.created': { kind: 'time', sql: 'p.created_at' },
  'meta.lastmodified': { kind: 'time', sql: 'coalesce(s.changed_at, p.created_at)' },
  displayname: { kind: 'sealed' },
  'name.formatted': { kind: 'sealed' },
  'name.familyname': { kind: 'sealed' },
  'name.givenname': { kind: 'sealed' },
  title: { kind: 'sealed' },
  department: { kind: 'sealed' },
  'phonenumbers.value': { kind: 'sealed' },
}

const all: FilterSql = { sql: 'true', values: [] }

export async function countUsers(tx: Tx, filter: FilterSql | null): Promise<number> {
  const { sql, values } = filter ?? all
  const [row] = await query<{ total: number }>(
    tx,
    `SELECT count(*)::int AS total FROM ${from} WHERE s.deleted_at IS NULL AND ${sql}`,
    values,
  )
  return row?.total ?? 0
}

/** @param order from `orderSql`. */
export async function pageOfUsers(
  tx: Tx,
  filter: FilterSql | null,
  { order, offset, limit }: { order: string; offset: number; limit: number },
): Promise<UserRow[]> {
  const { sql, values } = filter ?? all
  const [at, size] = [values.length + 1, values.length + 2]
  return query<UserRow>(
    tx,
    `SELECT ${columns} FROM ${from} WHERE s.deleted_at IS NULL AND ${sql} ORDER BY ${order} OFFSET $${at}::int LIMIT $${size}::int`,
    [...values, offset, limit],
  )
}

export async function userById(tx: Tx, id: string): Promise<UserRow | null> {
  const rows = await query<UserRow>(
    tx,
    `SELECT ${columns} FROM ${from} WHERE p.id = $1::uuid AND s.deleted_at IS NULL`,
    [id],
  )
  return rows[0] ?? null
}

/** Locks a person until commit, whether or not they were deleted. */
export async function holdUser(tx: Tx, id: string): Promise<UserRow | null> {
  const rows = await query<UserRow>(tx, `SELECT ${columns} FROM ${from} WHERE p.id = $1::uuid FOR UPDATE OF p`, [id])
  return rows[0] ?? null
}

export interface Holder {
  id: string
  deleted: boolean
  /** Which of the hashes that were asked for this person holds: their name, external id or address. */
  name: string
  externalId: string | null
  email: string
}

/** People who hold any of these hashes (hexadecimal), under any of the three. */
export async function holdersOf(tx: Tx, hashes: readonly string[]): Promise<Holder[]> {
  return query<Holder>(
    tx,
    `WITH wanted AS (SELECT ARRAY(SELECT decode(h, 'hex') FROM unnest($1::text[]) AS h) AS list),
          found AS (SELECT s.person_id AS id FROM identity.scim_person s, wanted w WHERE s.user_name_index = ANY (w.list)
              UNION SELECT s.person_id FROM identity.scim_person s, wanted w WHERE s.external_id_index = ANY (w.list)
              UNION SELECT p.id FROM identity.person p, wanted w WHERE p.email_index = ANY (w.list))
     SELECT p.id, s.deleted_at IS NOT NULL AS deleted, encode(coalesce(s.user_name_index, p.email_index), 'hex') AS name,
            encode(s.external_id_index, 'hex') AS "externalId", encode(p.email_index, 'hex') AS email
       FROM found f JOIN ${from} ON p.id = f.id`,
    [hashes],
  )
}

export interface UserInsert extends SealedPerson {
  id: string
  email: string
  name: string
  externalId: string | null
  managerId: string | null
  profileSealed: Buffer
  createdAt: Date
}

const bytesOf = (place: number): string =>
  `ARRAY(SELECT decode(h, 'hex') FROM unnest($${place}::text[]) WITH ORDINALITY AS x (h, o) ORDER BY o)`

/** Inserts people whose address is free; the ids of those that were. Hashes are hexadecimal. */
export async function insertUsers(tx: Tx, users: readonly UserInsert[]): Promise<Set<string>> {
  if (users.length === 0) return new Set()
  const hex = (of: (user: UserInsert) => Buffer): string[] => users.map((user) => Buffer.from(of(user)).toString('hex'))
  const ids = users.map(({ id }) => id)
  const added = await query<{ id: string }>(
    tx,
    `INSERT INTO identity.person (tenant_id, id, email_index, email_sealed, name_sealed, created_at)
     SELECT (SELECT muster.tenant()), n.id, n.email, n.email_sealed, n.name_sealed, n.at
       FROM unnest($1::uuid[], ${bytesOf(2)}, ${bytesOf(3)}, ${bytesOf(4)}, $5::timestamptz[]) AS n (id, email, email_sealed, name_sealed, at)
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      ids,
      users.map(({ email }) => email),
      hex((u) => u.emailSealed),
      hex((u) => u.nameSealed),
      users.map(({ createdAt }) => createdAt.toISOString()),
    ],
  )
  const there = new Set(added.map(({ id }) => id))
  await saveProfiles(
    tx,
    users.filter(({ id }) => there.has(id)),
  )
  return there
}

export type ProfileSave = Pick<UserInsert, 'id' | 'name' | 'externalId' | 'managerId' | 'profileSealed'> & {
  /** When it was said; absent: now. */
  createdAt?: Date
}

/** Writes what the provider says of people who are there; brings back those it deleted. */
export async function saveProfiles(tx: Tx, users: readonly ProfileSave[]): Promise<void> {
  if (users.length === 0) return
  await query(
    tx,
    `INSERT INTO identity.scim_person AS s (tenant_id, person_id, user_name_index, external_id_index, manager_id, profile_sealed, changed_at)
     SELECT (SELECT muster.tenant()), n.id, n.name, n.external, n.manager, n.profile, coalesce(n.at, muster.now())
       FROM unnest($1::uuid[], ${bytesOf(2)}, ${bytesOf(3)}, $4::uuid[], ${bytesOf(5)}, $6::timestamptz[]) AS n (id, name, external, manager, profile, at)
     ON CONFLICT (tenant_id, person_id) DO UPDATE SET user_name_index = EXCLUDED.user_name_index, external_id_index = EXCLUDED.external_id_index,
       manager_id = EXCLUDED.manager_id, profile_sealed = EXCLUDED.profile_sealed, deleted_at = NULL, changed_at = muster.now()
     RETURNING person_id`,
    [
      users.map(({ id }) => id),
      users.map(({ name }) => name),
      users.map(({ externalId }) => externalId),
      users.map(({ managerId }) => managerId),
      users.map(({ profileSealed }) => Buffer.from(profileSealed).toString('hex')),
      users.map(({ createdAt }) => createdAt?.toISOString() ?? null),
    ],
  )
}

/** Changes a person's own row. Nulls leave what is there. */
export async function changeUserRow(
  tx: Tx,
  id: string,
  change: { email: string | null; emailSealed: Buffer | null; nameSealed: Buffer | null; status: 'ACTIVE' | null },
): Promise<number> {
  const [row] = await query<{ version: number }>(
    tx,
    `UPDATE identity.person SET email_index = coalesce(decode($2::text, 'hex'), email_index), email_sealed = coalesce(decode($3::text, 'hex'), email_sealed),
            name_sealed = coalesce(decode($4::text, 'hex'), name_sealed), status = coalesce($5::text, status), version = version + 1
      WHERE id = $1::uuid RETURNING version`,
    [id, change.email, hexOf(change.emailSealed), hexOf(change.nameSealed), change.status],
  )
  return row?.version ?? 0
}

/** Takes a person out of the provider's view: the external id is free again, the record stays. */
export async function markDeleted(tx: Tx, user: ProfileSave): Promise<void> {
  await saveProfiles(tx, [{ ...user, externalId: null }])
  await query(
    tx,
    'UPDATE identity.scim_person SET deleted_at = muster.now() WHERE person_id = $1::uuid RETURNING person_id',
    [user.id],
  )
  await query(tx, 'DELETE FROM identity.scim_group_member WHERE person_id = $1::uuid RETURNING person_id', [user.id])
}

export interface GroupOf {
  personId: string
  id: string
  displayName: string
}

export async function groupsOf(tx: Tx, personIds: readonly string[]): Promise<GroupOf[]> {
  return query<GroupOf>(
    tx,
    `SELECT m.person_id AS "personId", g.id, g.display_name AS "displayName" FROM identity.scim_group_member m
       JOIN identity.scim_group g ON g.tenant_id = m.tenant_id AND g.id = m.group_id
      WHERE m.person_id = ANY ($1::uuid[]) ORDER BY g.display_name`,
    [personIds],
  )
}

/** Which of `ids` are people of the provider's view. */
export async function peopleThere(tx: Tx, ids: readonly string[]): Promise<Set<string>> {
  const rows = await query<{ id: string }>(
    tx,
    `SELECT p.id FROM ${from} WHERE p.id = ANY ($1::uuid[]) AND s.deleted_at IS NULL`,
    [ids],
  )
  return new Set(rows.map(({ id }) => id))
}

/** Takes the tenant's row: what changes people through SCIM comes one after the other. */
export async function lockTenant(tx: Tx): Promise<void> {
  await query(tx, 'SELECT t.id FROM identity.tenant t FOR UPDATE')
}

const hexOf = (bytes: Uint8Array | null): string | null => (bytes === null ? null : Buffer.from(bytes).toString('hex'))
