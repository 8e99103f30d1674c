/**
 * Manifests as a list and one by one.
 */
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import { Fault } from '@muster/kernel'
import type { Room } from '../room.ts'
import { currentOf, manifestsAfter, type ManifestModel } from './store.ts'

export interface ManifestQuery {
  first?: number | null | undefined
  after?: string | null | undefined
  server?: string | null | undefined
}

export async function listManifests(room: Room, query: ManifestQuery): Promise<Page<ManifestModel>> {
  const size = pageSize(query.first, 200)
  const after = placeAfter(query.after)
  const rows = await room.models((tx) => manifestsAfter(tx, { server: query.server ?? null, after, limit: size + 1 }))
  return pageOf(
    rows,
    size,
    (row) => row,
    (row) => [row.tool, String(row.version)],
  )
}

/** What counts for a tool now, or null. */
export async function manifestOf(room: Room, tool: string): Promise<ManifestModel | null> {
  const [row] = await room.models((tx) => currentOf(tx, [tool]))
  return row ?? null
}

function placeAfter(cursor: string | null | undefined): { tool: string; version: number } | null {
  const parts = decodeCursor(cursor, 2)
  if (parts === null) return null
  const [tool = '', version = ''] = parts
  if (!/^\d{1,9}$/.test(version)) throw new Fault('BAD_REQUEST', 'the cursor is not one of ours')
  return { tool, version: Number(version) }
}
