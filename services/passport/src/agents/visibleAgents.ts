/**
 * Which agents a reference may lead to: those in the caller's sight. A
 * reference comes from another subgraph or from a caller; one statement serves
 * all of a request.
 */
import { withRequest } from '@muster/db'
import { isUuid } from '@muster/kernel'
import type { SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import type { AgentModel } from '../models.ts'
import type { Room } from '../room.ts'

export function visibleAgents(room: Room, context: SubgraphContext): DataLoader<string, AgentModel | null> {
  return context.loader(
    'visibleAgents',
    () =>
      new DataLoader<string, AgentModel | null>(async (ids) => {
        const rows = await withRequest(
          room.pool,
          (tx) =>
            tx.query<AgentModel>('SELECT a.id FROM identity.published_agent a WHERE a.id = ANY ($1::uuid[])', [
              ids.filter(isUuid),
            ]),
          context.scope.handovers[room.pool.role],
        )
        const seen = new Map(rows.map((row) => [row.id, row]))
        return ids.map((id) => seen.get(id) ?? null)
      }),
  )
}
