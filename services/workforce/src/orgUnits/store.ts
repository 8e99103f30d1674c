/**
 * The hierarchy's rows. Row-level security decides which of them there are.
 */
import { isUuid } from '@muster/kernel'
import type { SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import type { Prisma } from '../generated/prisma/client.ts'
import { query, type Room, type Tx } from '../room.ts'
import { inTreeOrder, shownPath, type UnitKind } from './orgUnit.ts'

export interface OrgUnitRow {
  id: string
  parentId: string | null
  kind: UnitKind
  name: string
  /** From the highest visible unit down to this one. */
  path: string[]
  version: number
  createdAt: Date
}

/** Units in sight that match, in tree order, with the visible part of their paths. */
export async function findUnits(tx: Tx, where: Prisma.OrgUnitWhereInput): Promise<OrgUnitRow[]> {
  const rows = await tx.orgUnit.findMany({ where })
  const visible = new Set(rows.map(({ id }) => id))
  const above = [...new Set(rows.flatMap(({ path }) => path).filter((id) => !visible.has(id)))]
  if (above.length > 0) {
    const seen = await tx.orgUnit.findMany({ where: { id: { in: above } }, select: { id: true } })
    for (const { id } of seen) visible.add(id)
  }
  return inTreeOrder(
    rows.map(({ id, parentId, kind, name, path, version, createdAt }) => ({
      id,
      parentId,
      kind: kind as UnitKind, // a check constraint says so
      name,
      path: shownPath(path, (one) => visible.has(one)),
      version,
      createdAt,
    })),
  )
}

/** One unit, null for an unknown, foreign, hidden or garbled id. */
export async function findUnit(tx: Tx, id: string): Promise<OrgUnitRow | null> {
  return isUuid(id) ? ((await findUnits(tx, { id }))[0] ?? null) : null
}

export function unitLoader(room: Room, context: SubgraphContext): DataLoader<string, OrgUnitRow | null> {
  return context.loader(
    'orgUnits',
    () =>
      new DataLoader<string, OrgUnitRow | null>(async (ids) => {
        const rows = await room.run((tx) => findUnits(tx, { id: { in: ids.filter(isUuid) } }))
        const byId = new Map(rows.map((row) => [row.id, row]))
        return ids.map((id) => byId.get(id) ?? null)
      }),
  )
}

export function childrenLoader(room: Room, context: SubgraphContext): DataLoader<string, OrgUnitRow[]> {
  return context.loader(
    'orgUnitChildren',
    () =>
      new DataLoader<string, OrgUnitRow[]>(async (ids) => {
        const rows = await room.run((tx) => findUnits(tx, { parentId: { in: [...ids] } }))
        const byParent = Map.groupBy(rows, ({ parentId }) => parentId)
        return ids.map((id) => byParent.get(id) ?? [])
      }),
  )
}

/** Taken before a change of the hierarchy reads anything: such changes happen one at a time in a tenant. */
export async function lockHierarchy(tx: Tx): Promise<void> {
  await query(tx, 'SELECT workforce.lock_hierarchy()::text')
}

/** Is a name taken below a parent (null = the top)? Exact under the hierarchy's lock. */
export async function nameTaken(tx: Tx, parentId: string | null, name: string): Promise<boolean> {
  return (await tx.orgUnit.findFirst({ where: { parentId, name }, select: { id: true } })) !== null
}

/** How many units the tenant has, also out of sight: the closure knows. */
export async function unitCount(tx: Tx): Promise<number> {
  return tx.orgClosure.count({ where: { depth: 0 } })
}

/** No RETURNING: the new unit is in the caller's scope from the next statement on. */
export async function insertUnit(
  tx: Tx,
  unit: { id: string; parentId: string | null; kind: UnitKind; name: string; createdAt: Date },
): Promise<void> {
  await query(
    tx,
    `INSERT INTO workforce.org_unit (tenant_id, id, parent_id, kind, name, created_at)
     VALUES (muster.tenant(), $1::uuid, $2::uuid, $3, $4, $5::timestamptz)`,
    [unit.id, unit.parentId, unit.kind, unit.name, unit.createdAt],
  )
}

export async function updateParent(tx: Tx, id: string, parentId: string | null): Promise<void> {
  await query(
    tx,
    'UPDATE workforce.org_unit SET parent_id = $2::uuid, version = version + 1 WHERE tenant_id = muster.tenant() AND id = $1::uuid',
    [id, parentId],
  )
}

export async function updateName(tx: Tx, id: string, name: string): Promise<void> {
  await query(
    tx,
    'UPDATE workforce.org_unit SET name = $2, version = version + 1 WHERE tenant_id = muster.tenant() AND id = $1::uuid',
    [id, name],
  )
}

/** What people may see changed: open streams and cached scopes end with this commit. */
export async function raiseScopeEpoch(tx: Tx): Promise<void> {
  await query(tx, 'SELECT identity.raise_scope_epoch()::text')
}
