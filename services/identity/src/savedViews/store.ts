/** Saved views in the database; row-level security decides which are there. */
import type { SavedView } from '../generated/prisma/client.ts'
import { query, type Tx } from '../database.ts'

export type SavedViewRow = Omit<SavedView, 'nameIndex'>

const columns = `v.tenant_id AS "tenantId", v.id, v.person_id AS "personId", v.screen, v.sealed, v.is_shared AS "isShared",
  v.created_at AS "createdAt", v.version`

/** More shared views than anybody reads; the newest are kept in sight. */
const sharedMax = 500

// Two statements as one: each walks its own index.
const listSql = `(SELECT ${columns} FROM identity.saved_view v
    WHERE v.person_id = $1::uuid AND ($2::text IS NULL OR v.screen = $2::text))
  UNION ALL
  (SELECT ${columns} FROM identity.saved_view v
    WHERE v.is_shared AND v.person_id <> $1::uuid AND ($2::text IS NULL OR v.screen = $2::text)
    ORDER BY v.id DESC LIMIT ${sharedMax})`

export function viewsFor(tx: Tx, personId: string, screen: string | null): Promise<SavedViewRow[]> {
  return query<SavedViewRow>(tx, listSql, [personId, screen])
}

/** Holds whoever saves until commit, so that two savings at once count each other; how many views they have. */
export async function holdOwnViews(tx: Tx, personId: string): Promise<number> {
  await query(tx, 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text AS held', [`saved_view/${personId}`])
  return tx.savedView.count({ where: { personId } })
}

export async function ownViewByName(tx: Tx, personId: string, nameIndex: Buffer): Promise<SavedViewRow | null> {
  return tx.savedView.findFirst({
    where: { personId, nameIndex: new Uint8Array(nameIndex) },
    omit: { nameIndex: true },
  })
}

export async function insertView(
  tx: Tx,
  view: Omit<SavedViewRow, 'sealed'> & { nameIndex: Buffer; sealed: Buffer },
): Promise<void> {
  await tx.savedView.createMany({
    data: [{ ...view, nameIndex: new Uint8Array(view.nameIndex), sealed: new Uint8Array(view.sealed) }],
  })
}

export async function replaceView(tx: Tx, id: string, change: { sealed: Buffer; isShared: boolean }): Promise<void> {
  await tx.savedView.updateMany({
    where: { id },
    data: { sealed: new Uint8Array(change.sealed), isShared: change.isShared, version: { increment: 1 } },
  })
}

/** Deletes a view the caller may delete; null when there is none. */
export async function deleteViewRow(
  tx: Tx,
  id: string,
): Promise<{ personId: string; screen: string; isShared: boolean } | null> {
  const [row] = await query<{ personId: string; screen: string; isShared: boolean }>(
    tx,
    `DELETE FROM identity.saved_view v WHERE v.id = $1::uuid
      RETURNING v.person_id AS "personId", v.screen, v.is_shared AS "isShared"`,
    [id],
  )
  return row ?? null
}
