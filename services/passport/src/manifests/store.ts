/**
 * Manifests as they are stored. The only queries on their table.
 */
import type { Tx as SqlTx } from '@muster/db'
import type { Tx } from '../database.ts'
import type { Manifest } from '../generated/prisma/client.ts'
import type { CanonicalTool } from './manifestHash.ts'

export type ManifestModel = Manifest
export type ManifestState = 'PINNED' | 'SUPERSEDED' | 'QUARANTINED'

export interface CurrentRow {
  id: string
  tool: string
  version: number
  hash: Buffer
  state: ManifestState
}

/** The manifests that count for these tools, locked until commit in the order of their ids. */
export function lockCurrent(tx: SqlTx, tools: readonly string[]): Promise<CurrentRow[]> {
  return tx.query<CurrentRow>(
    `SELECT m.id, m.tool, m.version, m.hash, m.state FROM passport.manifest m
      WHERE m.tenant_id = (SELECT muster.tenant()) AND m.tool = ANY ($1::text[]) AND m.state IN ('PINNED', 'QUARANTINED')
      ORDER BY m.id FOR UPDATE`,
    [tools],
  )
}

/** One manifest, locked until commit. */
export async function lockOne(tx: SqlTx, id: string): Promise<CurrentRow | null> {
  const [row] = await tx.query<CurrentRow>(
    `SELECT m.id, m.tool, m.version, m.hash, m.state FROM passport.manifest m
      WHERE m.tenant_id = (SELECT muster.tenant()) AND m.id = $1 FOR UPDATE`,
    [id],
  )
  return row ?? null
}

export async function setState(tx: SqlTx, ids: readonly string[], state: ManifestState): Promise<void> {
  await tx.query(
    'UPDATE passport.manifest m SET state = $2 WHERE m.tenant_id = (SELECT muster.tenant()) AND m.id = ANY ($1::uuid[])',
    [ids, state],
  )
}

export interface NewManifest extends CanonicalTool {
  id: string
  version: number
  state: ManifestState
}

export async function insertManifests(
  tx: SqlTx,
  server: string,
  pinnedBy: string,
  receipt: { id: string; seq: string },
  manifests: readonly NewManifest[],
): Promise<void> {
  await tx.query(
    `INSERT INTO passport.manifest (tenant_id, id, server, tool, version, hash, mutates, canonical, state, pinned_by, receipt_id, receipt_seq)
     SELECT (SELECT muster.tenant()), n.id, $1, n.tool, n.version, decode(n.hash, 'hex'), n.mutates, n.canonical, n.state, $2, $3, $4
       FROM unnest($5::uuid[], $6::text[], $7::integer[], $8::text[], $9::boolean[], $10::bytea[], $11::text[])
              AS n (id, tool, version, hash, mutates, canonical, state)`,
    [
      server,
      pinnedBy,
      receipt.id,
      receipt.seq,
      manifests.map(({ id }) => id),
      manifests.map(({ tool }) => tool),
      manifests.map(({ version }) => version),
      manifests.map(({ hash }) => hash),
      manifests.map(({ mutates }) => mutates),
      manifests.map(({ canonical }) => canonical),
      manifests.map(({ state }) => state),
    ],
  )
}

/** How often each tool was pinned: its highest version. */
export async function highestVersions(tx: SqlTx, tools: readonly string[]): Promise<Map<string, number>> {
  const rows = await tx.query<{ tool: string; version: number }>(
    `SELECT m.tool, max(m.version) AS version FROM passport.manifest m
      WHERE m.tenant_id = (SELECT muster.tenant()) AND m.tool = ANY ($1::text[]) GROUP BY m.tool`,
    [tools],
  )
  return new Map(rows.map(({ tool, version }) => [tool, version]))
}

/** What counts for a tool now. */
export function currentOf(tx: Tx, tools: readonly string[]): Promise<ManifestModel[]> {
  return tx.manifest.findMany({ where: { tool: { in: [...tools] }, state: { in: ['PINNED', 'QUARANTINED'] } } })
}

export function byId(tx: Tx, id: string): Promise<ManifestModel | null> {
  return tx.manifest.findFirst({ where: { id } })
}

/** By tool, newest version first, after a place in that order. */
export function manifestsAfter(
  tx: Tx,
  query: { server: string | null; after: { tool: string; version: number } | null; limit: number },
): Promise<ManifestModel[]> {
  const { server, after, limit } = query
  return tx.manifest.findMany({
    where: {
      ...(server === null ? {} : { server }),
      ...(after === null
        ? {}
        : { OR: [{ tool: { gt: after.tool } }, { tool: after.tool, version: { lt: after.version } }] }),
    },
    orderBy: [{ tool: 'asc' }, { version: 'desc' }],
    take: limit,
  })
}
