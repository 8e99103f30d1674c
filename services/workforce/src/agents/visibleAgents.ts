/**
 * Which agents a reference may lead to: those in the caller's sight. One
 * statement for all references of a request.
 */
import { isUuid } from '@muster/kernel'
import type { SubgraphContext } from '@muster/subgraph-kit'
import DataLoader from 'dataloader'
import type { AgentModel } from '../models.ts'
import { query, type Room } from '../room.ts'

export function visibleAgents(room: Room, context: SubgraphContext): DataLoader<string, AgentModel | null> {
  return context.loader(
    'visibleAgents',
    () =>
      new DataLoader<string, AgentModel | null>(async (ids) => {
        const rows = await room.run((tx) =>
          query<AgentModel>(tx, 'SELECT id FROM identity.published_agent WHERE id = ANY ($1::uuid[])', [
            ids.filter(isUuid),
          ]),
        )
        const seen = new Map(rows.map((row) => [row.id, row]))
        return ids.map((id) => seen.get(id) ?? null)
      }),
  )
}
