/**
 * The history of an agent's scores, newest first.
 */
import { decodeCursor, pageOf, pageSize, type Page } from '@muster/subgraph-kit'
import type { Room } from '../room.ts'
import { scoreOf, type ScoreRow } from './store.ts'

/** A page of snapshots; row-level security shows those of agents and units in sight. */
export async function listScores(
  room: Room,
  agentId: string,
  { first, after }: { first?: number | null | undefined; after?: string | null | undefined },
): Promise<Page<ScoreRow>> {
  const size = pageSize(first)
  const seen = decodeCursor(after, 2)
  const beyond =
    seen === null
      ? {}
      : { OR: [{ createdAt: { lt: new Date(seen[0]!) } }, { createdAt: new Date(seen[0]!), id: { lt: seen[1]! } }] }
  const rows = await room.read((models) =>
    models.snapshot.findMany({
      where: { AND: [{ agentId }, beyond] },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: size + 1,
    }),
  )
  return pageOf(rows, size, scoreOf, (row) => [row.createdAt.toISOString(), row.id])
}
