/** People and role bindings in the database; row-level security decides what is there. */
import type { Role } from '@muster/kernel'
import type { Person, RoleBinding } from '../generated/prisma/client.ts'
import { query, type Tx } from '../database.ts'
import type { SealedPerson } from '../sealing/personalData.ts'

export type PersonRow = Omit<Person, 'emailIndex' | 'status'> & { status: 'ACTIVE' | 'LEFT' }
export type RoleBindingRow = Omit<RoleBinding, 'role'> & { role: Role }

/** The columns of a person by the names of `PersonRow`. Alias `p`. The index is nobody's to read. */
export const personColumns = `p.tenant_id AS "tenantId", p.id, p.email_sealed AS "emailSealed", p.name_sealed AS "nameSealed",
  p.unit_id AS "unitId", p.status, p.email_verified_at AS "emailVerifiedAt", p.created_at AS "createdAt", p.version`

export async function peopleByIds(tx: Tx, ids: readonly string[]): Promise<PersonRow[]> {
  return (await tx.person.findMany({ where: { id: { in: [...ids] } }, omit: { emailIndex: true } })) as PersonRow[]
}

export async function personById(tx: Tx, id: string): Promise<PersonRow | null> {
  return (await peopleByIds(tx, [id]))[0] ?? null
}

const holdSql = `SELECT ${personColumns} FROM identity.person p WHERE p.id = $1::uuid FOR UPDATE`

/** Locks a person until commit; null when not visible, or visible only as somebody's owner. */
export async function holdPerson(tx: Tx, id: string): Promise<PersonRow | null> {
  return (await query<PersonRow>(tx, holdSql, [id]))[0] ?? null
}

export interface PersonInsert extends SealedPerson {
  tenantId: string
  id: string
  emailIndex: Buffer
  unitId: string | null
  createdAt: Date
}

/** Inserts a person; false when the address is taken, perhaps by somebody the caller does not see. */
export async function insertPerson(tx: Tx, person: PersonInsert): Promise<boolean> {
  const { count } = await tx.person.createMany({
    data: [
      {
        ...person,
        emailIndex: new Uint8Array(person.emailIndex),
        emailSealed: new Uint8Array(person.emailSealed),
        nameSealed: new Uint8Array(person.nameSealed),
      },
    ],
    skipDuplicates: true,
  })
  return count === 1
}

export async function updatePerson(
  tx: Tx,
  id: string,
  change: { nameSealed: Buffer | null; unitId: string | null; status?: 'LEFT' },
): Promise<void> {
  await tx.person.updateMany({
    where: { id },
    data: {
      ...(change.nameSealed === null ? {} : { nameSealed: new Uint8Array(change.nameSealed) }),
      ...(change.status === undefined ? {} : { status: change.status }),
      unitId: change.unitId,
      version: { increment: 1 },
    },
  })
}

export interface BindingInsert {
  tenantId: string
  id: string
  personId: string
  role: Role
  unitId: string | null
  grantedBy: string
  expiresAt: Date | null
  /** Of its granting. */
  receiptId: string
}

/** Inserts bindings; how many were new. */
export async function insertBindings(tx: Tx, bindings: readonly BindingInsert[]): Promise<number> {
  if (bindings.length === 0) return 0
  const { count } = await tx.roleBinding.createMany({ data: [...bindings], skipDuplicates: true })
  return count
}

export async function bindingById(tx: Tx, id: string): Promise<RoleBindingRow | null> {
  return (await tx.roleBinding.findFirst({ where: { id } })) as RoleBindingRow | null
}

/** The binding of this role at this place that ran out; null when there is none, or it still holds. */
export async function endedBinding(
  tx: Tx,
  personId: string,
  role: Role,
  unitId: string | null,
): Promise<RoleBindingRow | null> {
  const [row] = await query<RoleBindingRow>(
    tx,
    `SELECT b.id, b.tenant_id AS "tenantId", b.person_id AS "personId", b.role, b.unit_id AS "unitId",
            b.granted_by AS "grantedBy", b.granted_at AS "grantedAt", b.expires_at AS "expiresAt",
            b.receipt_id AS "receiptId"
       FROM identity.role_binding b
      WHERE b.person_id = $1::uuid AND b.role = $2 AND b.unit_id IS NOT DISTINCT FROM $3::uuid
        AND b.expires_at <= muster.now()`,
    [personId, role, unitId],
  )
  return row ?? null
}

export async function bindingsOf(tx: Tx, personIds: readonly string[]): Promise<RoleBindingRow[]> {
  return (await tx.roleBinding.findMany({
    where: { personId: { in: [...personIds] } },
    orderBy: [{ role: 'asc' }, { id: 'asc' }],
  })) as RoleBindingRow[]
}

export async function deleteBindings(tx: Tx, ids: readonly string[]): Promise<number> {
  return (await tx.roleBinding.deleteMany({ where: { id: { in: [...ids] } } })).count
}

/** Administrators of the whole tenant besides `except`: active people whose binding has not ended. */
export async function otherAdmins(tx: Tx, except: { personId: string } | { bindingId: string }): Promise<number> {
  const rows = await query<{ total: number }>(
    tx,
    `SELECT count(DISTINCT b.person_id)::int AS total
       FROM identity.role_binding b JOIN identity.person p ON p.tenant_id = b.tenant_id AND p.id = b.person_id
      WHERE b.role = 'tenant-admin' AND b.unit_id IS NULL AND p.status = 'ACTIVE'
        AND (b.expires_at IS NULL OR b.expires_at > muster.now())
        AND ($1::uuid IS NULL OR b.person_id <> $1::uuid) AND ($2::uuid IS NULL OR b.id <> $2::uuid)`,
    ['personId' in except ? except.personId : null, 'bindingId' in except ? except.bindingId : null],
  )
  return rows[0]?.total ?? 0
}

/** Agents that still count somebody as their owner. */
export async function agentsOwnedBy(tx: Tx, personId: string): Promise<number> {
  return tx.agent.count({ where: { ownerId: personId, status: { not: 'REVOKED' } } })
}
